// Moving a job: a ghost shows where it would stand and what seems to speak against it, at once; then the server says what
// its rules say. Keeping it moves the block at once; what the server refuses goes back to where it was, by name.

import { announce, toast } from "../toast.js";
import { text } from "../texts.js";
import { askWhy } from "./dialogs.js";
import { hintsOf, leavesPromise, subjectOf } from "./hints.js";
import { ask, post } from "./server.js";
import { MINUTE } from "./time.js";

const CHECK_AFTER = 180;

export class Mover {
  constructor(board) {
    this.board = board;
    this.move = null;
    this.undos = [];
  }

  get store() {
    return this.board.store;
  }

  /** Begins to move a job or a row of a tray; false, with words, where it cannot be moved. */
  begin(thing, { pointer = false } = {}) {
    if (this.move?.subject.number === thing.number) return true;
    this.takeBack();
    const subject = subjectOf(thing);
    if (!subject) {
      this.board.say(text("board.cannot_move"));
      return false;
    }
    const ghost = document.createElement("div");
    ghost.className = "tb-ghost";
    ghost.setAttribute("aria-hidden", "true");
    this.move = { subject, thing, ghost, pointer, technician: subject.technician, start: subject.start };
    this.board.toggleAttribute("data-moving", true);
    this.board.presence?.drags(subject.number);
    return true;
  }

  /** Puts the ghost somewhere: drawn and judged at once. */
  place(technician, start) {
    const { move } = this;
    if (!move || (move.technician === technician && move.start === start && move.ghost.isConnected)) return;
    move.technician = technician;
    move.start = start;
    this.draw();
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.check(), CHECK_AFTER);
  }

  draw() {
    const { move } = this;
    const { subject, ghost } = move;
    const grid = this.board.grid;
    const box = grid.boxOf(move.technician, move.start, move.start + subject.minutes * MINUTE);
    ghost.style.left = `${box.left}px`;
    ghost.style.top = `${box.top + 4}px`;
    ghost.style.width = `${box.width}px`;
    ghost.style.height = `${grid.rowHeight - 8}px`;
    const hints = hintsOf(this.store, subject, move.technician, move.start, this.board.now());
    ghost.dataset.fit = hints.some((hint) => hint.hard) ? "no" : hints.length > 0 ? "soft" : "yes";
    ghost.textContent = this.store.zone.clock(move.start);
    if (!ghost.isConnected) grid.canvas.append(ghost);
    const person = this.store.people.get(move.technician)?.name ?? "";
    const span = this.store.zone.span(move.start, move.start + subject.minutes * MINUTE);
    const rules = hints.map((hint) => text(`board.hint.${hint.code}`, hint.values ?? {}));
    const fits = rules.length > 0 ? rules : [text("board.seems_to_fit")];
    this.board.say(`${person} ${span}. ${fits.join(" ")}`, { quietly: true });
  }

  fields(move = this.move) {
    const { zone } = this.store;
    return {
      technician: move.technician,
      day: zone.day(move.start),
      start: zone.clock(move.start),
      minutes: move.subject.minutes,
    };
  }

  async check() {
    const { move } = this;
    if (!move) return;
    const wanted = JSON.stringify(this.fields());
    const { ok, body } = await ask(`${this.board.url("check", move.subject.number)}?${new URLSearchParams(this.fields())}`);
    // An answer about a place the ghost has left already says nothing.
    if (this.move !== move || JSON.stringify(this.fields()) !== wanted) return;
    if (!ok) {
      move.ghost.dataset.fit = "no";
      return this.board.say(body.message);
    }
    move.ghost.dataset.fit = body.allowed ? (body.findings.length > 0 ? "soft" : "yes") : "no";
    const rules = body.findings.map((finding) => finding.words).join(" ") || text("board.fits");
    const change = body.change?.words ? ` ${body.change.words}` : "";
    this.board.say(`${body.technician} ${body.span}. ${rules}${change} ${body.allowed ? text("board.keep") : ""}`);
  }

  takeBack(words = "") {
    if (!this.move) return;
    const { thing } = this.move;
    this.end();
    if (thing.id !== undefined) this.board.grid.focusOn(thing);
    if (words) this.board.say(words);
  }

  end() {
    window.clearTimeout(this.timer);
    this.move?.ghost.remove();
    this.move = null;
    this.board.removeAttribute("data-moving");
    this.board.presence?.drags("");
    this.board.live?.catchUp();
  }

  /** Asks the server for the change. The block stands at its new place meanwhile. */
  async keep() {
    const { move } = this;
    if (!move || move.start === null) return this.takeBack();
    if (move.subject.technician === move.technician && move.subject.start === move.start) {
      return this.takeBack(text("board.back"));
    }
    const fields = this.fields(move);
    this.end();
    await this.send(move, fields);
  }

  async send(move, fields, extra = {}) {
    const { subject } = move;
    const job = subject.id === null ? null : this.store.jobs.get(subject.id);
    const back = job ? this.store.move(job, move.technician, move.start) : () => {};
    if (job) this.board.grid.focusOn(job);
    const isChange = subject.technician !== null;
    const url = this.board.url(isChange ? "change" : "assign", subject.number);
    const asked = { ...fields, version: subject.version, ...(isChange ? { reason: text("board.moved") } : {}), ...extra };
    const { ok, body } = await this.board.live.changing(() => post(url, this.board.dataset.csrf, asked));
    if (ok) return this.done(subject, body);
    const leaves = leavesPromise(subject, move.start, this.board.now());
    if (needsWhy(body)) return this.why(move, fields, body, back, leaves);
    back();
    await this.refused(subject, body);
  }

  async why(move, fields, body, back, leaves) {
    const answer = await askWhy(this.board, body, leaves && move.subject.technician !== null);
    back();
    if (answer) return this.send(move, fields, answer);
    this.board.say(text("board.back"));
    this.focus(move.subject.number);
  }

  async done(subject, body) {
    const undo = body.move ? { id: body.move, number: subject.number } : null;
    if (undo) this.undos.push(undo);
    toast(body.message, "ok", undo ? { label: text("board.undo"), event: "board:undo", detail: undo } : null);
    this.board.say(body.message);
    await this.board.live.refresh([subject.number]);
    this.board.tellOthers(subject.number);
    this.focus(subject.number);
  }

  async refused(subject, body) {
    toast(body.message, "danger");
    this.board.say(body.message);
    const current = body.detail?.current;
    if (body.code === "stale_assignment" || current) await this.board.live.refresh([subject.number]);
    this.focus(subject.number);
  }

  focus(number) {
    const job = this.store.jobByNumber(number);
    const elsewhere = document.activeElement?.closest("dialog, input, textarea, select");
    if (job && !elsewhere) this.board.grid.focusOn(job);
  }

  /** Takes the last step back (or one that is named), by the server's own way. */
  async undo(step = this.undos.at(-1)) {
    if (!step) return this.board.say(text("board.nothing_to_undo"));
    this.undos = this.undos.filter((one) => one.id !== step.id);
    const url = this.board.url("undo", String(step.id));
    const { ok, body } = await this.board.live.changing(() => post(url, this.board.dataset.csrf, {}));
    toast(body.message, ok ? "ok" : "danger");
    announce(body.message);
    this.board.say(body.message);
    await this.board.live.refresh([step.number]);
    this.board.tellOthers(step.number);
    this.focus(step.number);
  }
}

const needsWhy = (body) => body.code === "override_reason_missing" || body.code === "moved_by_missing";
