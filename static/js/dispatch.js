// <live-part src="address">: fetches its content again when a ticket changed somewhere, without taking anything out of
// the hands of whoever is at work in it: not while a field in it is being filled or a job is being moved, and the row
// walked to and the focus stay where they were.
// [data-assign-current]: presses the "assign" link of the row walked to, else of the first.
// [data-why-current]: opens or closes the parts of the score of the row walked to, else of the first.

import { showMissing } from "./loading.js";

const REST = 2000;

function keyOf(node) {
  return node?.closest?.("[data-row-key]")?.dataset.rowKey ?? "";
}

class LivePart extends HTMLElement {
  connectedCallback() {
    this.wanted = () => this.soon();
    document.body.addEventListener("live:ticket", this.wanted);
  }

  disconnectedCallback() {
    document.body.removeEventListener("live:ticket", this.wanted);
    window.clearTimeout(this.timer);
  }

  soon() {
    if (this.timer) return;
    this.timer = window.setTimeout(async () => {
      this.timer = 0;
      if (this.busy()) this.soon();
      else await this.refresh();
    }, REST);
  }

  busy() {
    if (this.closest("[data-moving]") || this.querySelector("details.ask[open]")) return true;
    const focused = document.activeElement;
    return this.contains(focused) && focused.matches("input, textarea, select");
  }

  async refresh() {
    let answer;
    this.setAttribute("aria-busy", "true");
    try {
      answer = await fetch(this.getAttribute("src"), { headers: { "HX-Request": "true" } });
    } catch {
      document.dispatchEvent(new CustomEvent("connection:lost"));
      return;
    } finally {
      this.removeAttribute("aria-busy");
    }
    // A redirect leads to the log-in page, which is no part of a list.
    if (answer.redirected) return;
    if (!answer.ok) return showMissing(this, () => this.refresh());
    const html = await answer.text();
    if (this.busy()) return this.soon();
    this.replace(html);
  }

  replace(html) {
    const focused = this.contains(document.activeElement) ? document.activeElement : null;
    const place = { key: keyOf(focused), job: focused?.dataset.job ?? "", name: focused?.tagName };
    const current = keyOf(this.querySelector(".is-current"));
    const page = new DOMParser().parseFromString(html, "text/html");
    // A fragment that is a live part itself brings its content, not a second part.
    const part = page.body.querySelector(":scope > live-part");
    this.replaceChildren(...(part ?? page.body).childNodes);
    window.htmx?.process(this);
    if (current) this.row(current)?.classList.add("is-current");
    if (place.job) this.querySelector(`[data-job="${CSS.escape(place.job)}"]`)?.focus();
    else if (place.key) this.row(place.key)?.querySelector(place.name)?.focus({ preventScroll: true });
    this.dispatchEvent(new CustomEvent("live-part:replaced", { bubbles: true }));
  }

  row(key) {
    return this.querySelector(`[data-row-key="${CSS.escape(key)}"]`);
  }
}

customElements.define("live-part", LivePart);

function assignLink() {
  const current = document.querySelector("[data-row].is-current [data-assign]");
  return current ?? document.querySelector("[data-row] [data-assign]");
}

for (const button of document.querySelectorAll("[data-assign-current]")) {
  button.hidden = false;
  button.addEventListener("click", () => assignLink()?.click());
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-why-current]");
  if (!button) return;
  const list = button.closest("section");
  const rows = [...list.querySelectorAll("[data-row]:has(details.why)")];
  const row = rows.find((each) => each.classList.contains("is-current")) ?? rows[0];
  const why = row?.querySelector("details.why");
  if (!why) return;
  why.open = !why.open;
  why.querySelector("summary").focus();
});
