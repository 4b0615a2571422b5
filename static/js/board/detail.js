// Beside the board: the job that is looked at. What the board knows stands there at once; reasons, the parts of the
// score and the ledger of its moves are fetched when they are wanted.

import { text } from "../texts.js";

const AFTER = 220;

export class Detail {
  constructor(board) {
    this.board = board;
    this.place = board.querySelector("[data-detail]");
    this.number = "";
  }

  /** Shows a ticket soon, so that walking past many asks for the last one only. */
  show(number) {
    this.board.pick(number);
    if (this.number === number) return;
    this.number = number;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.fetch(), AFTER);
  }

  async open(number, { focus, show = false }) {
    this.board.pick(number);
    this.number = number;
    window.clearTimeout(this.timer);
    await this.fetch();
    if (show) this.place.scrollIntoView({ block: "nearest" });
    if (focus) this.place.querySelector("a, button, summary")?.focus();
  }

  /** Reads again what is shown, where the ticket may have changed. */
  again() {
    if (!this.number || this.place.contains(document.activeElement)) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.fetch(), AFTER);
  }

  async fetch() {
    const { number } = this;
    this.place.setAttribute("aria-busy", "true");
    let html = "";
    try {
      const answer = await fetch(this.board.url("job", number), { headers: { "HX-Request": "true" } });
      if (answer.ok && !answer.redirected) html = await answer.text();
    } catch {
      document.dispatchEvent(new CustomEvent("connection:lost"));
    }
    if (this.number !== number) return;
    this.place.removeAttribute("aria-busy");
    if (!html) {
      this.place.textContent = text("part.missing");
      return;
    }
    const open = [...this.place.querySelectorAll("details[open]")].map((one) => one.id);
    const page = new DOMParser().parseFromString(html, "text/html");
    this.place.replaceChildren(...page.body.childNodes);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    window.htmx?.process(this.place);
  }
}
