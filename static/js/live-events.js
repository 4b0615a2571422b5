// <live-events src poll types>: hears of changes by others and tells the page: "live:ticket", "live:call" … fired on
// <body> with the event's data, so that hx-trigger="live:ticket from:body" works.
// src is a stream of named server-sent events (the address carries its own token, so no cookie is sent there). Two
// names are the stream's own: "resync" (something may have been missed) and "expired" (the token has ended). After a
// gap every type is fired once with {resync: true}, so that lists look again.
// While the stream cannot be had, `poll` is asked every few seconds: GET poll?since=CURSOR answers
// {"cursor": "…", "events": [{"type": "ticket", "data": {…}}], "stream": "new address with a fresh token, or absent"}.

import { text } from "./texts.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;
const POLL_EVERY = 10_000;
const TRIES_BEFORE_POLLING = 3;

function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return {};
  }
}

class LiveEvents extends HTMLElement {
  connectedCallback() {
    this.cursor = "";
    this.failures = 0;
    this.gap = false;
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
    this.stream = new EventSource(src);
    this.stream.addEventListener("open", () => {
      if (this.gap) this.resync();
      this.gap = false;
      this.failures = 0;
      this.stopPolling();
      this.say("on");
    });
    for (const type of this.types()) {
      this.stream.addEventListener(type, (event) => this.tell(type, parsed(event.data)));
    }
    this.stream.addEventListener("resync", () => this.resync());
    this.stream.addEventListener("expired", () => this.expire());
    this.stream.addEventListener("error", () => this.lost());
  }

  types() {
    return (this.getAttribute("types") ?? "").split(/\s+/).filter(Boolean);
  }

  resync() {
    for (const type of this.types()) this.tell(type, { resync: true });
  }

  // Only the server can give a new token; the next poll asks for it.
  expire() {
    this.stop();
    this.removeAttribute("src");
    this.startPolling();
  }

  tell(type, data) {
    if (!type) return;
    document.body.dispatchEvent(new CustomEvent(`live:${type}`, { bubbles: true, detail: data }));
  }

  lost() {
    this.stream?.close();
    this.stream = null;
    this.failures += 1;
    this.gap = true;
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
    const { cursor, events, stream } = await answer.json();
    this.cursor = cursor ?? this.cursor;
    this.say("polling");
    for (const each of events ?? []) this.tell(each.type, each.data ?? {});
    if (!stream || this.stream) return;
    this.setAttribute("src", stream);
    this.connect();
  }

  say(state) {
    for (const place of document.querySelectorAll("[data-live-state]")) {
      place.dataset.state = state === "on" ? "on" : "waiting";
      place.textContent = text(`live.${state}`);
    }
  }
}

customElements.define("live-events", LiveEvents);
