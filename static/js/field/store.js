// What the app keeps on the phone (IndexedDB): `meta` by name, `entries` by their id, `drafts` by form.
// What `change` gives back is on the disk: its transactions ask for that, and nothing is told before they are complete.

import { openDB } from "../../vendor/idb/index.js";

const NAME = "yipiao-field";
const VERSION = 1;
const channel = new BroadcastChannel(NAME);
const listeners = new Set();
let opened;

function upgrade(db) {
  db.createObjectStore("meta");
  db.createObjectStore("drafts");
  db.createObjectStore("entries", { keyPath: "id" }).createIndex("visit", "visit");
}

function database() {
  opened ??= openDB(NAME, VERSION, {
    upgrade,
    // A closed database is opened anew by whoever needs it next.
    terminated: () => (opened = undefined),
  }).catch((error) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

/** Calls `listener` after every change, made here or in another tab. */
export function onChange(listener) {
  listeners.add(listener);
}

function tell() {
  for (const listener of listeners) listener();
}

channel.onmessage = tell;

/** Whether `error` says that the phone has no room left. */
export function isFull(error) {
  return error?.name === "QuotaExceededError" || /quota|disk full|no space/i.test(error?.message ?? "");
}

/** Runs `act` in one transaction over `stores` and gives its result once everything is on the disk; else throws. */
export async function change(stores, act) {
  const tx = (await database()).transaction(stores, "readwrite", { durability: "strict" });
  const ended = tx.done.then(
    () => null,
    (error) => tx.error ?? error ?? new Error("aborted"),
  );
  let result;
  try {
    result = await act(tx);
  } catch (error) {
    try {
      tx.abort();
    } catch {
      // It has ended by itself.
    }
    const why = await ended;
    throw isFull(why) ? why : error;
  }
  const why = await ended;
  if (why) throw why;
  // A draft is known to the tab that writes it, and to no other before it is needed.
  if (stores.join() !== "drafts") {
    tell();
    channel.postMessage("changed");
  }
  return result;
}

/** Everything kept under `store`, or one value of it. */
export async function read(store, key) {
  const db = await database();
  return key === undefined ? db.getAll(store) : db.get(store, key);
}

/** The drafts of half-typed forms by name. */
export async function readDrafts() {
  const tx = (await database()).transaction("drafts");
  const [keys, values] = await Promise.all([tx.store.getAllKeys(), tx.store.getAll()]);
  return new Map(keys.map((key, n) => [key, values[n]]));
}
