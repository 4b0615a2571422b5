// Instants are milliseconds of the epoch everywhere; the outlet's wall clock comes from the offsets the server sent.
// The browser's own time zone is never asked.

export const MINUTE = 60_000;
export const QUARTER = 15 * MINUTE;
export const HOUR = 60 * MINUTE;

const two = (number) => String(number).padStart(2, "0");

/** The nearest quarter of an hour; zones differ from each other by quarters, so it is one on every wall clock. */
export const snap = (ms) => Math.round(ms / QUARTER) * QUARTER;

/** The next quarter of an hour, or `ms` itself. */
export const snapUp = (ms) => Math.ceil(ms / QUARTER) * QUARTER;

/** A wall clock: `offsets` are pairs of an instant and the minutes east of Greenwich that hold from there on. */
export class Zone {
  constructor(offsets) {
    this.offsets = offsets.length ? offsets : [[0, 0]];
  }

  offsetAt(ms) {
    let found = this.offsets[0][1];
    for (const [since, minutes] of this.offsets) {
      if (since > ms) break;
      found = minutes;
    }
    return found * MINUTE;
  }

  // A date whose UTC parts are the parts of the wall clock.
  parts(ms) {
    return new Date(ms + this.offsetAt(ms));
  }

  day(ms) {
    const at = this.parts(ms);
    return `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
  }

  clock(ms) {
    const at = this.parts(ms);
    return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  }

  hour(ms) {
    const at = this.parts(ms);
    return at.getUTCHours() + at.getUTCMinutes() / 60;
  }

  span(start, end) {
    return `${this.clock(start)}–${this.clock(end)}`;
  }

  /** A span with its days: `03-10 14:00–15:30`, `03-10 14:00–03-11 09:00`; whole days as `wholeDays` says `03-10–03-12`. */
  stretch(start, end, wholeDays) {
    const date = (ms) => this.day(ms).slice(5);
    if (start < end && this.hour(start) === 0 && this.hour(end) === 0) {
      const [first, last] = [date(start), date(end - MINUTE)];
      return wholeDays(first === last ? first : `${first}–${last}`);
    }
    if (this.day(start) === this.day(end)) return `${date(start)} ${this.span(start, end)}`;
    return `${date(start)} ${this.clock(start)}–${date(end)} ${this.clock(end)}`;
  }

  /** The instant at which the wall clock shows `hours` after midnight of `day`; where it is shown twice, the first. */
  at(day, hours) {
    const [year, month, date] = day.split("-").map(Number);
    const wall = Date.UTC(year, month - 1, date) + hours * HOUR;
    const first = wall - this.offsetAt(wall - this.offsets[0][1] * MINUTE);
    return wall - this.offsetAt(first);
  }
}

/** Another day, `days` further. */
export function shifted(day, days) {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10);
}
