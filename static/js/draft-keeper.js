// <draft-keeper src="…">: around a form; posts what has been typed every three seconds when it changed, says when
// it was kept, and warns before the page is left while something is not kept. The server answers 2xx.

import { text } from "./texts.js";

const EVERY = 3000;

class DraftKeeper extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form") ?? this.closest("form");
    if (!this.form || !this.getAttribute("src")) return;
    this.kept = this.contents(this.asSent());
    this.savedAt = 0;
    this.state = "idle";
    this.timer = window.setInterval(() => this.beat(), EVERY);
    this.onLeave = (event) => {
      if (!this.sent && this.contents() !== this.kept) event.preventDefault();
    };
    this.onSubmit = () => {
      this.sent = true;
    };
    this.form.addEventListener("submit", this.onSubmit);
    window.addEventListener("beforeunload", this.onLeave);
    this.onShow = () => {
      this.sent = false;
    };
    window.addEventListener("pageshow", this.onShow);
  }

  disconnectedCallback() {
    window.clearInterval(this.timer);
    window.removeEventListener("beforeunload", this.onLeave);
    window.removeEventListener("pageshow", this.onShow);
    this.form?.removeEventListener("submit", this.onSubmit);
  }

  // The form as the server sent it: what was typed before this script had loaded counts as typed.
  asSent() {
    const copy = this.form.cloneNode(true);
    copy.reset();
    return copy;
  }

  fields(form = this.form) {
    const data = new FormData(form);
    const kept = new URLSearchParams();
    for (const [name, value] of data) if (typeof value === "string") kept.append(name, value);
    return kept;
  }

  contents(form = this.form) {
    const kept = this.fields(form);
    kept.delete("csrfmiddlewaretoken");
    return kept.toString();
  }

  async beat() {
    if (this.sent) return;
    if (this.state !== "saving" && this.contents() !== this.kept) await this.save();
    this.say();
  }

  async save() {
    const contents = this.contents();
    this.state = "saving";
    this.say();
    try {
      const answer = await fetch(this.getAttribute("src"), {
        method: "POST",
        body: this.fields(),
        headers: { "X-CSRFToken": this.token(), "X-Requested-With": "XMLHttpRequest" },
        credentials: "same-origin",
      });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      this.kept = contents;
      this.savedAt = Date.now();
      this.state = "saved";
    } catch (error) {
      if (error instanceof TypeError) document.dispatchEvent(new CustomEvent("connection:lost"));
      this.state = "failed";
    }
  }

  token() {
    const field = this.form.querySelector("[name=csrfmiddlewaretoken]");
    if (field) return field.value;
    return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
  }

  say() {
    const place = this.querySelector("[data-draft-note]") ?? this.form.querySelector("[data-draft-note]");
    if (!place) return;
    const sentence = this.sentence();
    place.dataset.state = this.state;
    if (place.textContent !== sentence) place.textContent = sentence;
  }

  sentence() {
    if (this.state === "saving") return text("draft.saving");
    if (this.state === "failed") return text("draft.failed");
    if (this.contents() !== this.kept) return text("draft.unsaved");
    if (!this.savedAt) return "";
    const seconds = Math.max(1, Math.round((Date.now() - this.savedAt) / 1000));
    return seconds < 60
      ? text("draft.saved", { n: seconds })
      : text("draft.saved_min", { n: Math.round(seconds / 60) });
  }
}

customElements.define("draft-keeper", DraftKeeper);
