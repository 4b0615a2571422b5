// Who else looks at the same outlet and day, and who has which job in hand. A courtesy: without it all else works.

import { text } from "../texts.js";
import { post } from "./server.js";

const EVERY = 12_000;

export class Presence {
  constructor(board) {
    this.board = board;
    this.others = [];
    this.job = "";
    this.onOthers = () => this.soon(200);
    document.body.addEventListener("live:presence", this.onOthers);
    this.timer = window.setInterval(() => document.hidden || this.tell(), EVERY);
    this.soon(600);
  }

  stop() {
    document.body.removeEventListener("live:presence", this.onOthers);
    window.clearInterval(this.timer);
    window.clearTimeout(this.wait);
  }

  /** This person has taken a job in hand, or put it down ("" ). */
  drags(number) {
    if (this.job === number) return;
    this.job = number;
    this.soon(0);
  }

  soon(after) {
    window.clearTimeout(this.wait);
    this.wait = window.setTimeout(() => this.tell(), after);
  }

  async tell() {
    const { outlet, day, scale } = this.board.asked();
    const { ok, body } = await post(this.board.dataset.presence, this.board.dataset.csrf, { outlet, day, scale, job: this.job });
    if (!ok) return;
    const before = JSON.stringify(this.others);
    this.others = body.others;
    if (JSON.stringify(this.others) !== before) this.draw();
  }

  draw() {
    const names = this.others.map(({ name }) => name).join(text("board.comma"));
    this.board.querySelector("[data-others]").textContent = names ? text("board.also_here", { names }) : "";
    this.board.grid.draw();
  }

  /** Who has this job in hand, in words; nothing where nobody has. */
  heldBy(number) {
    const holder = this.others.find((one) => one.job === number);
    return holder ? text("board.held", { name: holder.name }) : "";
  }
}
