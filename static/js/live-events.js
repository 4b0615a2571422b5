// <live-events src poll>: hears of changes by others and tells the page: "live:ticket", "live:notification" …
// fired on <body> with the event's data, so that hx-trigger="live:ticket from:body" works.
// src is an event stream (server-sent events); while it cannot be reached, `poll` is asked every few seconds:
// GET poll?since=CURSOR answers {"cursor": "…", "events": [{"type": "ticket", "data": {…}}]}.

import { text } from "./texts.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;
const POLL_EVERY = 10_000;
const TRIES_BEFORE_POLLING = 3;

class LiveEvents extends HTMLElement {
  connectedCallback() {
    this.cursor = "";
    this.failures = 0;
    this.onVisible = () => {
      if (!document.hidden && !this.stream) this.connect();
    };
    document.addEventListener("visibilitychange", this.onVisible);
    this.onHide = () => this.stop();
    this.onShow = (event) => event.persisted && this.start();
    window.addEventListener("pagehide", this.onHide);
    window.addEventListener("pageshow", this.onShow);
    this.start();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.onVisible);
    window.removeEventListener("pagehide", this.onHide);
    window.removeEventListener("pageshow", this.onShow);
    this.stop();
  }

  start() {
    if (this.getAttribute("src")) this.connect();
    else this.startPolling();
  }

  stop() {
    window.clearTimeout(this.retry);
    window.clearTimeout(this.pollTimer);
    this.pollTimer = 0;
    this.stream?.close();
    this.stream = null;
  }

  connect() {
    const src = this.getAttribute("src");
    if (!src || this.stream) return;
    window.clearTimeout(this.retry);
    const url = new URL(src, location.href);
    if (this.cursor) url.searchParams.set("since", this.cursor);
    this.stream = new EventSource(url, { withCredentials: url.origin !== location.origin });
    this.stream.addEventListener("open", () => {
      this.failures = 0;
      this.stopPolling();
      this.say("on");
    });
    this.stream.addEventListener("message", (event) => this.receive(event));
    this.stream.addEventListener("error", () => this.lost());
  }

  receive(event) {
    let message;
    try {
      message = JSON.parse(event.data);
    } catch {
      return;
    }
    if (event.lastEventId) this.cursor = event.lastEventId;
    this.tell(message.type, message.data ?? message);
  }

  tell(type, data) {
    if (!type) return;
    document.body.dispatchEvent(new CustomEvent(`live:${type}`, { bubbles: true, detail: data }));
  }

  lost() {
    this.stream?.close();
    this.stream = null;
    this.failures += 1;
    if (this.failures >= TRIES_BEFORE_POLLING) this.startPolling();
    else this.say("off");
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures);
    // Spread, so that a restarted server is not met by everybody in the same second.
    this.retry = window.setTimeout(() => this.connect(), wait * (0.5 + Math.random() / 2));
  }

  startPolling() {
    if (!this.getAttribute("poll")) {
      this.say("off");
      return;
    }
    if (!this.pollTimer) this.pollTimer = window.setTimeout(() => this.poll(), 0);
  }

  stopPolling() {
    window.clearTimeout(this.pollTimer);
    this.pollTimer = 0;
  }

  async poll() {
    try {
      if (!document.hidden) await this.ask();
    } catch {
      this.say("off");
    }
    if (this.pollTimer && this.isConnected) this.pollTimer = window.setTimeout(() => this.poll(), POLL_EVERY);
  }

  async ask() {
    const url = new URL(this.getAttribute("poll"), location.href);
    if (this.cursor) url.searchParams.set("since", this.cursor);
    const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const { cursor, events } = await answer.json();
    this.cursor = cursor ?? this.cursor;
    this.say("polling");
    for (const each of events ?? []) this.tell(each.type, each.data ?? {});
  }

  say(state) {
    for (const place of document.querySelectorAll("[data-live-state]")) {
      place.dataset.state = state === "on" ? "on" : "waiting";
      place.textContent = text(`live.${state}`);
    }
  }
}

customElements.define("live-events", LiveEvents);
