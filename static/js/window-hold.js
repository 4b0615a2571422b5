// <window-hold until="…" src="…" release="…">: counts down how long a promised time is held for this form, renews the
// hold while somebody types, and lets it go when the page is left without sending. The truth is the server's: an
// expired hold counts nowhere, whatever stands here.

import { serverNow } from "./server-clock.js";

const TICK = 1000;
// Renewed at most this often, and only after something was typed since.
const RENEW = 60_000;

class WindowHold extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.until = Date.parse(this.getAttribute("until") ?? "");
    this.renewedAt = Date.now();
    this.onInput = () => {
      this.typed = true;
    };
    this.onSubmit = () => {
      this.sent = true;
    };
    this.onHide = () => this.leave();
    this.form?.addEventListener("input", this.onInput);
    this.form?.addEventListener("submit", this.onSubmit);
    window.addEventListener("pagehide", this.onHide);
    this.timer = window.setInterval(() => this.beat(), TICK);
    this.beat();
  }

  disconnectedCallback() {
    window.clearInterval(this.timer);
    this.form?.removeEventListener("input", this.onInput);
    this.form?.removeEventListener("submit", this.onSubmit);
    window.removeEventListener("pagehide", this.onHide);
  }

  beat() {
    const left = Math.max(0, Math.ceil((this.until - serverNow()) / 1000));
    const place = this.firstElementChild ?? this;
    if (left === 0) {
      place.textContent = this.dataset.over ?? "";
      this.dataset.state = "over";
    } else {
      const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      place.textContent = (this.dataset.text ?? "{time}").replace("{time}", time);
      this.dataset.state = left < RENEW / 1000 ? "soon" : "held";
    }
    if (this.typed && Date.now() - this.renewedAt >= RENEW) this.renew();
  }

  async renew() {
    this.typed = false;
    this.renewedAt = Date.now();
    try {
      const answer = await fetch(this.getAttribute("src"), { method: "POST", body: this.fields(), credentials: "same-origin" });
      const told = answer.ok ? await answer.json() : null;
      if (told?.expires_at) this.until = Date.parse(told.expires_at);
      else this.form?.querySelector("#windows")?.dispatchEvent(new CustomEvent("windows:refresh"));
    } catch {
      this.typed = true;
    }
  }

  leave() {
    if (!this.sent) navigator.sendBeacon(this.getAttribute("release"), this.fields());
  }

  fields() {
    return new FormData(this.form);
  }
}

customElements.define("window-hold", WindowHold);
