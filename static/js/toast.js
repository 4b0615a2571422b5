// <toast-stack>: messages of the server (already in the page) and of scripts (event "toast" on the document).
//   document.dispatchEvent(new CustomEvent("toast", {detail: {text, tone, action: {label, event}}}))
// A htmx response may send the same as HX-Trigger: {"toast": {"text": "…", "tone": "ok"}}.
// Good news leaves by itself; whatever needs a person stays until it is closed.

import { iconOf, text } from "./texts.js";

const LEAVES_AFTER = 8000;
const STAYS = ["danger", "warn"];

class ToastStack extends HTMLElement {
  connectedCallback() {
    for (const toast of this.querySelectorAll(".toast")) this.arm(toast);
    this.addEventListener("click", (event) => {
      event.target.closest("[data-toast-close]")?.closest(".toast")?.remove();
    });
    this.onToast = (event) => this.add(event.detail ?? {});
    document.addEventListener("toast", this.onToast);
  }

  disconnectedCallback() {
    document.removeEventListener("toast", this.onToast);
  }

  arm(toast) {
    if (STAYS.includes(toast.dataset.tone)) return;
    let timer = 0;
    const start = () => {
      timer = window.setTimeout(() => toast.remove(), LEAVES_AFTER);
    };
    // Nobody loses a message while reading it or reaching for its button.
    for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, () => window.clearTimeout(timer));
    for (const name of ["mouseleave", "focusout"]) toast.addEventListener(name, start);
    start();
  }

  add({ text: sentence, tone = "info", action = null }) {
    if (!sentence) return;
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.dataset.tone = tone;
    const body = document.createElement("div");
    body.className = "toast__text";
    body.textContent = sentence;
    toast.append(iconOf(`tone.${tone}`) ?? "", body, ...this.buttons(toast, action));
    this.append(toast);
    this.arm(toast);
  }

  buttons(toast, action) {
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button button--quiet button--small button--icon";
    close.dataset.toastClose = "";
    close.setAttribute("aria-label", text("close"));
    close.append(iconOf("icon.close") ?? "×");
    if (!action) return [close];
    const act = document.createElement(action.url ? "a" : "button");
    act.className = "button button--small";
    act.textContent = action.label;
    if (action.url) {
      act.href = action.url;
      act.target = "_blank";
    } else {
      act.type = "button";
      act.addEventListener("click", () => {
        toast.remove();
        document.dispatchEvent(new CustomEvent(action.event, { detail: action.detail ?? {} }));
      });
    }
    return [act, close];
  }
}

customElements.define("toast-stack", ToastStack);

/** Shows a message; `tone` is ok, info, warn or danger. */
export function toast(sentence, tone = "info", action = null) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: sentence, tone, action } }));
}

/** Says `sentence` to screen readers only. */
export function announce(sentence) {
  const region = document.getElementById("live-region");
  if (region) region.textContent = sentence;
}
