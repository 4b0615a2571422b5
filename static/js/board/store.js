// What the board knows: the last feed, with the changes that came since. Whoever draws listens for "change".

import { hoursOf } from "./axis.js";
import { MINUTE, Zone } from "./time.js";
import { travelMinutes } from "./travel.js";

const byTime = (a, b) => a.start - b.start || a.id - b.id;

function read(columns, rows) {
  return rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])));
}

function grouped(rows) {
  const groups = new Map();
  for (const row of rows) {
    if (!groups.has(row.technician)) groups.set(row.technician, []);
    groups.get(row.technician).push(row);
  }
  return groups;
}

export class Store extends EventTarget {
  constructor() {
    super();
    this.jobs = new Map();
    this.lines = new Map();
    this.technicians = [];
    this.trays = { counts: {}, rows: [] };
    this.keys = 0;
  }

  get isLoaded() {
    return this.zone !== undefined;
  }

  load(feed) {
    const { columns } = feed;
    this.zone = new Zone(feed.offsets);
    this.span = feed.span;
    this.days = feed.days.map(({ day }) => day);
    this.cursor = feed.cursor;
    this.categories = feed.categories;
    this.outlets = feed.outlets;
    this.travel = feed.travel;
    this.technicians = read(columns.technicians, feed.technicians).map((one) => ({
      ...one,
      skills: new Map(one.skills),
    }));
    this.people = new Map(this.technicians.map((one) => [one.id, one]));
    this.shifts = grouped(read(columns.shifts, feed.shifts));
    this.absences = grouped(read(columns.absences, feed.absences));
    const fresh = read(columns.jobs, feed.jobs);
    this.replace([...this.jobs.values()], fresh);
    this.readTrays(columns, feed.trays);
    const shifts = [...this.shifts.values()].flat();
    this.hours = hoursOf(this.zone, this.days, [...shifts, ...fresh].map(({ start, end }) => [start, end]));
    this.told("load");
  }

  patch(feed) {
    const numbers = new Set(feed.numbers);
    const gone = [...this.jobs.values()].filter((job) => numbers.has(job.number));
    this.cursor = feed.cursor;
    this.replace(gone, read(feed.columns.jobs, feed.jobs));
    this.readTrays(feed.columns, feed.trays);
    this.told();
  }

  readTrays(columns, { counts, rows }) {
    this.trays = { counts, rows: read(columns.trays, rows) };
  }

  // A job that was given to somebody else is another assignment of the same ticket: it keeps the key by which its
  // block is known, so that the focus stays on it.
  replace(gone, fresh) {
    const keys = new Map();
    for (const job of gone) {
      keys.set(`id ${job.id}`, job.key);
      if (job.state !== "done") keys.set(`number ${job.number}`, job.key);
      this.jobs.delete(job.id);
    }
    for (const job of fresh) {
      const same = keys.get(`id ${job.id}`) ?? (job.state === "done" ? undefined : keys.get(`number ${job.number}`));
      job.key = same ?? `b${(this.keys += 1)}`;
      keys.delete(`number ${job.number}`);
      this.jobs.set(job.id, job);
    }
    this.arrange();
  }

  arrange() {
    this.lines = grouped(this.jobs.values());
    for (const line of this.lines.values()) line.sort(byTime);
  }

  /** Says that all is new ("load"), or that jobs or what waits have changed. */
  told(what = "change") {
    this.dispatchEvent(new Event(what));
  }

  lineOf(technician) {
    return this.lines.get(technician) ?? [];
  }

  jobByKey(key) {
    for (const job of this.jobs.values()) if (job.key === key) return job;
    return null;
  }

  jobByNumber(number) {
    let found = null;
    for (const job of this.jobs.values()) {
      if (job.number === number && (found === null || job.state !== "done")) found = job;
    }
    return found;
  }

  trayRow(number) {
    return this.trays.rows.find((row) => row.number === number) ?? null;
  }

  /** Puts a job elsewhere, before the server has agreed; answers how to take it back. */
  move(job, technician, start) {
    const was = { technician: job.technician, start: job.start, end: job.end };
    job.end = start + (job.end - job.start);
    job.start = start;
    job.technician = technician;
    job.pending = true;
    this.arrange();
    this.told();
    return () => {
      // Where an answer has come meanwhile, the job stands where the server says.
      if (this.jobs.get(job.id) === job) {
        Object.assign(job, was);
        delete job.pending;
      }
      this.arrange();
      this.told();
    };
  }

  /** The drive to a job: minutes (null: unknown) and where it begins. The server's figure, as long as it still fits. */
  driveTo(job, line = this.lineOf(job.technician)) {
    const before = this.before(job, line);
    if (!job.pending && job.travelFrom === (before?.id ?? 0) && !(before?.pending ?? false)) return job.travel;
    return this.estimate(job.technician, before, job);
  }

  before(job, line) {
    const day = this.zone.day(job.start);
    let found = null;
    for (const other of line) {
      if (other.id !== job.id && other.start < job.start && this.zone.day(other.start) === day) found = other;
    }
    return found;
  }

  estimate(technician, before, job) {
    const person = this.people.get(technician);
    const leaves = before ? before.end : job.start;
    return travelMinutes(this.travel, person?.outlet, this.zone.hour(leaves), before ?? this.origin(person, job), job);
  }

  // Where a day begins: the last place known on that day, else home.
  origin(person, job) {
    if (!person) return null;
    const seen = person.lastSeen;
    if (seen !== null && seen <= job.start && this.zone.day(seen) === this.zone.day(job.start)) {
      return { lat: person.lastLat, lon: person.lastLon };
    }
    return { lat: person.homeLat, lon: person.homeLon };
  }

  /** The part of the shown shifts that jobs fill, in percent; null without a shift. */
  loadOf(technician) {
    const shifts = this.shifts.get(technician) ?? [];
    const minutes = shifts.reduce((sum, { start, end }) => sum + (end - start) / MINUTE, 0);
    const booked = this.lineOf(technician).reduce((sum, { start, end }) => sum + (end - start) / MINUTE, 0);
    return minutes > 0 ? Math.round((100 * booked) / minutes) : null;
  }
}
