// Changes by others. An event names a ticket: its jobs and the trays are asked for and changed in place. After a gap
// everything that changed since the last answer is asked for; while a job is being moved, changes wait.

import { ask, post } from "./server.js";
import { text } from "../texts.js";

const TOGETHER = 150;
// Shifts and leave have no events: now and then the whole board is read again.
const WHOLE_AFTER = 120_000;
const MOST = 60;

export class Live {
  constructor(board) {
    this.board = board;
    this.waiting = new Set();
    this.gap = false;
    this.whole = false;
    this.concerns = 0;
    this.onTicket = (event) => this.hear(event.detail ?? {});
    document.body.addEventListener("live:ticket", this.onTicket);
    this.timer = window.setInterval(() => this.again(), WHOLE_AFTER);
    if ("BroadcastChannel" in window) {
      this.channel = new BroadcastChannel("dispatch-board");
      this.channel.addEventListener("message", ({ data }) => this.heard(data ?? {}));
    }
  }

  stop() {
    document.body.removeEventListener("live:ticket", this.onTicket);
    window.clearInterval(this.timer);
    this.channel?.close();
    this.channel = null;
  }

  hear({ number, resync }) {
    if (resync || !number) this.gap = true;
    else this.waiting.add(number);
    this.soon();
  }

  heard({ changed, picked }) {
    if (changed) this.hear({ number: changed });
    if (picked) this.board.pick(picked, { told: true });
  }

  tell(message) {
    this.channel?.postMessage(message);
  }

  again() {
    if (document.hidden) return;
    this.lookForConcerns();
    this.whole = true;
    this.soon();
  }

  soon() {
    if (this.pause) return;
    this.pause = window.setTimeout(() => {
      this.pause = 0;
      this.catchUp();
    }, TOGETHER);
  }

  /** Asks for whatever has been heard of, unless a job is in somebody's hand or an answer is still on its way. */
  async catchUp() {
    if (this.board.mover.move || this.busy) return;
    if (!this.gap && !this.whole && this.waiting.size === 0) return;
    if (this.whole || this.waiting.size > MOST) await this.load();
    else await this.refresh([...this.waiting], this.gap);
    if (this.gap || this.whole || this.waiting.size > 0) this.soon();
  }

  // The rules are asked about every booked job, which takes a while: apart from the answers the board waits for.
  async lookForConcerns() {
    const { ok, body } = await post(this.board.dataset.concerns, this.board.dataset.csrf, this.board.asked());
    if (!ok || body.n === this.concerns) return;
    this.concerns = body.n;
    this.gap = true;
    this.soon();
  }

  query(more = {}) {
    return new URLSearchParams({ ...this.board.asked(), ...more });
  }

  async load() {
    this.busy = true;
    this.whole = false;
    this.gap = false;
    this.waiting.clear();
    const { ok, body } = await ask(`${this.board.dataset.feed}?${this.query()}`);
    this.busy = false;
    if (!ok) return this.missed(body);
    this.board.store.load(body);
    this.board.notice("");
    return true;
  }

  async refresh(numbers, gap = false) {
    this.busy = true;
    const since = this.board.store.cursor;
    for (const number of numbers) this.waiting.delete(number);
    const more = gap ? { since } : { numbers: numbers.join(",") };
    if (gap) this.gap = false;
    const { ok, body } = await ask(`${this.board.dataset.feed}?${this.query(more)}`);
    this.busy = false;
    if (!ok) {
      this.gap = true;
      return this.missed(body);
    }
    if (body.numbers) this.board.store.patch(body);
    else this.board.store.load(body);
    this.board.notice("");
    return true;
  }

  missed(body) {
    this.board.notice(`${body.message} ${text("board.old")}`);
    window.setTimeout(() => {
      this.gap = true;
      this.soon();
    }, 5000);
    return false;
  }
}
