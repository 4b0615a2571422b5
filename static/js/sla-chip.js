// <sla-chip state due warn>: counts a deadline down. The server has already written the right words;
// this only keeps them right while the page stays open.

import { serverNow } from "./server-clock.js";
import { iconOf, text, toneOf } from "./texts.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const chips = new Set();
let timer = 0;

function span(milliseconds) {
  const size = Math.abs(milliseconds);
  if (size >= 2 * DAY) return text("sla.days", { d: Math.floor(size / DAY), h: Math.floor((size % DAY) / HOUR) });
  return `${Math.floor(size / HOUR)}:${String(Math.floor((size % HOUR) / MINUTE)).padStart(2, "0")}`;
}

function tick() {
  const now = serverNow();
  for (const chip of chips) chip.show(now);
}

class SlaChip extends HTMLElement {
  static observedAttributes = ["state", "due", "warn"];

  connectedCallback() {
    this.enroll();
  }

  disconnectedCallback() {
    this.leave();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.enroll();
  }

  enroll() {
    this.due = Date.parse(this.getAttribute("due") ?? "");
    this.warn = Date.parse(this.getAttribute("warn") ?? "");
    this.leave();
    if (!["running", "warned"].includes(this.getAttribute("state")) && !this.overdueCounts()) return;
    if (Number.isNaN(this.due)) return;
    chips.add(this);
    this.show(serverNow());
    if (!timer) timer = window.setInterval(tick, 1000);
  }

  overdueCounts() {
    return this.getAttribute("state") === "breached";
  }

  leave() {
    chips.delete(this);
    if (chips.size === 0 && timer) {
      window.clearInterval(timer);
      timer = 0;
    }
  }

  show(now) {
    const face = this.querySelector(".sla");
    if (!face) return;
    const late = this.overdueCounts() || now > this.due;
    const state = late ? "breached" : now >= this.warn ? "warned" : "running";
    const time = text(late ? "sla.over" : "sla.left", { time: span(this.due - now) });
    const place = face.querySelector(".sla__time");
    if (place.textContent !== time) place.textContent = time;
    if (face.dataset.state !== state) this.turn(face, state);
  }

  turn(face, state) {
    face.dataset.state = state;
    face.dataset.tone = toneOf(`sla.${state}`);
    face.querySelector(".sla__word").textContent = text(`sla.${state}`);
    const icon = iconOf(`sla.${state}`);
    if (icon) face.querySelector(".icon").replaceWith(icon);
    this.dispatchEvent(new CustomEvent("sla:changed", { bubbles: true, detail: { state } }));
  }
}

customElements.define("sla-chip", SlaChip);
