// The pointer: dragging a block, a row of a tray or a pin of the map onto a row.

import { MINUTE, snap } from "./time.js";

const FROM = 6;
const EDGE = 36;

export class Drag {
  constructor(board) {
    this.board = board;
    this.pressed = null;
    board.addEventListener("pointerdown", (event) => this.press(event));
    board.addEventListener("pointermove", (event) => this.go(event));
    board.addEventListener("pointerup", () => this.drop());
    board.addEventListener("pointercancel", () => this.cancel());
    board.addEventListener("click", (event) => this.click(event), true);
    board.addEventListener("dragstart", (event) => event.preventDefault());
  }

  press(event) {
    if (event.button !== 0) return;
    const block = event.target.closest("[data-key-of]");
    const row = event.target.closest("[data-tray-number]");
    const pin = event.target.closest("[data-pin]");
    const thing = block ? this.board.store.jobByKey(block.dataset.keyOf) : this.waiting(row) ?? this.pinned(pin);
    if (!thing) return;
    const at = block ? this.board.grid.under(event.clientX, event.clientY) : null;
    // The job is held where it was taken; from a tray it is held by its beginning.
    const held = block && at && thing.start !== undefined ? at.ms - thing.start : 0;
    this.pressed = { thing, held, x: event.clientX, y: event.clientY, id: event.pointerId };
  }

  waiting(row) {
    return row ? this.board.store.trayRow(row.dataset.trayNumber) : null;
  }

  // A pin of the map is dragged like a block.
  pinned(pin) {
    const { store } = this.board;
    return pin ? store.jobByNumber(pin.dataset.pin) ?? store.trayRow(pin.dataset.pin) : null;
  }

  go(event) {
    const { pressed } = this;
    if (!pressed) return;
    if (!pressed.started) {
      if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < FROM) return;
      if (!this.board.mover.begin(pressed.thing, { pointer: true })) {
        this.pressed = null;
        return;
      }
      pressed.started = true;
      this.board.setPointerCapture(pressed.id);
    }
    pressed.last = [event.clientX, event.clientY];
    this.follow();
    this.scrollAtEdge();
  }

  follow() {
    const under = this.board.grid.under(...this.pressed.last);
    if (!under) return;
    const { segments } = this.board.grid.axis;
    const first = segments[0].start;
    const last = segments.at(-1).end - this.board.mover.move.subject.minutes * MINUTE;
    const start = Math.max(first, Math.min(Math.max(first, last), snap(under.ms - this.pressed.held)));
    this.board.mover.place(under.technician, start);
  }

  scrollAtEdge() {
    window.clearTimeout(this.timer);
    const { scroller } = this.board.grid;
    const edge = scroller.getBoundingClientRect();
    const [x, y] = this.pressed.last;
    const down = y > edge.bottom - EDGE ? 14 : y < edge.top + EDGE + 28 ? -14 : 0;
    const right = x > edge.right - EDGE ? 14 : x < edge.left + EDGE + 148 && x > edge.left ? -14 : 0;
    const inside = x > edge.left && x < edge.right && y > edge.top && y < edge.bottom;
    if (!inside || (down === 0 && right === 0)) return;
    scroller.scrollBy(right, down);
    this.timer = window.setTimeout(() => {
      if (!this.pressed?.started) return;
      this.follow();
      this.scrollAtEdge();
    }, 30);
  }

  drop() {
    const { pressed } = this;
    this.pressed = null;
    window.clearTimeout(this.timer);
    if (!pressed?.started) return;
    // The click that follows letting go must not open what lies under it.
    this.swallow = true;
    window.setTimeout(() => (this.swallow = false));
    const over = this.board.grid.under(...pressed.last);
    if (over) this.board.mover.keep();
    else this.board.mover.takeBack();
  }

  cancel() {
    this.pressed = null;
    window.clearTimeout(this.timer);
    this.board.mover.takeBack();
  }

  click(event) {
    if (!this.swallow) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
