// Rows of technicians against time. Only the rows and blocks in sight are in the page, plus what has the focus or is
// being moved; blocks are kept by key and changed in place, so that a change by others takes nothing out of the hands.

import { text } from "../texts.js";
import { Axis, NAME_WIDTH } from "./axis.js";
import { blockFor, driveFor, lunchesCovered, paintBlock, shadesFor } from "./blocks.js";
import { MINUTE } from "./time.js";

const HEAD = 28;
const SPARE_ROWS = 4;
const SPARE_WIDTH = 400;

export class Grid {
  constructor(board, scroller) {
    this.board = board;
    this.scroller = scroller;
    this.canvas = scroller.querySelector("[data-canvas]");
    this.head = scroller.querySelector("[data-head]");
    this.now = document.createElement("div");
    this.now.className = "tb-now";
    this.now.setAttribute("aria-hidden", "true");
    this.rows = new Map();
    this.cellKey = "";
    scroller.addEventListener("scroll", () => this.soon(), { passive: true });
    new ResizeObserver(() => this.measure()).observe(scroller);
  }

  get store() {
    return this.board.store;
  }

  get rowHeight() {
    return document.documentElement.dataset.density === "compact" ? 36 : 44;
  }

  get technicians() {
    return this.board.filters.technicians();
  }

  // Called when the data, the scale or the width has changed.
  measure() {
    if (!this.store.isLoaded || this.scroller.clientWidth === 0) return;
    const room = this.scroller.clientWidth - NAME_WIDTH - 2;
    this.axis = new Axis(this.store.zone, this.store.days, this.store.hours, this.board.scale, room);
    this.shown = this.technicians;
    this.places = new Map(this.shown.map((one, place) => [one.id, place]));
    this.canvas.style.width = `${NAME_WIDTH + this.axis.width}px`;
    this.canvas.style.height = `${HEAD + this.shown.length * this.rowHeight}px`;
    this.scroller.setAttribute("aria-rowcount", String(this.shown.length + 1));
    this.drawHead();
    for (const row of this.rows.values()) row.shaded = false;
    this.draw();
  }

  // Called when jobs have changed: days, hours and, mostly, the rows are the same.
  refresh() {
    const now = this.technicians;
    const isSame = this.axis && now.length === this.shown.length && now.every((one, place) => one === this.shown[place]);
    if (isSame) this.draw();
    else this.measure();
  }

  /** Scrolls to the present moment, with some of what went before; on a day it is not part of, to the beginning. */
  showNow() {
    const now = this.board.now();
    const before = (this.scroller.clientWidth - NAME_WIDTH) / 4;
    this.scroller.scrollLeft = this.axis?.segmentOf(now) ? Math.max(0, this.axis.x(now) - before) : 0;
  }

  soon() {
    if (this.frame) return;
    this.frame = window.requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  drawHead() {
    const marks = this.axis.marks().map(({ x, hour, day }) => {
      const mark = document.createElement("div");
      mark.setAttribute("role", "columnheader");
      mark.className = "tb-mark num";
      mark.style.left = `${NAME_WIDTH + x}px`;
      mark.textContent = day ? this.board.dayWords(day) : String(hour).padStart(2, "0");
      return mark;
    });
    const corner = document.createElement("div");
    corner.setAttribute("role", "columnheader");
    corner.className = "tb-corner";
    corner.textContent = text("board.technician");
    this.head.replaceChildren(corner, ...marks);
  }

  draw() {
    if (!this.axis) return;
    const { scrollTop, clientHeight, scrollLeft, clientWidth } = this.scroller;
    const first = Math.max(0, Math.floor(scrollTop / this.rowHeight) - SPARE_ROWS);
    const last = Math.min(this.shown.length - 1, Math.ceil((scrollTop + clientHeight) / this.rowHeight) + SPARE_ROWS);
    const reach = [scrollLeft - NAME_WIDTH - SPARE_WIDTH, scrollLeft + clientWidth + SPARE_WIDTH];
    const wanted = new Set();
    for (let place = first; place <= last; place += 1) wanted.add(this.shown[place].id);
    for (const id of this.kept()) if (this.places.has(id)) wanted.add(id);
    for (const [id, row] of this.rows) if (!wanted.has(id)) this.remove(id, row);
    for (const place of [...wanted].map((id) => this.places.get(id)).sort((a, b) => a - b)) this.row(place, reach);
    this.drawNow();
    this.rove();
  }

  // What must stay in the page although it may be out of sight.
  kept() {
    const found = [];
    const focused = this.store.jobByKey(this.focusKey());
    if (focused) found.push(focused.technician);
    if (this.board.mover.move) found.push(this.board.mover.move.technician);
    return found;
  }

  focusKey() {
    const cell = document.activeElement?.closest?.("[data-key-of]");
    return cell && this.canvas.contains(cell) ? cell.dataset.keyOf : "";
  }

  remove(id, row) {
    row.node.remove();
    this.rows.delete(id);
  }

  row(place, reach) {
    const person = this.shown[place];
    let row = this.rows.get(person.id);
    if (!row) {
      row = this.makeRow(person);
      this.rows.set(person.id, row);
      this.canvas.insertBefore(row.node, this.nodeAfter(place));
    }
    row.node.style.top = `${HEAD + place * this.rowHeight}px`;
    row.node.setAttribute("aria-rowindex", String(place + 2));
    this.paintName(row, person);
    const covered = lunchesCovered(this.store, person.id);
    if (!row.shaded || row.covered !== covered) {
      row.shades.replaceChildren(...shadesFor(this.store, this.axis, person.id));
      row.shaded = true;
      row.covered = covered;
    }
    this.drawBlocks(row, person.id, reach);
  }

  // Rows stand in the page in the order in which they are read.
  nodeAfter(place) {
    let found = null;
    let nearest = Infinity;
    for (const [id, row] of this.rows) {
      const other = this.places.get(id);
      if (row.node.isConnected && other > place && other < nearest) [found, nearest] = [row.node, other];
    }
    return found;
  }

  makeRow(person) {
    const node = document.createElement("div");
    node.className = "tb-row";
    node.setAttribute("role", "row");
    node.dataset.technician = person.id;
    const name = document.createElement("div");
    name.className = "tb-name";
    name.setAttribute("role", "rowheader");
    name.tabIndex = -1;
    name.dataset.nameOf = person.id;
    const shades = document.createElement("div");
    shades.className = "tb-shades";
    shades.setAttribute("aria-hidden", "true");
    node.append(name, shades);
    return { node, name, shades, shaded: false, covered: "", blocks: new Map(), drives: new Map(), words: "" };
  }

  paintName(row, person) {
    const load = this.store.loadOf(person.id);
    const words = `${person.name}|${person.stars}|${load}`;
    if (row.words === words) return;
    row.words = words;
    const name = document.createElement("span");
    name.className = "tb-name__name strong";
    name.textContent = person.name;
    const more = document.createElement("span");
    more.className = "tb-name__more tiny muted num";
    more.textContent = `★${person.stars} · ${load === null ? "–" : `${load} %`}`;
    row.name.setAttribute(
      "aria-label",
      text("board.row", { name: person.name, stars: person.stars, load: load === null ? "–" : load }),
    );
    row.name.replaceChildren(name, more);
  }

  drawBlocks(row, technician, [from, until]) {
    const line = this.store.lineOf(technician);
    const focus = this.focusKey();
    const seen = new Set();
    for (const job of line) {
      if (!this.axis.shows(job.start, job.end)) continue;
      const left = this.axis.x(job.start);
      const right = this.axis.x(job.end);
      if ((right < from || left > until) && job.key !== focus) continue;
      seen.add(job.key);
      let block = row.blocks.get(job.key);
      if (!block) {
        block = this.takeBlock(job.key, technician) ?? blockFor(job);
        row.blocks.set(job.key, block);
        row.node.append(block.actual, block.node);
        if (job.key === this.refocus) this.restore(block);
      }
      paintBlock(this.board, block, job, left, Math.max(6, right - left));
      this.drawDrive(row, job, line, left);
    }
    for (const [key, block] of row.blocks) {
      if (seen.has(key)) continue;
      if (key === focus) this.refocus = key;
      block.node.remove();
      block.actual.remove();
      row.drives.get(key)?.remove();
      row.blocks.delete(key);
      row.drives.delete(key);
    }
  }

  // A job that changed rows brings its block along; moving it in the page costs it the focus, which is given back.
  takeBlock(key, technician) {
    for (const [id, row] of this.rows) {
      if (id === technician || !row.blocks.has(key)) continue;
      const block = row.blocks.get(key);
      if (block.node.contains(document.activeElement)) this.refocus = key;
      row.blocks.delete(key);
      row.drives.get(key)?.remove();
      row.drives.delete(key);
      return block;
    }
    return null;
  }

  restore(block) {
    this.refocus = "";
    block.node.focus({ preventScroll: true });
  }

  drawDrive(row, job, line, left) {
    const minutes = this.store.driveTo(job, line);
    let node = row.drives.get(job.key);
    if (minutes === 0) {
      node?.remove();
      row.drives.delete(job.key);
      return;
    }
    if (!node) {
      node = driveFor();
      row.drives.set(job.key, node);
      row.node.append(node);
    }
    const before = this.store.before(job, line);
    const gap = before ? (job.start - before.end) / MINUTE : Infinity;
    const from = this.axis.x(job.start - (minutes ?? 15) * MINUTE);
    node.style.left = `${NAME_WIDTH + Math.min(from, left)}px`;
    node.style.width = `${Math.max(0, left - from)}px`;
    node.dataset.quality = minutes === null ? "unknown" : this.store.travel.quality;
    node.toggleAttribute("data-tight", minutes !== null && gap < minutes);
    node.textContent = left - from < 18 ? "" : minutes === null ? "?" : String(minutes);
  }

  drawNow() {
    const now = this.board.now();
    const inside = this.axis.segmentOf(now);
    this.now.hidden = !inside;
    if (!inside) return;
    this.now.style.left = `${NAME_WIDTH + this.axis.x(now)}px`;
    if (!this.now.isConnected) this.canvas.append(this.now);
  }

  // One cell of the grid can be reached by Tab: the one that was used last, else the first.
  rove() {
    const cells = [...this.canvas.querySelectorAll("[data-key-of], [data-name-of]")];
    const wanted = cells.find((cell) => cellKey(cell) === this.cellKey) ?? cells.find((cell) => cell.dataset.keyOf);
    const chosen = wanted ?? cells[0];
    for (const cell of cells) cell.tabIndex = cell === chosen ? 0 : -1;
  }

  // -- places ------------------------------------------------------------------------------

  /** Brings a job into sight and answers its block, or null where it is not on this board. */
  reveal(job) {
    const place = this.places?.get(job.technician);
    if (place === undefined || !this.axis.shows(job.start, job.end)) return null;
    const top = place * this.rowHeight;
    const room = this.scroller.clientHeight - HEAD;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    if (top + this.rowHeight > this.scroller.scrollTop + room) this.scroller.scrollTop = top + this.rowHeight - room;
    const left = this.axis.x(job.start);
    const wide = this.scroller.clientWidth - NAME_WIDTH;
    if (left < this.scroller.scrollLeft) this.scroller.scrollLeft = Math.max(0, left - 40);
    const right = this.axis.x(job.end);
    if (right > this.scroller.scrollLeft + wide) this.scroller.scrollLeft = Math.min(left, right - wide + 40);
    this.draw();
    return this.rows.get(job.technician)?.blocks.get(job.key)?.node ?? null;
  }

  focusOn(job) {
    const node = this.reveal(job);
    if (!node) return false;
    this.cellKey = cellKey(node);
    node.focus({ preventScroll: true });
    this.rove();
    return true;
  }

  focusName(technician) {
    const place = this.places?.get(technician);
    if (place === undefined) return;
    const top = place * this.rowHeight;
    const room = this.scroller.clientHeight - HEAD;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    if (top + this.rowHeight > this.scroller.scrollTop + room) this.scroller.scrollTop = top + this.rowHeight - room;
    this.draw();
    const name = this.rows.get(technician)?.name;
    if (!name) return;
    this.cellKey = cellKey(name);
    name.focus({ preventScroll: true });
    this.rove();
  }

  /** The technician and instant under a point of the window; null outside of the rows. */
  under(clientX, clientY) {
    const edge = this.canvas.getBoundingClientRect();
    const view = this.scroller.getBoundingClientRect();
    if (clientX < view.left || clientX > view.right || clientY < view.top + HEAD || clientY > view.bottom) return null;
    const place = Math.floor((clientY - edge.top - HEAD) / this.rowHeight);
    const person = this.shown[place];
    return person ? { technician: person.id, ms: this.axis.ms(clientX - edge.left - NAME_WIDTH) } : null;
  }

  /** Left edge, width and top of a span on the canvas. */
  boxOf(technician, start, end) {
    const left = this.axis.x(start);
    return {
      left: NAME_WIDTH + left,
      width: Math.max(8, this.axis.x(end) - left),
      top: HEAD + (this.places.get(technician) ?? 0) * this.rowHeight,
    };
  }
}

export const cellKey = (cell) => cell.dataset.keyOf ?? `name ${cell.dataset.nameOf}`;
