// form[data-asks-first]: a long form that is sent as a whole page. When the sign-in has run out meanwhile, the answer
// would be the log-in page and everything typed would be gone; so the server is asked first, and the form stays.

import { sayLoggedOut } from "./requests.js";
import { toast } from "./toast.js";
import { text } from "./texts.js";

async function ask(form, submitter) {
  const url = document.querySelector("live-events")?.getAttribute("poll");
  form.dataset.asked = "asking";
  try {
    const answer = url ? await fetch(url, { redirect: "manual", credentials: "same-origin" }) : null;
    if (answer && (answer.type === "opaqueredirect" || answer.status === 401)) return sayLoggedOut();
    form.dataset.asked = "yes";
    form.requestSubmit(submitter);
  } catch {
    document.dispatchEvent(new CustomEvent("connection:lost"));
    toast(text("connection.kept"), "warn");
  } finally {
    delete form.dataset.asked;
  }
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("[data-asks-first]") || form.dataset.asked === "yes") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!form.dataset.asked) ask(form, event.submitter);
  },
  true,
);
