// How a job looks: shape, tone and word by its state and the present moment.

import { text } from "../texts.js";

/** late, offered, accepted, in_service or done. */
export function stateOf(job, now) {
  if (job.state === "done") return "done";
  if (job.ticketState === "in_service") return "in_service";
  if (job.start < now) return "late";
  return job.state;
}

const TONES = { done: "ok", in_service: "active", late: "danger", offered: "warn", accepted: "info" };

export const toneOf = (state) => TONES[state] ?? "neutral";

/** Whether it may still be given to another technician or time. */
export const isMovable = (job) => job.state !== "done" && job.ticketState === "scheduled";

export function nameOf(store, job) {
  return store.categories[job.category] || text(`board.kind.${job.kind}`);
}

/** How many jobs, in words. */
export const jobsWords = (n) => (n === 1 ? text("board.shown_one") : text("board.shown_all", { n }));

/** Why and when somebody is away, in words: {reason, span}. */
export function awayWords(store, away) {
  const span = store.zone.stretch(away.start, away.end, (days) => text("board.all_day", { days }));
  return { reason: text(`board.away.${away.reason}`), span };
}

/** What a screen reader hears of a block. */
export function sentenceOf(store, job, now) {
  const person = store.people.get(job.technician);
  const words = [
    person?.name ?? "",
    store.zone.span(job.start, job.end),
    nameOf(store, job),
    job.number,
    text(`board.state.${stateOf(job, now)}`),
  ];
  if (job.district) words.push(job.district);
  if (job.lat === null) words.push(text("board.no_place"));
  if (!isMovable(job)) words.push(text("board.locked"));
  return words.join(text("board.comma"));
}
