// The day as the house tells it: fetched when it can be had, kept on the phone, dropped with what is over.

import { change, read } from "./store.js";
import { ask, Failure, token } from "./server.js";

const KEPT_FOR_MS = 3 * 24 * 3600 * 1000;

/** The day of `user` as the phone has it; undefined where it never came. */
export async function keptDay(user) {
  return user ? read("meta", `day:${user}`) : undefined;
}

function isDone(entry, now) {
  return (entry.state === "applied" || entry.corrected) && now - Date.parse(entry.happened_at) > KEPT_FOR_MS;
}

// Customers' names and numbers stay no longer than their visits; work that has not arrived stays until it has.
function kept(day, before, entries) {
  const waiting = new Set(entries.filter((one) => one.state !== "applied" && !one.corrected).map((one) => one.visit));
  const told = new Set(day.visits.map((one) => one.id));
  const left = (before?.visits ?? []).filter((one) => !told.has(one.id) && waiting.has(one.id));
  return [...day.visits, ...left.map((one) => ({ ...one, left: true }))];
}

/** Fetches the day and keeps it; whose it is, is from now on whose entries are sent. Throws a Failure. */
export async function fetchDay() {
  const began = Date.now();
  const { status, body } = await ask("GET", "/api/v1/field/day");
  if (status === 403) throw new Failure("signed_out");
  if (status !== 200 || !body?.user) throw new Failure("busy");
  const user = body.user.id;
  await change(["meta", "entries"], async (tx) => {
    const meta = tx.objectStore("meta");
    const entries = tx.objectStore("entries");
    const all = (await entries.getAll()).filter((one) => one.user === user);
    const before = await meta.get(`day:${user}`);
    const day = { ...body, asked_at: began, visits: kept(body, before, all) };
    await meta.put(day, `day:${user}`);
    await meta.put({ user, token: token() }, "signed_in");
    for (const one of all) if (isDone(one, began)) await entries.delete(one.id);
  });
  return user;
}

/** Who is signed in, asked anew where the sign-in is another than the one that was answered last. */
export async function whoIsIn() {
  const known = await read("meta", "signed_in");
  return known && known.token && known.token === token() ? known.user : fetchDay();
}

/** The sign-in that was known no longer holds. */
export async function forgetSignIn() {
  const known = await read("meta", "signed_in");
  if (known?.token) await change(["meta"], (tx) => tx.objectStore("meta").put({ ...known, token: "" }, "signed_in"));
}
