// The pieces of a row: jobs, drives, and the hours nobody can be sent.

import { iconOf, text } from "../texts.js";
import { NAME_WIDTH } from "./axis.js";
import { awayWords, isMovable, nameOf, sentenceOf, stateOf, toneOf } from "./looks.js";

function span(className, words = "") {
  const node = document.createElement("span");
  node.className = className;
  node.textContent = words;
  return node;
}

/** An empty block; `paintBlock` fills it. */
export function blockFor(job) {
  const node = document.createElement("div");
  node.className = "tb-block";
  node.setAttribute("role", "gridcell");
  node.tabIndex = -1;
  node.dataset.keyOf = job.key;
  const actual = span("tb-actual");
  actual.setAttribute("aria-hidden", "true");
  actual.hidden = true;
  return { node, actual, words: "" };
}

// From which width on a block has room for its sign, its name, and each further sign beside it.
const ROOM = [18, 46, 72, 92];
const SIGN = 1;
const NAME = 2;

export function paintBlock(board, block, job, left, width) {
  const { store } = board;
  const now = board.now();
  const { node } = block;
  node.style.left = `${NAME_WIDTH + left}px`;
  node.style.width = `${width}px`;
  const state = stateOf(job, now);
  const dim = !board.filters.matches(job);
  const held = board.presence?.heldBy(job.number) ?? "";
  const picked = board.picked === job.number;
  const room = ROOM.filter((least) => width > least).length;
  const words = [state, job.number, job.start, job.end, job.technician, job.pending, dim, held, room, picked].join("|");
  paintActual(board, block, job, now);
  if (block.words === words) return;
  block.words = words;
  node.dataset.job = job.number;
  node.dataset.state = state;
  node.dataset.tone = toneOf(state);
  node.toggleAttribute("data-pending", Boolean(job.pending));
  node.toggleAttribute("data-dim", dim);
  node.toggleAttribute("data-locked", !isMovable(job));
  node.toggleAttribute("data-picked", picked);
  node.toggleAttribute("data-held", Boolean(held));
  node.setAttribute("aria-label", held ? `${sentenceOf(store, job, now)} · ${held}` : sentenceOf(store, job, now));
  node.title = `${store.zone.span(job.start, job.end)} ${nameOf(store, job)} ${job.number} ${job.district}`.trim();
  const signs = [];
  if (job.lat === null) signs.push(iconOf("board.icon.no_place") ?? "");
  if (!isMovable(job) && state !== "done") signs.push(iconOf("board.icon.locked") ?? "");
  const inner = room >= SIGN ? [iconOf(`board.icon.${state}`) ?? ""] : [];
  if (room >= NAME) inner.push(span("tb-block__name", nameOf(store, job)), ...signs.slice(0, room - NAME));
  node.replaceChildren(...inner);
}

// Planned is the outline, what really happened is the fill: from the arrival to the end of the work, or to now.
function paintActual(board, { actual, node }, job, now) {
  const { axis } = board.grid;
  const until = job.finished ?? (job.ticketState === "in_service" ? now : null);
  actual.hidden = job.arrived === null || until === null;
  node.toggleAttribute("data-actual", !actual.hidden);
  if (actual.hidden) return;
  const left = axis.x(job.arrived);
  actual.style.left = `${NAME_WIDTH + left}px`;
  actual.style.width = `${Math.max(3, axis.x(until) - left)}px`;
  actual.dataset.tone = job.arrived > job.end ? "danger" : toneOf(stateOf(job, now));
}

export function driveFor() {
  const node = span("tb-drive tiny num");
  node.setAttribute("aria-hidden", "true");
  return node;
}

/** Off duty, away and lunch, for the whole line. */
export function shadesFor(store, axis, technician) {
  const shifts = store.shifts.get(technician) ?? [];
  const found = [];
  for (const segment of axis.segments) {
    let at = segment.start;
    for (const shift of shifts) {
      if (shift.end <= segment.start || shift.start >= segment.end) continue;
      if (shift.start > at) found.push(shade("off", at, shift.start, axis));
      at = Math.max(at, shift.end);
    }
    if (at < segment.end) found.push(shade("off", at, segment.end, axis));
  }
  for (const shift of shifts) {
    if (shift.lunchStart !== null) found.push(lunchOf(store, technician, shift, axis));
  }
  for (const away of store.absences.get(technician) ?? []) {
    if (axis.shows(away.start, away.end)) {
      const { reason, span: when } = awayWords(store, away);
      found.push(shade("away", away.start, away.end, axis, reason, `${reason} ${when}`));
    }
  }
  return found;
}

// A job inside covers the word, and half a word tells nobody anything; the dots stay.
function lunchOf(store, technician, shift, axis) {
  const words = text("board.lunch");
  return shade("lunch", shift.lunchStart, shift.lunchEnd, axis, isCovered(store, technician, shift) ? "" : words, words);
}

function isCovered(store, technician, { lunchStart, lunchEnd }) {
  return store.lineOf(technician).some((job) => job.start < lunchEnd && job.end > lunchStart);
}

/** Which lunches of a technician jobs lie over: all that shades say about jobs. */
export function lunchesCovered(store, technician) {
  const lunches = (store.shifts.get(technician) ?? []).filter((shift) => shift.lunchStart !== null);
  return lunches.map((shift) => Number(isCovered(store, technician, shift))).join("");
}

function shade(kind, start, end, axis, words = "", title = words) {
  const left = axis.x(start);
  const width = axis.x(end) - left;
  const node = span(`tb-shade tb-shade--${kind}`, width > 30 ? words : "");
  node.style.left = `${NAME_WIDTH + left}px`;
  node.style.width = `${width}px`;
  if (title) node.title = title;
  return node;
}
