// An entry is one thing the technician did: it gets its id, its number in the order of the visit, and what the phone
// knew before, all in the transaction that keeps it.

import { change } from "./store.js";

export const OPEN = new Set(["local", "stuck"]);

/** A new id; also where the browser has no way of its own to make one. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

async function next(meta, key, least = 0) {
  const n = Math.max((await meta.get(key)) ?? 0, least) + 1;
  await meta.put(n, key);
  return n;
}

async function deviceOf(meta, user) {
  const key = `device:${user}`;
  const known = await meta.get(key);
  if (known) return known;
  const made = newId();
  await meta.put(made, key);
  return made;
}

/** The id of this phone for `user`; made when it is first asked for. */
export async function device(user) {
  return change(["meta"], (tx) => deviceOf(tx.objectStore("meta"), user));
}

/**
 * Keeps an entry of `user` on `visit` (as the snapshot has it) and gives it back; throws where it could not be kept.
 * `more` may hold base, position, blob and thumb of a photo, and the name of the draft that is used up by it.
 */
export async function record({ user, visit, action, data = {}, more = {} }) {
  return change(["meta", "entries", "drafts"], async (tx) => {
    const meta = tx.objectStore("meta");
    const mine = await deviceOf(meta, user);
    const entry = {
      id: newId(),
      user,
      visit: visit.id,
      ticket: visit.ticket?.number ?? "",
      device: mine,
      seq: await next(meta, `seq:${user}:${visit.id}`, visit.next_seq?.[mine] ?? 0),
      n: await next(meta, "n"),
      action,
      data,
      base: more.base ?? null,
      position: more.position ?? null,
      happened_at: new Date().toISOString(),
      state: "local",
      tries: 0,
    };
    if (more.blob) Object.assign(entry, { blob: more.blob, thumb: more.thumb });
    await tx.objectStore("entries").put(entry);
    if (data.corrects) await mark(tx, data.corrects, { corrected: true });
    if (more.settles) await mark(tx, more.settles, { corrected: true });
    if (more.draft) await tx.objectStore("drafts").delete(more.draft);
    return entry;
  });
}

async function mark(tx, id, fields) {
  const entries = tx.objectStore("entries");
  const found = await entries.get(id);
  if (found) await entries.put({ ...found, ...fields });
}

/** Notes what became of an entry. */
export async function settle(id, fields) {
  return change(["entries"], (tx) => mark(tx, id, fields));
}

/** Takes an entry back that never reached the server; those after it move up, so that the numbers have no gap. */
export async function discard(id) {
  return change(["meta", "entries"], async (tx) => {
    const entries = tx.objectStore("entries");
    const gone = await entries.get(id);
    if (!gone || !OPEN.has(gone.state)) return;
    await entries.delete(id);
    await renumber(tx, gone, gone.seq - 1);
  });
}

/** Gives the unsent entries of the same visit the numbers after `last`, in their order. */
export async function renumber(tx, { user, visit }, last) {
  const entries = tx.objectStore("entries");
  const all = await entries.index("visit").getAll(visit);
  const unsent = all.filter((one) => one.user === user && OPEN.has(one.state) && one.seq > last);
  let seq = last;
  for (const one of unsent.sort((a, b) => a.n - b.n)) await entries.put({ ...one, seq: (seq += 1) });
  await tx.objectStore("meta").put(seq, `seq:${user}:${visit}`);
}
