// The app begins here: the store, the view of the place in the address, the sender, the service worker.

import { render } from "../../vendor/lit-html/lit-html.js";
import { text } from "../texts.js";
import { follow, load, model, onDraftFailure, redraw, say, subscribe, visitNow } from "./model.js";
import { frame } from "./frame.js";
import { watchPlace } from "./place.js";
import { begin, onStatus } from "./sender.js";
import { failureText } from "./ui.js";
import { viewOf } from "./places.js";

const root = document.getElementById("app");
let shown = null;

function route() {
  const parts = decodeURIComponent(location.hash.slice(1)).split("/").filter(Boolean);
  return parts[0] === "visit" ? { name: parts[2] ?? "visit", visit: Number(parts[1]), rest: parts.slice(3) } : { name: parts[0] ?? "today", rest: parts.slice(1) };
}

function draw() {
  const at = route();
  const visit = at.visit ? visitNow(at.visit) : undefined;
  const view = viewOf(at, visit);
  render(frame(at, view), root);
  document.title = `${view.title} · ${text("app.name")}`;
  watchPlace(Boolean(visit && model.day?.consent?.position));
}

// A new place begins at its top, and with its heading for who cannot see it.
function move() {
  const place = location.hash;
  draw();
  if (shown !== null && shown !== place) {
    window.scrollTo(0, 0);
    document.getElementById("place")?.focus({ preventScroll: true });
  }
  shown = place;
}

async function keepWorker() {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register(document.body.dataset.worker, { scope: "/app/" });
  const ripe = () => {
    model.newVersion = Boolean(registration.waiting && navigator.serviceWorker.controller);
    redraw();
  };
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", ripe);
  });
  ripe();
  const ready = await navigator.serviceWorker.ready;
  // The reader of nameplates is big: fetched when the first picture stands.
  setTimeout(() => ready.active?.postMessage("keep-scan"), 5000);
}

async function start() {
  onDraftFailure((error) => say(failureText(error), "danger"));
  window.addEventListener("hashchange", move);
  try {
    await load();
  } catch (error) {
    model.failed = failureText(error);
  }
  subscribe(draw);
  onStatus(redraw);
  follow();
  // What stood there until the app could begin.
  root.replaceChildren();
  move();
  begin();
  keepWorker().catch((error) => console.error(error));
  navigator.storage?.persist?.().catch(() => undefined);
}

start();
