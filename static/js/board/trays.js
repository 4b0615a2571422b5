// The trays: what waits for a technician, for parts or the customer, or for somebody to look. Rows are changed in place.

import { iconOf, text } from "../texts.js";
import { nameOf } from "./looks.js";
import { MINUTE } from "./time.js";

const FIRST = 40;

export class Trays {
  constructor(board) {
    this.board = board;
    this.place = board.querySelector("[data-trays]");
    this.all = new Set();
    this.place.addEventListener("click", (event) => this.click(event));
  }

  draw() {
    const { store } = this.board;
    for (const tray of this.place.querySelectorAll("[data-tray]")) {
      const name = tray.dataset.tray;
      const rows = store.trays.rows.filter((row) => row.tray === name && this.board.filters.matchesWaiting(row));
      const { n = 0, oldest = null } = store.trays.counts[name] ?? {};
      tray.querySelector("[data-count]").textContent = String(n);
      tray.querySelector("[data-oldest]").textContent = oldest === null ? "" : text("board.oldest", { age: this.age(oldest) });
      this.none(tray.querySelector("[data-none]"), rows.length, n);
      this.list(tray.querySelector("[data-rows]"), this.all.has(name) ? rows : rows.slice(0, FIRST));
      const more = tray.querySelector("[data-more]");
      more.hidden = rows.length <= FIRST || this.all.has(name);
      if (!more.hidden) more.textContent = text("board.show_all", { n: rows.length });
    }
  }

  // Where something waits that the filter leaves out, "nothing waits" would not be true.
  none(place, shown, all) {
    place.dataset.words ??= place.textContent;
    place.textContent = all > 0 ? text("board.none_matches", { n: all }) : place.dataset.words;
    place.hidden = shown > 0;
  }

  list(place, rows) {
    const known = new Map([...place.children].map((node) => [node.dataset.trayNumber, node]));
    let after = null;
    for (const row of rows) {
      const node = known.get(row.number) ?? this.makeRow(row);
      known.delete(row.number);
      this.paint(node, row);
      if (after ? after.nextElementSibling !== node : place.firstElementChild !== node) {
        if (after) after.after(node);
        else place.prepend(node);
      }
      after = node;
    }
    for (const node of known.values()) node.remove();
  }

  makeRow(row) {
    const node = document.createElement("li");
    node.className = "tb-wait";
    node.dataset.trayNumber = row.number;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tb-wait__button";
    button.dataset.waiting = row.number;
    node.append(button);
    return node;
  }

  paint(node, row) {
    const { store } = this.board;
    const left = row.due === null ? "" : this.left(row.due);
    const window = row.windowFrom === null ? "" : `${store.zone.day(row.windowFrom).slice(5)} ${store.zone.span(row.windowFrom, row.windowUntil)}`;
    const waits = row.waitsFor ? text(`board.waits.${row.waitsFor}`) : "";
    const place = row.lat === null ? text("board.no_place") : "";
    const words = [row.number, nameOf(store, row), row.district, left, window, waits, place, row.why, this.board.picked === row.number].join("|");
    if (node.words === words) return;
    node.words = words;
    const button = node.firstElementChild;
    const line = (className, ...parts) => {
      const made = document.createElement("span");
      made.className = className;
      made.append(...parts.filter(Boolean));
      return made;
    };
    button.toggleAttribute("data-picked", this.board.picked === row.number);
    button.replaceChildren(...[
      line("tb-wait__head", line("strong", nameOf(store, row)), line("num small muted", row.number.slice(-7))),
      line(
        "tb-wait__more small muted",
        row.district && line("", row.district),
        window && line("num", window),
        waits && line("", waits),
        place && line("tone-warn", iconOf("board.icon.no_place") ?? "", place),
      ),
      row.why && line("small tone-danger", row.why),
      left && line(`tb-wait__due small num${row.due < this.board.now() ? " tone-danger" : ""}`, iconOf("board.icon.clock") ?? "", left),
    ].filter(Boolean));
  }

  left(due) {
    const minutes = Math.round((due - this.board.now()) / MINUTE);
    return minutes >= 0 ? text("sla.left", { time: length(minutes) }) : text("sla.over", { time: length(-minutes) });
  }

  age(since) {
    return length(Math.max(0, Math.round((this.board.now() - since) / MINUTE)));
  }

  click(event) {
    const more = event.target.closest("[data-more]");
    if (more) {
      this.all.add(more.closest("[data-tray]").dataset.tray);
      this.draw();
      return;
    }
    const button = event.target.closest("[data-waiting]");
    if (button) this.board.detail.open(button.dataset.waiting, { focus: false });
  }
}

/** Minutes as 0:42, 26:10, or days and hours. */
export function length(minutes) {
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return text("sla.days", { d: Math.floor(hours / 24), h: hours % 24 });
  return `${hours}:${String(minutes % 60).padStart(2, "0")}`;
}
