// The rules of visits/completion.py and visits/measures.py on the phone: what a visit still lacks and how the norm was
// kept. Pure; a test compares it with the rules of the server over many cases.

const TOLD = new Set(["certificate", "price_list", "text", "number", "choice"]);
const LONGEST_NUMBER = 12;

function holds(condition, replies) {
  const reply = replies[condition.item];
  return Boolean(reply) && (condition.answers.includes(reply.value) || condition.answers.includes(reply.proof));
}

function isCondition(found) {
  return Boolean(found?.item);
}

/** The items that can apply; what hangs on a hidden item is hidden too. */
export function applying(items, replies) {
  const codes = new Set();
  return items.filter((item) => {
    const when = item.shown_when;
    if (item.not_applicable || (isCondition(when) && !(codes.has(when.item) && holds(when, replies)))) return false;
    codes.add(item.code);
    return true;
  });
}

/** Whether the visit cannot end without it. */
export function isAsked(item, replies, outcome) {
  const required = item.required || (isCondition(item.required_when) && holds(item.required_when, replies));
  return required && !item.excused.includes(outcome);
}

function lack(item, reply, evidence) {
  if (reply?.value === "not_done") return "";
  if (item.proof === "signature") return evidence.signed ? "" : "signature_missing";
  if (item.proof === "inspection") return evidence.inspected ? "" : "inspection_missing";
  if (item.proof === "photo") return evidence.photos.includes(item.code) ? "" : "photo_missing";
  if (!reply) return "unanswered";
  return proofLack(item, reply, evidence);
}

function proofLack(item, reply, evidence) {
  if (!TOLD.has(item.proof)) return "";
  if (!reply.proof) return "proof_missing";
  if (item.proof !== "certificate" && item.proof !== "price_list") return "";
  const valid = item.proof === "certificate" ? evidence.certificates : evidence.price_lists;
  return valid.includes(reply.proof) ? "" : "proof_invalid";
}

/** What keeps the visit from being completed: [{code, lack}] in the order of the checklist. */
export function missingOf(items, replies, evidence, outcome) {
  const asked = applying(items, replies).filter((item) => isAsked(item, replies, outcome));
  const lacks = asked.map((item) => ({ code: item.code, lack: lack(item, replies[item.code], evidence) }));
  const found = lacks.filter((one) => one.lack);
  return outcome ? found : [...found, { code: "outcome", lack: "outcome_missing" }];
}

/** Whether the item was kept; null while it is open. */
export function isKept(item, reply, evidence) {
  if (reply?.value === "not_done") return false;
  return lack(item, reply, evidence) ? null : true;
}

/** The score over the applying items that have been answered; one failing item fails the visit. */
export function scoreOf(items, replies, evidence) {
  const verdicts = applying(items, replies).map((item) => [item.code, isKept(item, replies[item.code], evidence)]);
  const counted = verdicts.filter(([, kept]) => kept !== null);
  const failing = counted.filter(([, kept]) => !kept).map(([code]) => code);
  const kept = counted.length - failing.length;
  const share = counted.length ? Math.floor((100 * kept) / counted.length) : 0;
  return { kept, counted: counted.length, failing, share, passed: counted.length ? !failing.length : null };
}

/** The number somebody typed, full-width digits included; null for anything else. */
export function numberFrom(typed) {
  const plain = typed.normalize("NFKC").trim();
  if (!plain || plain.length > LONGEST_NUMBER || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  return Number(plain);
}

function isBetween(low, value, high) {
  return (low === null || low === undefined || Number(low) <= value) &&
    (high === null || high === undefined || value <= Number(high));
}

/** What an answer to a number or a choice says: {value, proof}, or {refused: why} where nobody can have meant it. */
export function measured(item, proof) {
  const number = numberFrom(proof);
  if (number === null) return { refused: "number_needed" };
  if (!isBetween(item.least, number, item.most)) return { refused: "number_impossible" };
  return { value: isBetween(item.low, number, item.high) ? "done" : "not_done", proof: proof.normalize("NFKC").trim() };
}

/** What the choice `code` says about the norm. */
export function chosen(item, code) {
  const option = item.options.find((one) => one.code === code);
  return option ? { value: option.fails ? "not_done" : "done", proof: code } : { refused: "choice_unknown" };
}
