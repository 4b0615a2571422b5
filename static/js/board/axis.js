// Where an instant stands on the board: the hours of each day shown side by side, nights left out.

import { HOUR } from "./time.js";

// Room for the names before the time begins.
export const NAME_WIDTH = 148;

const USUAL = [8, 20];
const HOUR_WIDTHS = { hour: 220, day: 56, week: 12 };

// The hours to show on each day: the usual ones, wider where somebody works earlier or later.
export function hoursOf(zone, days, spans) {
  let [first, last] = USUAL;
  const known = new Set(days);
  for (const [start, end] of spans) {
    if (known.has(zone.day(start))) first = Math.min(first, Math.floor(zone.hour(start)));
    if (known.has(zone.day(end - 1))) last = Math.max(last, Math.ceil(zone.hour(end - 1)));
  }
  return [first, Math.min(24, last)];
}

export class Axis {
  /** `room` is the width to be filled where the days need less. */
  constructor(zone, days, hours, scale, room) {
    const [first, last] = hours;
    this.scale = scale;
    this.hours = last - first;
    this.perHour = Math.max(HOUR_WIDTHS[scale], room / (this.hours * days.length));
    this.segments = days.map((day, index) => ({
      day,
      start: zone.at(day, first),
      end: zone.at(day, last),
      x: index * this.hours * this.perHour,
    }));
    this.width = days.length * this.hours * this.perHour;
    this.first = first;
  }

  x(ms) {
    let found = 0;
    for (const segment of this.segments) {
      if (ms < segment.start) break;
      const until = Math.min(ms, segment.end);
      found = segment.x + ((until - segment.start) / HOUR) * this.perHour;
    }
    return found;
  }

  ms(x) {
    const width = this.hours * this.perHour;
    const index = Math.max(0, Math.min(this.segments.length - 1, Math.floor(x / width)));
    const segment = this.segments[index];
    return segment.start + ((x - segment.x) / this.perHour) * HOUR;
  }

  /** Whether any of the span is on the board. */
  shows(start, end) {
    return this.segments.some((segment) => start < segment.end && end > segment.start);
  }

  /** The day whose hours hold `ms`, or null at night. */
  segmentOf(ms) {
    return this.segments.find((segment) => ms >= segment.start && ms < segment.end) ?? null;
  }

  /** The marks of the head: place and hour, or place and day in a week. */
  marks() {
    if (this.segments.length > 1) return this.segments.map(({ x, day }) => ({ x, day }));
    const [{ x }] = this.segments;
    return Array.from({ length: this.hours }, (_, more) => ({ x: x + more * this.perHour, hour: this.first + more }));
  }
}
