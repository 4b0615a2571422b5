// The board by keys. Arrows walk from job to job, Alt and arrows move one, Enter keeps it, Esc takes it back.
// H, D, W, [, ], A, U and / are links and buttons of the page with data-key (shortcuts.js), so they stand in the sheet.

import { text } from "../texts.js";
import { QUARTER, snapUp } from "./time.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Keys {
  constructor(board) {
    this.board = board;
    board.addEventListener("keydown", (event) => this.key(event));
    board.addEventListener("focusout", (event) => this.left(event));
    board.addEventListener("focusin", (event) => this.entered(event));
    this.slash = (event) => this.filter(event);
    document.addEventListener("keydown", this.slash, true);
  }

  stop() {
    document.removeEventListener("keydown", this.slash, true);
  }

  // On this page "/" leads to the filter of the board, not to the search of the house.
  filter(event) {
    const elsewhere = event.target.closest?.("input, select, textarea, dialog[open]") ?? document.querySelector("dialog[open]");
    if (event.key !== "/" || elsewhere || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (localStorage.getItem("single-keys") === "off") return;
    event.preventDefault();
    event.stopPropagation();
    this.board.querySelector("[name='q']").focus();
  }

  key(event) {
    // Dialogs and fields have keys of their own.
    if (event.target.closest?.("dialog, input, select, textarea") || event.isComposing) return;
    if (this.handle(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  handle(event) {
    const { mover } = this.board;
    const arrow = ARROWS[event.key];
    const cell = event.target.closest?.("[data-key-of], [data-name-of]");
    if (event.key === "Escape" && mover.move) {
      mover.takeBack(text("board.back"));
      return true;
    }
    if (event.key === "Enter" && mover.move) {
      mover.keep();
      return true;
    }
    if (arrow && event.altKey) return this.push(event.target, arrow);
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (arrow) return this.walk(cell, arrow);
    if (event.key === "Home" || event.key === "End") return this.edge(cell, event.key);
    if (event.key === "Enter" && cell.dataset.keyOf) return this.open(cell);
    return false;
  }

  // -- walking ---------------------------------------------------------------------------------

  walk(cell, [x, y]) {
    const { store, grid } = this.board;
    const job = cell.dataset.keyOf ? store.jobByKey(cell.dataset.keyOf) : null;
    const technician = job?.technician ?? Number(cell.dataset.nameOf);
    if (y !== 0) return this.walkRows(technician, job, y);
    const line = this.lineOf(technician);
    const at = job ? line.findIndex((one) => one.key === job.key) : -1;
    const next = line[at + x];
    if (next) grid.focusOn(next);
    else if (x < 0) grid.focusName(technician);
    return true;
  }

  walkRows(technician, job, step) {
    const { grid } = this.board;
    const person = grid.shown[grid.places.get(technician) + step];
    if (!person) return true;
    const line = job ? this.lineOf(person.id) : [];
    const near = [...line].sort((a, b) => Math.abs(a.start - job.start) - Math.abs(b.start - job.start))[0];
    if (near) grid.focusOn(near);
    else grid.focusName(person.id);
    return true;
  }

  edge(cell, key) {
    const { store, grid } = this.board;
    const job = cell.dataset.keyOf ? store.jobByKey(cell.dataset.keyOf) : null;
    const line = this.lineOf(job?.technician ?? Number(cell.dataset.nameOf));
    const goal = key === "Home" ? line[0] : line.at(-1);
    if (goal) grid.focusOn(goal);
    return true;
  }

  lineOf(technician) {
    const { store, grid } = this.board;
    return store.lineOf(technician).filter((job) => grid.axis.shows(job.start, job.end));
  }

  open(cell) {
    const job = this.board.store.jobByKey(cell.dataset.keyOf);
    if (job) this.board.detail.open(job.number, { focus: true });
    return Boolean(job);
  }

  // -- moving ----------------------------------------------------------------------------------

  push(target, [quarters, rows]) {
    const { mover, grid, store } = this.board;
    const thing = this.thingAt(target);
    if (!mover.move && (!thing || !mover.begin(thing))) return Boolean(thing);
    const { move } = mover;
    if (move.start === null) {
      // From a tray it comes to the first row, at the next quarter that is on the board.
      const [first] = grid.axis.segments;
      move.technician = grid.shown[0]?.id ?? null;
      if (move.technician === null) return true;
      mover.place(move.technician, Math.max(first.start, snapUp(this.board.now())));
      grid.scroller.scrollTop = 0;
      return true;
    }
    const person = grid.shown[grid.places.get(move.technician) + rows];
    const start = move.start + quarters * QUARTER;
    if (!person || !grid.axis.shows(start, start + QUARTER) || start < store.span[0]) {
      this.board.say(text("board.edge"));
      return true;
    }
    mover.place(person.id, start);
    this.showGhost();
    return true;
  }

  thingAt(target) {
    const { store } = this.board;
    const block = target.closest?.("[data-key-of]");
    if (block) return store.jobByKey(block.dataset.keyOf);
    const row = target.closest?.("[data-tray-number]");
    return row ? store.trayRow(row.dataset.trayNumber) : null;
  }

  showGhost() {
    const { ghost } = this.board.mover.move;
    ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // Going elsewhere with the keyboard takes the job back; a dialog or another part of the board is not elsewhere.
  left(event) {
    const { move } = this.board.mover;
    if (!move || move.pointer || !event.relatedTarget || this.board.contains(event.relatedTarget)) return;
    this.board.mover.takeBack();
  }

  entered(event) {
    const block = event.target.closest?.("[data-key-of]");
    if (!block || !this.board.grid.canvas.contains(block)) return;
    this.board.grid.cellKey = block.dataset.keyOf;
    const job = this.board.store.jobByKey(block.dataset.keyOf);
    if (job) this.board.detail.show(job.number);
  }
}
