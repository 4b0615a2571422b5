// The checklist: group by group, large rows, the proof beside each; limits are looked at here and again by the house.

import { text } from "../../texts.js";
import { draft, keepDraft, redraw } from "../model.js";
import { checklistOf, evidenceOf } from "../project.js";
import { applying, chosen, isKept, measured, missingOf, scoreOf } from "../rules.js";
import { bigButton, go, html, icon, keep, nothing, notice } from "../ui.js";

const WITH_OWN_PAGE = { signature: "sheet", inspection: "inspection", photo: "photos" };
const refusals = new Map();

function limits({ low, high, unit }) {
  const has = (value) => value !== null && value !== undefined && value !== "";
  const plain = (value) => String(Number(value));
  if (!has(low) && !has(high)) return "";
  const range = !has(high) ? `≥ ${plain(low)}` : !has(low) ? `≤ ${plain(high)}` : `${plain(low)}–${plain(high)}`;
  return `${range} ${unit ?? ""}`.trim();
}

function before(visit, code) {
  const { value = "", proof = "", note = "" } = visit.answers[code] ?? {};
  return { value, proof, note };
}

function proofOf(visit, item) {
  const typed = draft(`answer-${visit.id}`)[item.code];
  if (typed !== undefined) return typed;
  const known = visit.answers[item.code]?.proof;
  if (known) return known;
  if (item.proof === "certificate") return visit.certificates?.[0] ?? "";
  if (item.proof === "price_list") return visit.price_list?.version ?? "";
  return "";
}

/** {value, proof} that will be kept, or {refused}. */
function judged(item, value, proof) {
  if (value === "not_done") return { value, proof };
  if (item.proof === "number") return measured(item, proof);
  if (item.proof === "choice") return chosen(item, proof);
  if (item.proof === "certificate" && !proof.trim()) return { refused: "certificate_missing" };
  if (item.proof === "text" && !proof.trim()) return { refused: "text_missing" };
  return { value, proof: proof.trim() };
}

async function answer(visit, item, value, proof, note = "") {
  const found = judged(item, value, proof);
  const key = `${visit.id}-${item.code}`;
  refusals.delete(key);
  if (found.refused) {
    refusals.set(key, text(`refused.${found.refused}`, { least: item.least ?? "…", most: item.most ?? "…", unit: item.unit ?? "" }));
    redraw();
    return;
  }
  const data = { code: item.code, value: found.value, proof: found.proof, note };
  if (await keep(visit, "answer_item", data, { base: before(visit, item.code), quiet: true })) forget(visit, item.code);
}

function forget(visit, code) {
  const key = `answer-${visit.id}`;
  const { [code]: _proof, [`note-${code}`]: _note, ...rest } = draft(key);
  keepDraft(key, rest);
}

function typed(visit, item, label, { mode = "text", max = 300, readonly = false } = {}) {
  const key = `answer-${visit.id}`;
  const onInput = (event) => keepDraft(key, { ...draft(key), [item.code]: event.target.value });
  return html`<label class="check-row__proof"><span class="small">${label}</span><input inputmode=${mode} maxlength=${max} autocomplete="off"
    name="proof-${item.code}" ?readonly=${readonly} .value=${proofOf(visit, item)} @input=${onInput}></label>`;
}

function proofField(visit, item) {
  if (item.proof === "certificate") {
    return html`${typed(visit, item, text("proof.certificate"), { max: 40 })}${visit.certificates?.length ? nothing : html`<p class="small tone-danger">${text("proof.no_certificate")}</p>`}`;
  }
  if (item.proof === "price_list") return typed(visit, item, text("proof.price_list"), { readonly: true });
  if (item.proof === "reading") return typed(visit, item, text("proof.reading"), { max: 40 });
  if (item.proof === "text") return typed(visit, item, text("proof.text"));
  if (item.proof === "number") {
    const label = html`${item.unit ? text("proof.number", { unit: item.unit }) : text("proof.number_plain")}${limits(item) ? html` · <span class="num">${limits(item)}</span>` : nothing}`;
    return typed(visit, item, label, { mode: "decimal", max: 12 });
  }
  return nothing;
}

function button(visit, item, value, words, pressed, act) {
  return html`<button type="button" class="button" value=${value} aria-pressed=${pressed ? "true" : "false"} @click=${act}
    aria-label="${item.code} ${words}">${words}</button>`;
}

function buttons(visit, item) {
  const said = visit.answers[item.code];
  if (item.proof === "choice") {
    return html`<div class="check-row__answers">${item.options.map((one) =>
      button(visit, item, one.code, one.text, said?.proof === one.code, () => answer(visit, item, "done", one.code)),
    )}</div>`;
  }
  const statement = item.proof === "statement";
  const save = (value) => () => answer(visit, item, value, proofOf(visit, item));
  return html`<div class="check-row__answers">
    ${button(visit, item, "done", text(statement ? "answer.nothing" : "answer.done"), said?.value === "done", save("done"))}
    ${button(visit, item, "not_done", text(statement ? "answer.taken" : "answer.not_done"), said?.value === "not_done", save("not_done"))}
  </div>`;
}

function ownPage(visit, item, kept) {
  const place = WITH_OWN_PAGE[item.proof];
  const href = `#visit/${visit.id}/${place}${item.proof === "photo" ? `/${item.code}` : ""}`;
  const key = `answer-${visit.id}`;
  const note = draft(key)[`note-${item.code}`] ?? visit.answers[item.code]?.note ?? "";
  const onInput = (event) => keepDraft(key, { ...draft(key), [`note-${item.code}`]: event.target.value });
  const impossible = html`<details class="why"><summary>${text("answer.impossible")}</summary>
    <label class="check-row__proof"><span class="small">${text("answer.reason")}</span><input maxlength="300" .value=${note} @input=${onInput}></label>
    <button type="button" class="button" value="not_done" @click=${() => (note.trim() ? answer(visit, item, "not_done", "", note.trim()) : undefined)}>${text("answer.not_done")}</button></details>`;
  return html`${kept && item.proof !== "photo" ? nothing : html`<a class="button button--big" href=${href}>${icon(item.proof === "photo" ? "camera" : "chevron-right")}${text(`proof.${item.proof}`)}</a>`}${kept ? nothing : impossible}`;
}

function sign(kept) {
  if (kept === null) return nothing;
  return kept
    ? html`<span class="tone-ok">${icon("circle-check")}<span class="sr-only">${text("norm.kept")}</span></span>`
    : html`<span class="status" data-tone="danger">${icon("circle-x")}<span>${text("norm.not_kept")}</span></span>`;
}

function row(visit, item, evidence) {
  const kept = isKept(item, visit.answers[item.code], evidence);
  const refusal = refusals.get(`${visit.id}-${item.code}`);
  return html`<div class="check-row" id="item-${item.code}" data-kept=${kept === null ? "" : kept ? "yes" : "no"}>
    <div class="check-row__text"><span class="check-row__code num">${item.code}</span><span class="grow">${item.text}</span>${sign(kept)}</div>
    ${refusal ? html`<p class="field__error" role="alert">${icon("alert-circle")}<span>${refusal}</span></p>` : nothing}
    ${WITH_OWN_PAGE[item.proof] ? ownPage(visit, item, kept) : html`${proofField(visit, item)}${buttons(visit, item)}`}
  </div>`;
}

function groups(visit, items, evidence) {
  const names = [...new Set(items.map((item) => item.group))];
  return names.map((name) => {
    const rows = items.filter((item) => item.group === name);
    return html`<section class="panel" aria-labelledby="group-${name}"><div class="panel__head"><h2 id="group-${name}">${rows[0].group_text ?? name}</h2></div>
      <div class="panel__body norm">${rows.map((item) => row(visit, item, evidence))}</div></section>`;
  });
}

/** The checklist of a visit. */
export function checklistView(visit) {
  const all = checklistOf(visit);
  const evidence = evidenceOf(visit);
  const items = applying(all, visit.answers);
  const score = scoreOf(all, visit.answers, evidence);
  const missing = missingOf(all, visit.answers, evidence, visit.outcome).filter((one) => one.code !== "outcome").length;
  const tone = score.failing.length ? "danger" : missing ? "info" : "ok";
  return {
    title: text("task.checklist"),
    content: html`
      ${notice(tone, score.failing.length ? text("score.failed", { codes: score.failing.join(", ") }) : text("score.kept", { n: score.kept, all: items.length }))}
      ${items.length ? groups(visit, items, evidence) : notice("warn", text("checklist.none"))}
      ${bigButton("check", missing ? text("checklist.back_open", { n: missing }) : text("checklist.back"), () => go(`visit/${visit.id}`))}`,
  };
}
