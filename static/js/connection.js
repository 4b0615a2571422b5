// The connection: a banner while the server cannot be reached, nothing sent into the void meanwhile, and a fresh look
// at everything once it is back.
//   document.dispatchEvent(new CustomEvent("connection:lost"))   any script whose request did not get through
//   "connection:back" on the document                            when the server answers again
// The banner stands hidden in the page (components/_connection.html) with the address that is asked.

import { toast } from "./toast.js";
import { text } from "./texts.js";

const ASK_EVERY = 4000;
const banner = document.querySelector("[data-connection]");
let timer = 0;

export const connected = () => !banner || banner.hidden;

function lose() {
  if (!connected() || !banner) return;
  banner.hidden = false;
  document.documentElement.dataset.offline = "";
  timer = window.setTimeout(ask, ASK_EVERY);
}

async function ask() {
  window.clearTimeout(timer);
  if (connected()) return;
  try {
    const answer = await fetch(banner.dataset.connection, { cache: "no-store", credentials: "same-origin" });
    // A server that says it is not well is no connection either.
    if (answer.ok) return found();
  } catch {
    // Still away.
  }
  timer = window.setTimeout(ask, ASK_EVERY);
}

function found() {
  if (connected()) return;
  banner.hidden = true;
  delete document.documentElement.dataset.offline;
  toast(text("connection.back"), "ok");
  document.dispatchEvent(new CustomEvent("connection:back"));
  for (const type of ["ticket", "call", "notification"]) {
    document.body.dispatchEvent(new CustomEvent(`live:${type}`, { bubbles: true, detail: { resync: true } }));
  }
}

window.addEventListener("offline", lose);
window.addEventListener("online", ask);
document.addEventListener("connection:lost", lose);
for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, lose);
banner?.querySelector("button")?.addEventListener("click", ask);
if (navigator.onLine === false) lose();

// A form sent now would end on the browser's own error page. It stays, with all that was typed; where the line may be
// back already, the server is asked first and the form goes out after all.
document.addEventListener(
  "submit",
  async (event) => {
    const { target: form, submitter } = event;
    if (form.method === "dialog" || (connected() && navigator.onLine !== false)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    lose();
    if (navigator.onLine !== false) await ask();
    if (connected()) form.requestSubmit(submitter);
    else toast(text("connection.kept"), "warn");
  },
  true,
);
