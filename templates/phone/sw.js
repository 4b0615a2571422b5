{% autoescape off %}// The service worker of the technician's app. Made by the server: the list below names every file with its address.
"use strict";

const APP = {{ worker_json }};
const CACHE = `field-${APP.version}`;
const KEPT = new Set([...APP.files, ...APP.later]);

// Whole and ours, or nothing: a page of the sign-in in place of the app would stay there.
function isGood(answer) {
  return answer.ok && !answer.redirected && answer.type === "basic";
}

async function fetchNew(address) {
  const answer = await fetch(address, { cache: "no-cache", credentials: "same-origin" });
  if (!isGood(answer)) throw new Error(`${answer.status} for ${address}`);
  return answer;
}

async function keep(address) {
  const answer = await fetchNew(address);
  await (await caches.open(CACHE)).put(address, answer);
}

self.addEventListener("install", (event) => {
  event.waitUntil(Promise.all([APP.shell, ...APP.files].map(keep)));
});

async function dropOld() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("field-") && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("activate", (event) => event.waitUntil(dropOld()));

async function keepScan() {
  const cache = await caches.open(CACHE);
  for (const address of [APP.scan, ...APP.later]) {
    if (!(await cache.match(address, { ignoreVary: true }))) await keep(address);
  }
}

self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
  if (event.data === "keep-scan") event.waitUntil(keepScan().catch(() => undefined));
});

// The page of another version would ask for files that this worker does not have.
async function renew(address) {
  try {
    const answer = await fetchNew(address);
    if (answer.headers.get(APP.header) === APP.version) await (await caches.open(CACHE)).put(address, answer);
  } catch {
    // Without a network, or signed out, the page that is there stays.
  }
}

async function fromCache(request, address, event) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(address, { ignoreVary: true });
  if (found) {
    if (request.mode === "navigate") event.waitUntil(renew(address));
    return found;
  }
  const answer = await fetch(request);
  if (isGood(answer)) event.waitUntil(cache.put(address, answer.clone()));
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const isPage = request.mode === "navigate" && (url.pathname === APP.shell || url.pathname === APP.scan);
  if (isPage || KEPT.has(url.pathname)) event.respondWith(fromCache(request, url.pathname, event));
});
{% endautoescape %}
