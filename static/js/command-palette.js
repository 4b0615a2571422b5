// <command-palette search="address">: Ctrl+K or ⌘K opens it, anywhere. The lines of the role come with the page; the
// steps come from the buttons of the page itself ([data-steps] and [data-key]); what is typed is also looked for among
// customers and tickets, by the one search. A combobox with a listbox: the focus stays in the line, arrows choose.

import { reachable } from "./shortcuts.js";

const WAIT = 180;
const MOST_FOUND = 12;

class CommandPalette extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.input = this.querySelector("input");
    this.list = this.querySelector("[role=listbox]");
    this.onKey = (event) => this.globalKey(event);
    document.addEventListener("keydown", this.onKey);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.run(event.target.closest("[role=option]")));
    this.dialog.addEventListener("close", () => this.stopLooking());
    this.dialog.addEventListener("dialog:open", () => this.fill());
    this.querySelector("[data-print]").addEventListener("click", () => window.print());
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKey);
    this.stopLooking();
  }

  globalKey(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (this.dialog.open) this.dialog.close();
    else if (!document.querySelector("dialog[open]")) this.open();
  }

  open() {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) menu.removeAttribute("open");
    this.dialog.showModal();
    this.fill();
  }

  fill() {
    this.input.value = "";
    this.fillSteps();
    this.group("found").querySelectorAll("[role=option]").forEach((option) => option.remove());
    this.filter();
    this.say("keys");
    this.input.focus();
  }

  group(name) {
    return this.list.querySelector(`[data-group=${name}]`);
  }

  // -- the steps of the page ------------------------------------------------------

  fillSteps() {
    const group = this.group("steps");
    for (const option of group.querySelectorAll("[role=option]")) option.remove();
    const seen = new Set();
    const nodes = document.querySelectorAll("[data-steps] a, [data-steps] button, main [data-key], toast-stack [data-key]");
    for (const node of nodes) {
      if (seen.has(node) || node.disabled || !reachable(node)) continue;
      seen.add(node);
      const option = this.stepOf(node, seen.size);
      if (option) group.append(option);
    }
  }

  stepOf(node, number) {
    const copy = node.cloneNode(true);
    for (const part of copy.querySelectorAll("kbd, svg")) part.remove();
    const label = (node.getAttribute("aria-label") || copy.textContent).trim().replace(/\s+/g, " ");
    if (!label) return null;
    const option = this.option(`palette-step-${number}`);
    const words = document.createElement("span");
    words.textContent = label;
    option.append(words);
    if (node.dataset.key) {
      const key = document.createElement("kbd");
      key.className = "push";
      key.textContent = node.dataset.key.toUpperCase();
      option.append(key);
    }
    option.step = node;
    return option;
  }

  option(id) {
    const option = document.createElement("div");
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.className = "palette__option";
    option.id = id;
    return option;
  }

  // -- typing ---------------------------------------------------------------------

  typed() {
    this.filter();
    window.clearTimeout(this.timer);
    const words = this.input.value.trim();
    if (!this.getAttribute("search") || words.length < 2) return this.clearFound();
    this.timer = window.setTimeout(() => this.look(words), WAIT);
  }

  stopLooking() {
    window.clearTimeout(this.timer);
    this.asked?.abort();
  }

  clearFound() {
    this.asked?.abort();
    for (const option of this.group("found").querySelectorAll("[role=option]")) option.remove();
    this.filter();
  }

  // A place that a step leads to already stands there once, with the key of the step.
  isStep(option) {
    const steps = [...this.group("steps").querySelectorAll("[role=option]")];
    return steps.some((step) => option.dataset.url && step.step?.getAttribute("href") === option.dataset.url);
  }

  filter() {
    const words = this.input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    for (const option of this.list.querySelectorAll("[role=option]")) {
      if (option.closest("[data-group=found]")) continue;
      const text = `${option.textContent} ${option.dataset.words ?? ""}`.toLowerCase();
      option.hidden = !words.every((word) => text.includes(word)) || this.isStep(option);
    }
    for (const group of this.list.querySelectorAll("[role=group]")) {
      group.hidden = !group.querySelector("[role=option]:not([hidden])");
    }
    this.choose(this.shown()[0]);
    this.say(this.shown().length ? "keys" : "none");
  }

  async look(words) {
    this.asked?.abort();
    this.asked = new AbortController();
    this.say("looking");
    const url = new URL(this.getAttribute("search"), location.href);
    url.searchParams.set("q", words);
    const { signal } = this.asked;
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin", signal });
      if (answer.redirected || answer.status === 401) return this.failed("login");
      if (!answer.ok) return this.failed("offline");
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (this.input.value.trim() === words) this.showFound(page);
    } catch (error) {
      if (error.name !== "AbortError") this.failed("offline");
    }
  }

  failed(why) {
    this.clearFound();
    this.say(why);
  }

  showFound(page) {
    const group = this.group("found");
    for (const option of group.querySelectorAll("[role=option]")) option.remove();
    const rows = [...page.querySelectorAll("[data-row]")].slice(0, MOST_FOUND);
    rows.forEach((row, place) => group.append(this.foundOf(row, place)));
    const before = this.chosen;
    this.filter();
    // Whoever has begun to walk through the list keeps his place; a number or a name that fits comes first.
    if (before && !before.hidden && before.isConnected && this.walked) this.choose(before);
    else if (rows.length) this.choose(group.querySelector("[role=option]"));
  }

  foundOf(row, place) {
    const option = this.option(`palette-found-${place + 1}`);
    option.dataset.url = row.querySelector("a").getAttribute("href");
    const line = row.querySelector(".row");
    for (const part of line.querySelectorAll("a")) {
      const words = document.createElement("span");
      words.className = part.className;
      words.append(...part.childNodes);
      part.replaceWith(words);
    }
    option.append(...line.childNodes);
    return option;
  }

  // -- choosing -------------------------------------------------------------------

  shown() {
    return [...this.list.querySelectorAll("[role=option]:not([hidden])")];
  }

  choose(option) {
    this.chosen?.setAttribute("aria-selected", "false");
    this.chosen = option ?? null;
    this.walked = false;
    this.input.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6 };
    if (event.key in steps) {
      event.preventDefault();
      const shown = this.shown();
      if (shown.length === 0) return;
      const at = shown.indexOf(this.chosen);
      const one = Math.abs(steps[event.key]) === 1;
      const next = at + steps[event.key];
      const wrapped = (next + shown.length) % shown.length;
      this.choose(shown[one ? wrapped : Math.max(0, Math.min(shown.length - 1, next))]);
      this.walked = true;
    } else if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      this.run(this.chosen);
    }
  }

  run(option) {
    if (!option || option.hidden) return;
    this.dialog.close();
    if (option.dataset.url) {
      window.location.assign(option.dataset.url);
      return;
    }
    const node = option.step ?? document.querySelector(option.dataset.press);
    if (!node) return;
    if (node.matches("input, select, textarea")) node.focus();
    else node.click();
  }

  say(name) {
    const said = this.querySelector(`template[data-said=${name}]`)?.content.textContent.trim() ?? "";
    const place = this.querySelector(".palette__said");
    if (place.textContent !== said) place.textContent = said;
  }
}

customElements.define("command-palette", CommandPalette);
