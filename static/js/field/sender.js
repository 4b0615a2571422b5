// Sends what the phone has kept: visit by visit, in the order of the acts, one at a time, one tab for all.

import { sendSmall } from "./check.js";
import { fetchDay, forgetSignIn, whoIsIn } from "./day.js";
import { renumber, settle } from "./entries.js";
import { change, read } from "./store.js";
import { ask, Failure, wire } from "./server.js";

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;
const ROUND_MS = 30_000;
const TRIES_OF_MALFORMED = 4;
const DAY_FRESH_MS = 60_000;

/** How the sending stands: idle, sending, offline, busy or signed_out; `at` is when the house last answered. */
export const status = { phase: "idle", at: 0 };

const listeners = new Set();
let timer;
let wait = FIRST_WAIT_MS;
let again = false;
let running = false;
// When this tab last asked for the day; the first round always does.
let asked = 0;

/** Calls `listener` when the status changes. */
export function onStatus(listener) {
  listeners.add(listener);
}

function say(phase) {
  status.phase = phase;
  for (const listener of listeners) listener();
}

/** Sends now, or as soon as the running round is over. */
export function kick() {
  again = true;
  if (running) return;
  running = true;
  rounds().finally(() => {
    running = false;
    if (again) kick();
  });
}

async function rounds() {
  while (again) {
    again = false;
    clearTimeout(timer);
    // Another tab may be at it; it sees what was kept here.
    await navigator.locks.request("yipiao-field-sender", { ifAvailable: true }, (lock) => (lock ? round() : undefined));
    timer = setTimeout(kick, status.phase === "idle" ? ROUND_MS : wait);
  }
}

async function round() {
  try {
    const user = await whoIsIn();
    const sent = await drain(user);
    await sendSmall(user);
    if (sent || Date.now() - asked > DAY_FRESH_MS) {
      await fetchDay();
      asked = Date.now();
    }
    status.at = Date.now();
    wait = FIRST_WAIT_MS;
    say("idle");
  } catch (error) {
    if (!(error instanceof Failure)) console.error(error);
    const kind = error instanceof Failure ? error.kind : "busy";
    if (kind === "signed_out") await forgetSignIn();
    wait = Math.max(Math.min(wait * 2, LONGEST_WAIT_MS), (error.wait ?? 0) * 1000);
    say(kind);
  }
}

/** Fetches the day anew, and sends what there is. */
export async function refresh() {
  await fetchDay();
  status.at = Date.now();
  kick();
}

async function drain(user) {
  const all = (await read("entries")).filter((one) => one.user === user);
  const queue = all.filter((one) => one.state === "local" || one.state === "waiting").sort((a, b) => a.n - b.n);
  const held = new Set(all.filter((one) => one.state === "stuck").map((one) => one.visit));
  let sent = 0;
  for (const visit of new Set(queue.map((one) => one.visit))) {
    if (held.has(visit)) continue;
    sent += await sendVisit(queue.filter((one) => one.visit === visit));
  }
  return sent;
}

async function sendVisit(entries) {
  if (entries.some((one) => one.state === "local")) say("sending");
  for (const [n, entry] of entries.entries()) {
    const goesOn = await sendOne(entry);
    if (!goesOn) return n + 1;
  }
  return entries.length;
}

// Whether the entries after it may go on their way.
async function sendOne(entry) {
  const current = await read("entries", entry.id);
  if (!current || current.state === "applied") return true;
  const { status: code, body } = await ask("POST", `/api/v1/visits/${entry.visit}/entries`, await wire(current));
  if (code === 200) {
    await settleAll(body);
    return true;
  }
  return refusedAtTheDoor(current, code, body);
}

/** Notes the answer of the house to an entry, and to those that it freed. */
async function settleAll(answer) {
  for (const one of [answer, ...(answer.applied ?? [])]) {
    const { state, code = "", message = "", field = "", detail = {} } = one;
    const over = state === "applied" || state === "review";
    await settle(one.id, {
      state,
      code,
      message,
      field,
      detail,
      settled_at: Date.now(),
      // What was big is at the house now.
      ...(over ? { blob: undefined } : {}),
    });
  }
}

// The house kept nothing of it.
async function refusedAtTheDoor(entry, code, body) {
  if (body.code === "seq_taken") return moveUp(entry);
  const tries = entry.tries + 1;
  if (code === 400 && tries < TRIES_OF_MALFORMED) {
    await settle(entry.id, { tries });
    throw new Failure("busy");
  }
  const { message = "", field = "", detail = {} } = body;
  await settle(entry.id, { state: "stuck", code: body.code ?? String(code), message, field, detail, tries });
  return false;
}

// Another entry has its number: this phone was set up anew. The house says which numbers it has seen.
async function moveUp(entry) {
  await fetchDay();
  const day = await read("meta", `day:${entry.user}`);
  const seen = day.visits.find((one) => one.id === entry.visit)?.next_seq?.[entry.device] ?? entry.seq;
  const last = Math.max(seen, entry.seq);
  await change(["meta", "entries"], async (tx) => {
    const entries = tx.objectStore("entries");
    const unsent = (await entries.index("visit").getAll(entry.visit)).filter(
      (one) => one.user === entry.user && one.state === "local",
    );
    let seq = last;
    for (const one of unsent.sort((a, b) => a.n - b.n)) await entries.put({ ...one, seq: (seq += 1) });
    await renumber(tx, entry, last);
  });
  again = true;
  return false;
}

/** Begins to send: now, when the network is back, when the app comes to the front, and every half minute. */
export function begin() {
  window.addEventListener("online", kick);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && kick());
  kick();
}
