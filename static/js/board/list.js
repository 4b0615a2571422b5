// The jobs by technician as a list: beside the map, and instead of the rows where the window is narrow.

import { iconOf, text } from "../texts.js";
import { jobsWords, nameOf, stateOf, toneOf } from "./looks.js";

export class List {
  constructor(board) {
    this.board = board;
    this.place = board.querySelector("[data-list]");
    this.groups = new Map();
    this.place.addEventListener("click", (event) => this.click(event));
  }

  draw() {
    const { store, filters } = this.board;
    const wanted = new Set();
    for (const person of filters.technicians()) {
      const jobs = store.lineOf(person.id).filter((job) => filters.matches(job));
      if (jobs.length === 0) continue;
      wanted.add(person.id);
      this.group(person, jobs);
    }
    for (const [id, group] of this.groups) {
      if (wanted.has(id)) continue;
      group.node.remove();
      this.groups.delete(id);
    }
    this.board.querySelector("[data-list-none]").hidden = wanted.size > 0 || filters.technicians().length === 0;
  }

  group(person, jobs) {
    let group = this.groups.get(person.id);
    if (!group) {
      const node = document.createElement("section");
      node.className = "tb-list__group";
      const head = document.createElement("h3");
      const rows = document.createElement("ol");
      node.append(head, rows);
      group = { node, head, rows };
      this.groups.set(person.id, group);
    }
    this.place.append(group.node);
    group.head.textContent = `${person.name} · ${jobsWords(jobs.length)}`;
    const known = new Map([...group.rows.children].map((row) => [row.dataset.key, row]));
    for (const job of jobs) {
      const row = known.get(job.key) ?? this.makeRow(job);
      known.delete(job.key);
      this.paint(row, job);
      group.rows.append(row);
    }
    for (const row of known.values()) row.remove();
  }

  makeRow(job) {
    const row = document.createElement("li");
    row.dataset.key = job.key;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tb-list__job";
    row.append(button);
    return row;
  }

  paint(row, job) {
    const { store } = this.board;
    const state = stateOf(job, this.board.now());
    const picked = this.board.picked === job.number;
    const day = store.days.length > 1 ? `${this.board.dayWords(store.zone.day(job.start))} ` : "";
    const words = [state, picked, day, job.start, job.end, job.number, job.lat, job.district, job.category].join("|");
    if (row.words === words) return;
    row.words = words;
    const button = row.firstElementChild;
    button.dataset.listNumber = job.number;
    button.dataset.tone = toneOf(state);
    button.toggleAttribute("data-picked", picked);
    const part = (className, ...inner) => {
      const node = document.createElement("span");
      node.className = className;
      node.append(...inner);
      return node;
    };
    button.replaceChildren(
      part("num strong", `${day}${store.zone.span(job.start, job.end)}`),
      part("", nameOf(store, job)),
      part("num small muted", job.number),
      part("small muted", job.district),
      part("tb-list__state small", iconOf(`board.icon.${state}`) ?? "", text(`board.state.${state}`)),
      ...(job.lat === null ? [part("tb-list__state small tone-warn", iconOf("board.icon.no_place") ?? "", text("board.no_place"))] : []),
    );
  }

  click(event) {
    const button = event.target.closest("[data-list-number]");
    if (button) this.board.detail.open(button.dataset.listNumber, { focus: false, show: true });
  }
}
