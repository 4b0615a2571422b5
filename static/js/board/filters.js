// What is looked at: skill, state, district and words. They stand in the address, so that a view can be sent to somebody.

import { text } from "../texts.js";
import { jobsWords, nameOf, stateOf } from "./looks.js";

const NAMES = ["skill", "state", "district", "q"];

export class Filters {
  constructor(board) {
    this.board = board;
    this.form = board.querySelector("[data-filters]");
    this.values = {};
    const query = new URLSearchParams(location.search);
    for (const name of NAMES) this.values[name] = query.get(name) ?? "";
    this.form.addEventListener("input", () => this.read());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("reset", () => window.setTimeout(() => this.read()));
  }

  get isOn() {
    return NAMES.some((name) => this.values[name]);
  }

  // The choices are those of the data; what is chosen stays even where nothing has it at present.
  fill() {
    const { store } = this.board;
    const jobs = [...store.jobs.values()];
    this.options("skill", Object.entries(store.categories));
    const districts = [...new Set([...jobs, ...store.trays.rows].map((job) => job.district).filter(Boolean))].sort();
    this.options("district", districts.map((one) => [one, one]));
    for (const name of ["q", "state"]) {
      const field = this.form.elements[name];
      if (field.value !== this.values[name] && field !== document.activeElement) field.value = this.values[name];
    }
  }

  options(name, pairs) {
    const field = this.form.elements[name];
    const known = new Map(pairs);
    const chosen = this.values[name];
    if (chosen && !known.has(chosen)) known.set(chosen, chosen);
    const wanted = [...known.keys()].join("|");
    if (field.dataset.known !== wanted) {
      const every = field.querySelector("option");
      field.replaceChildren(every, ...[...known].map(([value, label]) => new Option(label, value)));
      field.dataset.known = wanted;
    }
    field.value = chosen;
  }

  read() {
    for (const name of NAMES) this.values[name] = this.form.elements[name].value.trim();
    const url = new URL(location.href);
    for (const name of NAMES) {
      if (this.values[name]) url.searchParams.set(name, this.values[name]);
      else url.searchParams.delete(name);
    }
    history.replaceState(history.state, "", url);
    this.board.filtered();
  }

  /** Whether a job is looked at. */
  matches(job) {
    const { skill, state, district, q } = this.values;
    if (skill && job.category !== skill) return false;
    if (district && job.district !== district) return false;
    if (state && stateOf(job, this.board.now()) !== state) return false;
    if (!q) return true;
    const person = this.board.store.people.get(job.technician);
    const words = `${job.number} ${job.district} ${nameOf(this.board.store, job)} ${person?.name ?? ""}`;
    return words.toLowerCase().includes(q.toLowerCase());
  }

  /** Whether a row of a tray is looked at. */
  matchesWaiting(row) {
    const { skill, district, q } = this.values;
    if (skill && row.category !== skill) return false;
    if (district && row.district !== district) return false;
    const words = `${row.number} ${row.district} ${nameOf(this.board.store, row)}`;
    return !q || words.toLowerCase().includes(q.toLowerCase());
  }

  /** The technicians to show: who has the skill, and who has a job looked at or bears the name. */
  technicians() {
    const { store } = this.board;
    const { skill, state, district, q } = this.values;
    return store.technicians.filter((person) => {
      if (skill && !person.skills.has(skill)) return false;
      if (!state && !district && !q) return true;
      if (q && !state && !district && person.name.toLowerCase().includes(q.toLowerCase())) return true;
      return store.lineOf(person.id).some((job) => this.matches(job));
    });
  }

  words() {
    const { store } = this.board;
    const jobs = [...store.jobs.values()];
    const shown = jobs.filter((job) => this.matches(job)).length;
    return this.isOn
      ? text("board.shown_of", { n: shown, all: jobs.length })
      : jobsWords(jobs.length);
  }
}
