// What may go wrong with a htmx request, said in words: refusal, lost connection, lost login.

import { toast } from "./toast.js";
import { text } from "./texts.js";

function isLoginPage(xhr) {
  const login = document.body.dataset.loginUrl;
  return Boolean(login && xhr.responseURL && new URL(xhr.responseURL).pathname === login);
}

/** Says that the sign-in has run out, with the way to a new one in another tab. */
export function sayLoggedOut() {
  const url = document.body.dataset.loginUrl;
  toast(text("error.login"), "warn", { label: text("error.login_link"), url });
}

// A refusal comes as JSON {"message": …} or, for a fragment request, as an element with data-refusal.
function refusal(xhr) {
  try {
    return JSON.parse(xhr.responseText).message ?? "";
  } catch {
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    return page.querySelector("[data-refusal]")?.textContent.trim() ?? "";
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  // A redirect to the log-in page would otherwise be swapped into the middle of a half-filled form.
  if (!isLoginPage(event.detail.xhr)) return;
  event.detail.shouldSwap = false;
  sayLoggedOut();
});

// An answer that was asked for before somebody chose something else in the part it replaces would undo that choice.
// Parts that hear "outdated" ask again instead, with what stands in the form now.
function isOutdated({ requestConfig, target }) {
  const sent = requestConfig?.formData;
  const form = target.closest?.("form");
  if (!sent || !form || !target.getAttribute("hx-trigger")?.includes("outdated")) return false;
  const current = new FormData(form);
  const names = new Set([...target.querySelectorAll("[name]")].map((field) => field.name));
  return [...names].some((name) => String(current.getAll(name)) !== String(sent.getAll(name)));
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.shouldSwap || !isOutdated(event.detail)) return;
  event.detail.shouldSwap = false;
  const { target } = event.detail;
  // Not before this request has ended: a part has one request at a time.
  window.setTimeout(() => window.htmx.trigger(target, "outdated"));
});

// A part that fetches itself says in its own place that it did not come (loading.js).
function speaksForItself({ requestConfig, target }) {
  return requestConfig?.verb === "get" && requestConfig.elt === target && target.hasAttribute("hx-get");
}

document.addEventListener("htmx:responseError", (event) => {
  const xhr = event.detail.xhr;
  if (speaksForItself(event.detail) && xhr.status !== 401) return;
  if (xhr.status === 401 || isLoginPage(xhr)) sayLoggedOut();
  else toast(refusal(xhr) || text("error.status", { n: xhr.status }), "danger");
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (!speaksForItself(event.detail)) toast(text("error.network"), "danger");
  });
}
