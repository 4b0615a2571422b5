// The one script every page loads. Heavier elements come only where a page has them.

import "./toast.js";
import "./requests.js";
import "./fresh-token.js";
import "./connection.js";
import "./signed-in.js";
import "./loading.js";
import "./keep-place.js";
import "./dialog.js";
import "./menu.js";
import "./shortcuts.js";
import "./double-submit.js";
import "./sla-chip.js";
import "./relative-time.js";
import "./live-events.js";
import "./search-pop.js";

const ELEMENTS = {
  "chart-table": () => import("./chart-table.js"),
  "draft-keeper": () => import("./draft-keeper.js"),
  "signature-field": () => import("./signature.js"),
  "command-palette": () => import("./command-palette.js"),
  "photo-field": () => import("./photo.js"),
};

function loadElements() {
  for (const [name, load] of Object.entries(ELEMENTS)) {
    if (!customElements.get(name) && document.querySelector(name)) load();
  }
}

function focusErrors(root) {
  root.querySelector?.("[data-focus]")?.focus();
}

// A link to a field leads there without a mark in the address: forms without an action would send the mark along, and
// the next page would begin at that field instead of at what it has to say.
function followWithin(event) {
  const link = event.target.closest?.('main a[href^="#"]');
  const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!target?.matches("input, select, textarea, [tabindex]")) return;
  event.preventDefault();
  target.focus();
}

// On a narrow screen the places run out of sight; the one that is open is shown. Only the bar itself is moved.
function showHere() {
  const here = document.querySelector(".nav [aria-current]");
  if (!here) return;
  const bar = here.parentElement;
  bar.scrollLeft += here.getBoundingClientRect().left - bar.getBoundingClientRect().left - 16;
}

loadElements();
focusErrors(document);
showHere();
document.addEventListener("click", followWithin);
document.addEventListener("htmx:afterSettle", (event) => {
  loadElements();
  focusErrors(event.target);
});
