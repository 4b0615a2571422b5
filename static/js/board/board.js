// <dispatch-board>: technicians against time, with trays, a map and a list of the same jobs. This file only joins the
// parts: store (what is known), grid (rows and blocks), mover (moving a job), drag and keys (hands), live (others).

import { toast } from "../toast.js";
import { serverNow } from "../server-clock.js";
import { text } from "../texts.js";
import { Detail } from "./detail.js";
import { askWhy, openCandidates } from "./dialogs.js";
import { Drag } from "./drag.js";
import { Filters } from "./filters.js";
import { Grid } from "./grid.js";
import { Keys } from "./keys.js";
import { Layout } from "./layout.js";
import { Live } from "./live.js";
import { Mover } from "./mover.js";
import { Presence } from "./presence.js";
import { post } from "./server.js";
import { Store } from "./store.js";
import { shifted } from "./time.js";
import { Trays } from "./trays.js";

const SPEAK_AFTER = 400;
// A sentence that answers no move in hand stands before the rows no longer than it takes to read.
const SILENT_AFTER = 10_000;
// The rules are asked about every booked job once the page has what it is opened for.
const CONCERNS_AFTER = 1500;

class DispatchBoard extends HTMLElement {
  connectedCallback() {
    this.store = new Store();
    this.scale = this.dataset.scale;
    this.day = this.dataset.day;
    this.picked = "";
    this.mover = new Mover(this);
    this.filters = new Filters(this);
    this.grid = new Grid(this, this.querySelector("[data-grid]"));
    this.trays = new Trays(this);
    this.detail = new Detail(this);
    this.drag = new Drag(this);
    this.keys = new Keys(this);
    this.live = new Live(this);
    this.layout = new Layout(this);
    this.presence = new Presence(this);
    this.store.addEventListener("load", () => this.draw());
    this.store.addEventListener("change", () => this.draw({ sameDays: true }));
    this.addEventListener("click", (event) => this.click(event));
    this.addEventListener("submit", (event) => this.submit(event));
    this.querySelector("[data-day-field]").addEventListener("change", (event) => {
      if (event.target.value) this.go({ day: event.target.value });
    });
    this.onUndo = (event) => this.mover.undo(event.detail);
    document.addEventListener("board:undo", this.onUndo);
    this.onPop = () => window.location.reload();
    window.addEventListener("popstate", this.onPop);
    this.clock = window.setInterval(() => this.draw(), 30_000);
    this.live.load().then(() => {
      this.grid.showNow();
      this.setAttribute("data-ready", "");
      this.concerns = window.setTimeout(() => this.live.lookForConcerns(), CONCERNS_AFTER);
    });
  }

  disconnectedCallback() {
    document.removeEventListener("board:undo", this.onUndo);
    window.removeEventListener("popstate", this.onPop);
    window.clearInterval(this.clock);
    window.clearTimeout(this.concerns);
    window.clearTimeout(this.silence);
    this.live.stop();
    this.presence.stop();
    this.keys.stop();
  }

  now() {
    return serverNow();
  }

  /** What the feed is asked for. */
  asked() {
    return { outlet: this.dataset.outlet, day: this.day, scale: this.scale };
  }

  url(name, value) {
    return this.dataset[name].replace("NUMBER", encodeURIComponent(value)).replace("/0/", `/${value}/`);
  }

  /** Draws what is shown; where days and hours are the same, without measuring them anew. */
  draw({ sameDays = false } = {}) {
    if (!this.store.isLoaded) return;
    this.filters.fill();
    if (sameDays) this.grid.refresh();
    else this.grid.measure();
    this.trays.draw();
    this.querySelector("[data-shown]").textContent = this.filters.words();
    const isEmpty = this.filters.technicians().length === 0;
    this.toggleAttribute("data-empty", isEmpty);
    this.querySelector("[data-none-shown]").hidden = !isEmpty;
    this.layout.draw();
  }

  filtered() {
    this.draw();
  }

  // -- saying ------------------------------------------------------------------------------

  /** Says a sentence under the board and to screen readers; `quietly` while a ghost runs, so that only the last counts. */
  say(words, { quietly = false } = {}) {
    const place = this.querySelector("[data-say]");
    place.textContent = words;
    window.clearTimeout(this.silence);
    if (!this.mover.move) this.silence = window.setTimeout(() => (place.textContent = ""), SILENT_AFTER);
    window.clearTimeout(this.speaks);
    const speak = () => (this.querySelector("[data-spoken]").textContent = words);
    if (quietly) this.speaks = window.setTimeout(speak, SPEAK_AFTER);
    else speak();
  }

  /** A sentence above the board that stays, or none. */
  notice(words) {
    const place = this.querySelector("[data-notice]");
    place.hidden = !words;
    place.querySelector("[data-notice-words]").textContent = words;
  }

  dayWords(day) {
    const [year, month, date] = day.split("-").map(Number);
    const at = new Date(Date.UTC(year, month - 1, date));
    const language = document.documentElement.lang || "zh";
    return new Intl.DateTimeFormat(language, { timeZone: "UTC", month: "2-digit", day: "2-digit", weekday: "short" }).format(at);
  }

  pick(number, { told = false } = {}) {
    if (this.picked === number) return;
    this.picked = number;
    this.grid.draw();
    this.trays.draw();
    this.layout.draw();
    if (!told) this.live.tell({ picked: number });
  }

  tellOthers(number) {
    this.live.tell({ changed: number });
    this.detail.again();
  }

  // -- buttons -----------------------------------------------------------------------------

  click(event) {
    const block = event.target.closest("[data-key-of]");
    if (block) {
      const job = this.store.jobByKey(block.dataset.keyOf);
      if (job) this.detail.open(job.number, { focus: false });
      return;
    }
    const button = event.target.closest("[data-do]");
    if (button) return this.act(button.dataset.do, button, event);
    const link = event.target.closest("[data-candidates-list] a[href]");
    if (link) this.followCandidate(link, event);
  }

  act(name, button, event) {
    const steps = { "day-before": -1, "day-after": 1 };
    if (name in steps) this.go({ day: shifted(this.day, steps[name] * (this.scale === "week" ? 7 : 1)) }, event);
    else if (name === "today") this.go({ day: this.dataset.today }, event);
    else if (name === "scale") this.go({ scale: button.dataset.scale }, event);
    else if (name === "view") this.layout.show(button.dataset.layout === this.layout.view ? "board" : button.dataset.layout);
    else if (name === "save-view") this.keepView();
    else if (name === "undo") this.mover.undo();
    else if (name === "assign") this.assign(button.dataset.number);
    else if (name === "close-candidates") this.querySelector("[data-candidates]").close();
  }

  // What is looked at goes along with the name it is to be kept under.
  keepView() {
    this.querySelector("[data-view-query]").value = location.search;
    this.querySelector("[data-save-view]").showModal();
  }

  // Another day or scale: the address changes, the page stays.
  async go(wanted, event) {
    event?.preventDefault();
    this.mover.takeBack();
    Object.assign(this, wanted);
    const url = new URL(location.href);
    url.searchParams.set("day", this.day);
    url.searchParams.set("scale", this.scale);
    history.pushState(null, "", url);
    for (const button of this.querySelectorAll("[data-do='scale']")) {
      button.setAttribute("aria-pressed", String(button.dataset.scale === this.scale));
    }
    const field = this.querySelector("[data-day-field]");
    field.value = this.day;
    this.querySelector("[data-do='today']").hidden = this.day === this.dataset.today;
    await this.live.load();
    this.grid.showNow();
    this.say(`${this.dayWords(this.day)} · ${this.filters.words()}`);
  }

  /** The candidates of a ticket: the one that is named, else the one looked at, else the first that waits. */
  assign(number = "") {
    const chosen = number || this.picked || this.store.trays.rows.find((row) => row.tray === "assign")?.number;
    if (chosen) openCandidates(this, chosen);
    else this.say(text("board.nothing_to_assign"));
  }

  // -- the list of candidates, without leaving the board -----------------------------------------

  submit(event) {
    const form = event.target.closest("[data-candidates-list] form");
    if (!form) return;
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    delete fields.csrfmiddlewaretoken;
    this.sendCandidate(new URL(form.action, location.href).pathname, fields);
  }

  followCandidate(link, event) {
    const url = new URL(link.href);
    if (!/\/reassign\/$/.test(url.pathname) || !url.searchParams.has("technician")) return;
    event.preventDefault();
    const fields = Object.fromEntries(url.searchParams);
    this.sendCandidate(url.pathname, { ...fields, reason: text("board.moved") });
  }

  async sendCandidate(url, fields) {
    const dialog = this.querySelector("[data-candidates]");
    const { number } = dialog.dataset;
    const job = this.store.jobByNumber(number);
    const asked = { ...fields, ...(job ? { version: job.version } : {}) };
    const { ok, body } = await this.live.changing(() => post(url, this.dataset.csrf, asked));
    if (!ok && body.code === "override_reason_missing") {
      const answer = await askWhy(this, body, false);
      if (answer) await this.sendCandidate(url, { ...fields, ...answer });
      return;
    }
    if (!ok) return toast(body.message, "danger");
    dialog.close();
    await this.mover.done({ number }, body);
  }
}

customElements.define("dispatch-board", DispatchBoard);
