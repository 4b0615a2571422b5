// Parts that come later: busy while they are on their way, and when one does not come, a sentence in its place with
// "try again". What stood there stays readable below it.

import { text } from "./texts.js";

function partOf(event) {
  const { requestConfig, target } = event.detail;
  return requestConfig?.verb === "get" && target instanceof HTMLElement && target.isConnected ? target : null;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  partOf(event)?.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:afterRequest", (event) => {
  partOf(event)?.removeAttribute("aria-busy");
});

/** Says in `part` that it did not come; `again` fetches it once more. */
export function showMissing(part, again, sentence = text("part.missing")) {
  part.querySelector(":scope > [data-missing]")?.remove();
  const loading = part.querySelector("[data-loading]");
  const note = document.createElement("div");
  note.className = "notice part-missing";
  note.dataset.tone = "warn";
  note.dataset.missing = "";
  note.setAttribute("role", "alert");
  const words = document.createElement("span");
  words.textContent = loading ? sentence : `${sentence} ${text("part.old")}`;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--small";
  button.textContent = text("part.again");
  button.addEventListener("click", () => {
    note.remove();
    again();
  });
  note.append(words, button);
  if (loading) loading.replaceWith(note);
  else part.prepend(note);
}

function fetchAgain(part, path) {
  return () => {
    if (part.childElementCount === 0) {
      const waiting = document.createElement("span");
      waiting.className = "muted";
      waiting.dataset.loading = "";
      waiting.textContent = text("part.loading");
      part.append(waiting);
    }
    window.htmx.ajax("GET", path, { source: part, swap: part.getAttribute("hx-swap") ?? "innerHTML" });
  };
}

function missing(event) {
  const part = partOf(event);
  // Only a part that fetches itself; the steps in a dialog have words of their own.
  if (!part || part !== event.detail.requestConfig.elt || !part.hasAttribute("hx-get")) return;
  const status = event.detail.xhr?.status ?? 0;
  showMissing(part, fetchAgain(part, part.getAttribute("hx-get")), status === 403 ? text("part.forbidden") : undefined);
}

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, missing);

// A part that is missing comes by itself once the server is back.
document.addEventListener("connection:back", () => {
  for (const button of document.querySelectorAll("[data-missing] > button")) button.click();
});
