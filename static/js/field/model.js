// What the views show: read from the phone's store after every change, drawn anew by whoever subscribes.

import { keptDay } from "./day.js";
import { device } from "./entries.js";
import { project } from "./project.js";
import { change, onChange, read, readDrafts } from "./store.js";

/** The state of the app in this tab. `failed` is the sentence of a store that cannot be opened. */
export const model = {
  user: null,
  device: "",
  day: null,
  entries: [],
  drafts: new Map(),
  check: null,
  notice: null,
  failed: "",
  newVersion: false,
};

const subscribers = new Set();
let loading = null;
let stale = false;

/** Calls `draw` after every change. */
export function subscribe(draw) {
  subscribers.add(draw);
}

/** Draws the views anew. */
export function redraw() {
  for (const draw of subscribers) draw();
}

async function fill() {
  const signedIn = await read("meta", "signed_in");
  model.user = signedIn?.user ?? null;
  model.day = (await keptDay(model.user)) ?? null;
  model.entries = ((await read("entries")) ?? []).sort((a, b) => a.n - b.n);
  if (loading === "first") model.drafts = await readDrafts();
  model.check = model.user ? ((await read("meta", `check:${model.user}`)) ?? null) : null;
  if (model.user && !model.device) model.device = await device(model.user);
}

/** Reads everything anew; drafts only the first time, for this tab knows them better. */
export async function load() {
  if (loading) {
    stale = true;
    return;
  }
  loading = model.day ? "again" : "first";
  try {
    do {
      stale = false;
      await fill();
    } while (stale);
  } finally {
    loading = null;
  }
  redraw();
}

/** From now on the state follows the store. */
export function follow() {
  onChange(() => load().catch((error) => console.error(error)));
}

/** The entries of who is signed in; others stay where they are. */
export function mine() {
  return model.entries.filter((one) => one.user === model.user);
}

/** How many entries of somebody else this phone keeps. */
export function others() {
  return model.entries.filter((one) => one.user !== model.user && one.state === "local").length;
}

/** The visit `id` as it looks now, or undefined. */
export function visitNow(id) {
  const found = model.day?.visits.find((one) => one.id === id);
  return found && project(found, mine(), model.day.asked_at);
}

/** The visit as the house told it, without what the phone added. */
export function visitTold(id) {
  return model.day?.visits.find((one) => one.id === id);
}

/** Entries of a visit that need somebody: refused, in conflict, under review, or stopped at the door. */
export function troubles(visitId) {
  const states = new Set(["refused", "conflict", "review", "stuck"]);
  return mine().filter((one) => one.visit === visitId && states.has(one.state) && !one.corrected);
}

/** Entries that have not arrived yet. */
export function unsent() {
  return mine().filter((one) => (one.state === "local" || one.state === "stuck") && !one.corrected);
}

/** A short sentence at the foot of the page for some seconds. */
export function say(text, tone = "ok") {
  const notice = { text, tone };
  model.notice = notice;
  redraw();
  setTimeout(() => {
    if (model.notice !== notice) return;
    model.notice = null;
    redraw();
  }, tone === "ok" ? 2500 : 8000);
}

// --- drafts: what is half typed survives the end of the app ---

let writing = Promise.resolve();

/** The draft `name`, or `empty`. */
export function draft(name, empty = {}) {
  return model.drafts.get(name) ?? empty;
}

/** Keeps the draft; later writes wait for earlier ones. Resolves once it is on the disk. */
export function keepDraft(name, value) {
  model.drafts.set(name, value);
  writing = writing
    .then(() => change(["drafts"], (tx) => tx.objectStore("drafts").put(value, name)))
    .catch((error) => reportDraft(error));
  return writing;
}

/** Forgets the draft here; the entry that used it up has removed it from the disk. */
export function dropDraft(name) {
  model.drafts.delete(name);
}

let reportDraft = (error) => console.error(error);

/** What is called when a draft could not be kept. */
export function onDraftFailure(handler) {
  reportDraft = handler;
}
