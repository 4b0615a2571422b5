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
    this.turn = Promise.resolve();
    this.changes = 0;
    this.open = 0;
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
    if (this.board.mover.move || this.busy || this.open > 0 || !this.isBehind) return;
    this.busy = true;
    if (this.whole || this.waiting.size > MOST) await this.load();
    else await this.refresh([...this.waiting], this.gap);
    this.busy = false;
    if (this.isBehind) this.soon();
  }

  get isBehind() {
    return this.gap || this.whole || this.waiting.size > 0;
  }

  /** Sends a change of our own: what was asked for before it was kept knows nothing of it, and is asked for again. */
  async changing(change) {
    this.changes += 1;
    this.open += 1;
    try {
      return await change();
    } finally {
      this.open -= 1;
      this.soon();
    }
  }

  // One question after the other, so that no older answer comes after a newer one.
  inTurn(question) {
    const answered = this.turn.then(question);
    this.turn = answered.catch(() => {});
    return answered;
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

  /** The whole board; what is still on its way belongs to what was shown before. */
  load() {
    this.changes += 1;
    return this.inTurn(() => {
      this.whole = false;
      this.gap = false;
      this.waiting.clear();
      return this.read({}, () => (this.whole = true));
    });
  }

  /** The jobs of some tickets, or with `gap` whatever changed since the last answer. */
  refresh(numbers, gap = false) {
    return this.inTurn(() => {
      for (const number of numbers) this.waiting.delete(number);
      if (gap) this.gap = false;
      const more = gap ? { since: this.board.store.cursor } : { numbers: numbers.join(",") };
      return this.read(more, () => {
        for (const number of numbers) this.waiting.add(number);
        this.gap ||= gap;
      });
    });
  }

  // `again` notes what has to be asked for once more.
  async read(more, again) {
    const { changes } = this;
    const { ok, body } = await ask(`${this.board.dataset.feed}?${this.query(more)}`);
    if (!ok) return this.missed(body, again);
    if (changes !== this.changes || this.open > 0) {
      again();
      this.soon();
      return false;
    }
    if (body.numbers) this.board.store.patch(body);
    else this.board.store.load(body);
    this.board.notice("");
    return true;
  }

  missed(body, again) {
    this.board.notice(`${body.message} ${text("board.old")}`);
    window.setTimeout(() => {
      again();
      this.gap = true;
      this.soon();
    }, 5000);
    return false;
  }
}
