// <ticket-page data-number data-live>: opens steps and explanations in the dialog, and takes over what others changed.
// Every link works without this script as a page of its own.

import { announce } from "./toast.js";

class TicketPage extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("#action-dialog");
    this.body = this.querySelector("#action-body");
    this.addEventListener("click", (event) => this.click(event));
    this.onLive = (event) => this.changed(event.detail ?? {});
    document.body.addEventListener("live:ticket", this.onLive);
    document.body.addEventListener("live:clock", this.onLive);
    this.onSwap = (event) => this.beforeSwap(event);
    document.addEventListener("htmx:beforeSwap", this.onSwap);
    for (const button of this.querySelectorAll("[data-needs-script]")) button.hidden = false;
  }

  disconnectedCallback() {
    document.body.removeEventListener("live:ticket", this.onLive);
    document.body.removeEventListener("live:clock", this.onLive);
    document.removeEventListener("htmx:beforeSwap", this.onSwap);
  }

  click(event) {
    const copy = event.target.closest("[data-copy]");
    if (copy) return this.copy(copy);
    const link = event.target.closest("a[data-dialog], a.sla");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.closest("details[data-menu]")?.removeAttribute("open");
    this.open(link.href);
  }

  async open(url) {
    this.body.replaceChildren();
    await window.htmx.ajax("GET", url, { target: this.body, swap: "innerHTML" });
    if (!this.body.hasChildNodes()) return;
    // What is only read has no buttons of its own.
    this.dialog.querySelector("[data-plain-foot]").hidden = Boolean(this.body.querySelector("[data-close-dialog]"));
    if (!this.dialog.open) this.dialog.showModal();
    const first = this.body.querySelector("[autofocus], textarea, select, input:not([type=hidden])");
    first?.focus();
  }

  // A refused step shows its reason inside the dialog, with everything typed still there.
  beforeSwap(event) {
    const { target, xhr } = event.detail;
    if (target !== this.body || xhr.status !== 409) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }

  changed({ number }) {
    if (number !== this.dataset.number) return;
    window.clearTimeout(this.soon);
    this.soon = window.setTimeout(() => this.refresh(), 300);
  }

  refresh() {
    window.htmx.ajax("GET", this.dataset.live, { source: this, swap: "none" });
    for (const panel of this.querySelectorAll("[data-panel]")) window.htmx.trigger(panel, "refresh");
  }

  async copy(button) {
    const field = button.parentElement.querySelector("input");
    field.select();
    await navigator.clipboard?.writeText(field.value);
    announce(button.dataset.done);
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: button.dataset.done, tone: "ok" } }));
  }
}

customElements.define("ticket-page", TicketPage);
