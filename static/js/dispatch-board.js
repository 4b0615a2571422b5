// <dispatch-board>: moves a job between technicians and times. Alt and the arrows (or dragging) move a ghost on the grid
// of quarter hours; at each step the server says which rules the place would break; Enter (or letting go) keeps it, Esc
// takes it back. Nothing is changed until the server has agreed: a refusal puts the job back and names the rule.

import { toast } from "./toast.js";

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const CHECK_AFTER = 200;

class DispatchBoard extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("pointerdown", (event) => this.grab(event));
    this.addEventListener("pointermove", (event) => this.drag(event));
    this.addEventListener("pointerup", (event) => this.drop(event));
    this.addEventListener("pointercancel", () => this.takeBack());
    this.addEventListener("click", (event) => this.click(event), true);
    this.addEventListener("dragstart", (event) => event.preventDefault());
    this.addEventListener("focusout", (event) => this.left(event));
  }

  get lanes() {
    return [...this.querySelectorAll("[data-lane]")];
  }

  get columns() {
    return 4 * Number(this.querySelector("[data-lanes]").dataset.hours);
  }

  say(words) {
    this.querySelector("[data-say]").textContent = words;
  }

  // -- moving ------------------------------------------------------------------------------

  key(event) {
    // The dialog that asks why has keys of its own.
    if (event.target.closest?.("dialog")) return;
    const job = event.target.closest?.("[data-job]");
    if (event.key === "Escape" && this.move) {
      event.preventDefault();
      this.takeBack(this.dataset.back);
    } else if (event.key === "Enter" && this.move) {
      event.preventDefault();
      this.keep();
    } else if (job && event.altKey && STEPS[event.key]) {
      event.preventDefault();
      this.step(job, ...STEPS[event.key]);
    }
  }

  begin(job) {
    if (this.move?.job === job) return;
    this.takeBack();
    const at = Number(job.dataset.at);
    const ghost = job.cloneNode(true);
    ghost.classList.add("lane__block--ghost");
    ghost.removeAttribute("href");
    ghost.removeAttribute("data-job");
    ghost.setAttribute("aria-hidden", "true");
    this.move = { job, ghost, at, first: at, lane: job.closest("[data-lane]"), home: job.closest("[data-lane]") };
    job.classList.add("lane__block--left");
    this.dataset.moving = "";
    this.place(at, this.move.lane);
  }

  step(job, quarters, rows) {
    this.begin(job);
    const lanes = this.lanes;
    const lane = lanes[lanes.indexOf(this.move.lane) + rows];
    const at = this.move.at + quarters;
    const last = this.columns - Number(job.dataset.for) + 1;
    if (!lane || at < 1 || at > last) {
      this.say(this.dataset.edge);
      return;
    }
    this.place(at, lane);
    this.ask();
  }

  place(at, lane) {
    const { ghost, move } = { ghost: this.move.ghost, move: this.move };
    ghost.classList.remove(`at-${move.at}`);
    ghost.classList.add(`at-${at}`);
    move.at = at;
    move.lane = lane;
    if (ghost.parentElement !== lane) lane.append(ghost);
  }

  takeBack(words = "") {
    if (!this.move) return;
    window.clearTimeout(this.timer);
    this.move.ghost.remove();
    this.move.job.classList.remove("lane__block--left");
    this.move.job.focus({ preventScroll: true });
    this.move = null;
    delete this.dataset.moving;
    this.say(words);
  }

  left(event) {
    // Going elsewhere with the keyboard takes the job back; a dialog of our own is not elsewhere.
    if (this.move && !this.move.pointer && event.relatedTarget && !this.contains(event.relatedTarget)) this.takeBack();
  }

  // The job's own minutes past the quarter stay as they are.
  start() {
    const [hour, minute] = this.move.job.dataset.start.split(":").map(Number);
    const minutes = hour * 60 + minute + 15 * (this.move.at - this.move.first);
    const pad = (number) => String(number).padStart(2, "0");
    return `${pad(Math.floor(minutes / 60))}:${pad(((minutes % 60) + 60) % 60)}`;
  }

  fields() {
    return {
      technician: this.move.lane.dataset.lane,
      day: this.dataset.day,
      start: this.start(),
      minutes: this.move.job.dataset.minutes,
    };
  }

  // -- asking and sending ----------------------------------------------------------------------

  ask() {
    window.clearTimeout(this.timer);
    this.say(`${this.move.lane.dataset.name} ${this.start()}`);
    this.timer = window.setTimeout(() => this.check(), CHECK_AFTER);
  }

  async check() {
    const { move } = this;
    if (!move) return;
    const wanted = JSON.stringify(this.fields());
    const url = `${move.job.dataset.check}?${new URLSearchParams(this.fields())}`;
    const { ok, body } = await this.fetch(url);
    // An answer about a place the ghost has left already says nothing.
    if (this.move !== move || JSON.stringify(this.fields()) !== wanted) return;
    move.ghost.toggleAttribute("data-broken", !ok || !body.allowed);
    if (!ok) return this.say(body.message);
    const rules = body.findings.map((finding) => finding.words).join(" ") || this.dataset.fits;
    this.say(`${body.technician} ${body.span}. ${rules} ${body.allowed ? this.dataset.ghost : ""}`);
  }

  async keep(override = "") {
    const { move } = this;
    window.clearTimeout(this.timer);
    if (move.at === move.first && move.lane === move.home) return this.takeBack();
    const form = new FormData();
    for (const [name, value] of Object.entries(this.fields())) form.set(name, value);
    form.set("reason", this.dataset.moved);
    form.set("override_reason", override);
    const { ok, body } = await this.fetch(move.job.dataset.change, {
      method: "POST",
      body: form,
      headers: { "X-CSRFToken": this.dataset.csrf },
    });
    if (this.move !== move) return;
    if (body.code === "override_reason_missing") return this.askWhy(body);
    this.takeBack(body.message);
    toast(body.message, ok ? "ok" : "danger");
    if (ok) await this.querySelector("live-part").refresh();
  }

  askWhy(body) {
    const dialog = this.querySelector("[data-why]");
    const reason = dialog.querySelector("[data-why-reason]");
    const rules = body.detail.findings.map((finding) => {
      const line = document.createElement("li");
      line.textContent = finding.words;
      return line;
    });
    dialog.querySelector("[data-why-rules]").replaceChildren(...rules);
    reason.value = "";
    dialog.returnValue = "";
    dialog.addEventListener(
      "close",
      () => {
        if (dialog.returnValue === "move" && reason.value.trim()) this.keep(reason.value.trim());
        else this.takeBack(this.dataset.back);
      },
      { once: true },
    );
    dialog.showModal();
    reason.focus();
  }

  async fetch(url, options = {}) {
    const headers = { Accept: "application/json", ...options.headers };
    try {
      const answer = await fetch(url, { ...options, headers });
      if (answer.redirected) return { ok: false, body: { message: this.dataset.network } };
      return { ok: answer.ok, body: await answer.json() };
    } catch {
      return { ok: false, body: { message: this.dataset.network } };
    }
  }

  // -- the pointer ---------------------------------------------------------------------------------

  grab(event) {
    const job = event.target.closest("[data-job]");
    if (!job || event.button !== 0) return;
    this.pressed = { job, x: event.clientX, y: event.clientY, id: event.pointerId };
  }

  drag(event) {
    if (!this.pressed) return;
    const { job, x, y } = this.pressed;
    const started = this.move?.pointer;
    if (!started && Math.hypot(event.clientX - x, event.clientY - y) < 6) return;
    if (!started) {
      this.begin(job);
      this.move.pointer = true;
      this.setPointerCapture(this.pressed.id);
    }
    const box = this.move.home.getBoundingClientRect();
    const shift = Math.round(((event.clientX - x) / box.width) * this.columns);
    const last = this.columns - Number(job.dataset.for) + 1;
    const at = Math.max(1, Math.min(last, this.move.first + shift));
    const under = this.lanes.find((lane) => {
      const edge = lane.getBoundingClientRect();
      return event.clientY >= edge.top && event.clientY < edge.bottom;
    });
    const lane = under ?? this.move.lane;
    if (at === this.move.at && lane === this.move.lane) return;
    this.place(at, lane);
    this.ask();
  }

  drop() {
    const dragged = Boolean(this.pressed && this.move?.pointer);
    this.pressed = null;
    if (!dragged) return;
    // The click that follows letting go must not follow the link.
    this.swallow = true;
    window.setTimeout(() => (this.swallow = false));
    this.move.pointer = false;
    this.keep();
  }

  click(event) {
    if (!this.swallow && !(this.move && event.target.closest?.("[data-job]"))) return;
    event.preventDefault();
    event.stopPropagation();
  }
}

customElements.define("dispatch-board", DispatchBoard);
