// What the visit looks like now: the day as the server told it, and on top what the phone has done since. Pure.

const APPLY = {
  depart: (visit, data, at) => step(visit, "en_route", "departed_at", at),
  arrive: (visit, data, at) => step(visit, "on_site", "arrived_at", at),
  start_work: (visit, data, at) => step(visit, "working", "started_at", at),
  complete_visit: (visit, data, at) => step(visit, "completed", "ended_at", at),
  abort_visit: (visit, data, at) => ({ ...step(visit, "aborted", "ended_at", at), abort_reason: data.reason }),
  record_contact: (visit, data, at) => ({ ...visit, contact: { ...data, at } }),
  answer_item: (visit, data) => ({ ...visit, answers: { ...visit.answers, [data.code]: data } }),
  record_inspection: (visit, data, at) => ({ ...visit, inspection: { ...data, recorded_at: at } }),
  record_outcome: (visit, data) => ({ ...visit, ...data }),
  sign: (visit, data, at) => ({ ...visit, signature: { opinion: data.opinion, signed_at: at } }),
  name_appliance: (visit, data) => ({ ...visit, appliance: { ...visit.appliance, serial: data.serial } }),
  remove_charge: (visit, data) => ({ ...visit, charges: visit.charges.filter((one) => one.item !== data.item) }),
  add_charge: (visit, data) => ({
    ...visit,
    charges: [...visit.charges.filter((one) => one.item !== data.item), data],
  }),
};

const ORDER = ["planned", "en_route", "on_site", "working", "completed", "aborted"];

function step(visit, state, field, at) {
  // The server may know more already; a step never leads back.
  if (ORDER.indexOf(visit.state) >= ORDER.indexOf(state)) return visit;
  return { ...visit, state, [field]: visit[field] ?? at };
}

function addPhoto(visit, entry) {
  const { token, item } = entry.data;
  const others = visit.photos.filter((one) => one.token !== token);
  return { ...visit, photos: [...others, { token, item, thumb: entry.thumb }] };
}

function counts(entry, madeAt) {
  if (entry.corrected) return false;
  if (entry.state === "local" || entry.state === "waiting" || entry.state === "stuck") return true;
  // What the server has taken in is in the day it told afterwards.
  return entry.state === "applied" && entry.settled_at >= madeAt;
}

/** The visit after the entries of this phone; `madeAt` is when the phone asked for the day. */
export function project(visit, entries, madeAt) {
  const done = entries.filter((entry) => entry.visit === visit.id && counts(entry, madeAt));
  const begun = { photos: [], charges: [], answers: {}, finding: "", work: "", outcome: "", ...visit, ...visit.times };
  return done
    .sort((a, b) => a.n - b.n)
    .reduce(
      (now, entry) =>
        entry.action === "add_photo"
          ? addPhoto(now, entry)
          : (APPLY[entry.action]?.(now, entry.data, entry.happened_at) ?? now),
      begun,
    );
}

/** The checklist that holds for the visit as it stands. */
export function checklistOf(visit) {
  const lists = visit.checklists ?? {};
  const list = visit.outcome === "taken_to_workshop" ? (lists.pick_up ?? lists.on_site) : lists.on_site;
  return list?.items ?? [];
}

/** The proofs of the visit, as the rules read them. */
export function evidenceOf(visit) {
  return {
    signed: Boolean(visit.signature),
    inspected: Boolean(visit.inspection),
    certificates: visit.certificates ?? [],
    price_lists: visit.price_list ? [visit.price_list.version] : [],
    photos: visit.photos.map((one) => one.item).filter(Boolean),
  };
}

/** What is to be paid for the charges, in fen. */
export function payable(visit) {
  const prices = new Map((visit.price_list?.items ?? []).map((one) => [one.code, one.fen]));
  return visit.charges.reduce(
    (sum, one) => sum + (one.free_reason ? 0 : (one.fen ?? one.quantity * (prices.get(one.item) ?? 0))),
    0,
  );
}

const LOOKS_AHEAD = { planned: "depart", en_route: "arrive", on_site: "start_work", working: "complete_visit" };

/** The one next step of the visit; empty when it has ended. */
export function nextStep(visit) {
  return LOOKS_AHEAD[visit.state] ?? "";
}
