// A first answer while a job is being moved, from what the board knows. The server alone decides (moves.js asks it).

import { awayWords, isMovable } from "./looks.js";
import { HOUR, MINUTE } from "./time.js";

const REACH = 12 * HOUR;

const overlaps = (a, b) => a.start < b.end && b.start < a.end;

/** The rules a place seems to break, hard ones first: [{code, hard, values}]. */
export function hintsOf(store, subject, technician, start, now) {
  const span = { start, end: start + subject.minutes * MINUTE };
  const line = store.lineOf(technician).filter((job) => job.number !== subject.number && job.state !== "done");
  return [...hard(store, subject, technician, span, line, now), ...soft(store, subject, technician, span, line, now)];
}

function hard(store, subject, technician, span, line, now) {
  const found = [];
  const person = store.people.get(technician);
  if (span.start < now - MINUTE) found.push({ code: "past" });
  if (subject.category && person && !person.skills.has(subject.category)) {
    found.push({ code: "skill", values: { name: store.categories[subject.category] } });
  }
  const away = (store.absences.get(technician) ?? []).find((one) => overlaps(one, span));
  if (away) found.push({ code: "absent", values: awayWords(store, away) });
  if (!onDuty(store.shifts.get(technician) ?? [], span)) found.push({ code: "shift" });
  const other = line.find((job) => overlaps(job, span));
  if (other) found.push({ code: "overlap", values: { number: other.number } });
  return found.map((one) => ({ ...one, hard: true }));
}

// Shifts that touch count as one.
function onDuty(shifts, span) {
  let at = span.start;
  for (const shift of [...shifts].sort((a, b) => a.start - b.start)) {
    if (shift.start <= at && shift.end > at) at = shift.end;
  }
  return at >= span.end;
}

function soft(store, subject, technician, span, line, now) {
  const found = [];
  if (leavesPromise(subject, span.start, now)) {
    found.push({
      code: "promise",
      values: { span: store.zone.span(subject.promisedFrom, subject.promisedUntil) },
    });
  }
  if (subject.due !== null && subject.due > now && span.start > subject.due) {
    found.push({ code: "late", values: { at: store.zone.clock(subject.due) } });
  }
  const job = { ...subject, id: subject.id ?? -1, technician, ...span };
  // As dispatch/rules/way.py: what overlaps is no stop before or after, nor is what lies more than half a day away.
  const before = line.findLast((one) => one.end <= span.start && span.start - one.end <= REACH);
  const drive = before ? store.estimate(technician, before, job) : null;
  if (before && drive !== null && span.start - before.end < drive * MINUTE) {
    found.push({ code: "travel", values: { number: before.number, n: drive } });
  }
  const after = line.find((one) => one.start >= span.end && one.start - span.end <= REACH);
  const on = after ? store.estimate(technician, job, after) : null;
  if (after && on !== null && after.start - span.end < on * MINUTE) {
    found.push({ code: "travel", values: { number: after.number, n: on } });
  }
  return found.map((one) => ({ ...one, hard: false }));
}

/** Whether a start lies outside a promise that still binds. */
export function leavesPromise(subject, start, now) {
  const { promisedFrom: from, promisedUntil: until } = subject;
  return from !== null && until !== null && until > now && (start < from || start > until);
}

/** A job or a row of a tray as something that can be put somewhere; null where it cannot. */
export function subjectOf(thing) {
  const isJob = thing.id !== undefined;
  if (isJob && !isMovable(thing)) return null;
  return {
    id: thing.id ?? null,
    number: thing.number,
    version: thing.version ?? null,
    minutes: isJob ? (thing.end - thing.start) / MINUTE : thing.minutes,
    category: thing.category,
    lat: thing.lat,
    lon: thing.lon,
    promisedFrom: isJob ? thing.promisedFrom : thing.promised ? thing.windowFrom : null,
    promisedUntil: isJob ? thing.promisedUntil : thing.promised ? thing.windowUntil : null,
    due: isJob ? thing.due : thing.arrivalDue,
    technician: thing.technician ?? null,
    start: thing.start ?? null,
  };
}
