// The one-stop inspection of the product, then a question about each other appliance at home.

import { text } from "../../texts.js";
import { draft, keepDraft, redraw } from "../model.js";
import { bigButton, field, html, keepAndReturn, nothing } from "../ui.js";

function start(visit) {
  const done = visit.inspection;
  const checks = Object.fromEntries((done?.checks ?? []).map((one) => [one.code, { ok: one.ok, reading: one.reading ?? "" }]));
  const others = Object.fromEntries((done?.others ?? []).map((one) => [one.appliance, { kind: one.kind, words: one.words }]));
  return { checks, remark: done?.remark ?? "", others, asked: Boolean(done?.others_asked) };
}

function write(key, visit, part) {
  keepDraft(key, { ...draft(key, start(visit)), ...part });
  redraw();
}

function check(key, visit, one) {
  const now = draft(key, start(visit));
  const said = now.checks[one.code] ?? {};
  const set = (fields) => write(key, visit, { checks: { ...now.checks, [one.code]: { ...said, ...fields } } });
  const button = (ok, words) => html`<button type="button" class="button" value=${ok ? "done" : "not_done"} aria-label="${one.label} ${words}"
    aria-pressed=${said.ok === ok ? "true" : "false"} @click=${() => set({ ok })}>${words}</button>`;
  return html`<div class="check-row"><div class="check-row__text"><span class="grow">${one.label}</span></div>
    ${one.reading ? html`<label class="check-row__proof"><span class="small">${text("inspection.reading", { unit: one.reading })}</span><input inputmode="decimal" maxlength="20" autocomplete="off" .value=${said.reading ?? ""} @input=${(event) => set({ reading: event.target.value })}></label>` : nothing}
    <div class="check-row__answers">${button(true, text("inspection.ok"))}${button(false, text("inspection.bad"))}</div></div>`;
}

const KINDS = ["repair", "maintenance", "install"];

// What is heard of an appliance means that it was asked for.
function other(key, visit, one) {
  const now = draft(key, start(visit));
  const said = now.others?.[one.id] ?? { kind: "", words: "" };
  const set = (fields, more = {}) => write(key, visit, { ...more, others: { ...now.others, [one.id]: { ...said, ...fields } } });
  const button = (kind) => html`<button type="button" class="button" aria-pressed=${said.kind === kind ? "true" : "false"} aria-label="${one.name} ${text(`inspection.${kind}`)}"
    @click=${() => set({ kind: said.kind === kind ? "" : kind }, { asked: true })}>${text(`inspection.${kind}`)}</button>`;
  return html`<div class="check-row"><div class="check-row__text"><span class="grow strong">${one.name}</span></div>
    <div class="check-row__answers">${KINDS.map(button)}</div>
    ${said.kind ? html`<label class="check-row__proof"><span class="small">${text("inspection.words")}</span><input maxlength="300" autocomplete="off" .value=${said.words} @input=${(event) => set({ words: event.target.value })}></label>` : nothing}</div>`;
}

function heard(visit, now) {
  return (visit.others ?? [])
    .map((one) => ({ appliance: one.id, kind: now.others?.[one.id]?.kind ?? "", words: (now.others?.[one.id]?.words ?? "").trim() }))
    .filter((one) => one.kind);
}

function data(visit, now) {
  const checks = visit.inspection_checks.map(({ code }) => ({ code, ok: now.checks[code].ok, reading: (now.checks[code].reading ?? "").trim() }));
  return { checks, remark: now.remark.trim(), others_asked: Boolean(now.asked), others: heard(visit, now) };
}

// What keeps it from being saved, in words; empty when nothing does.
function lacking(visit, now) {
  const open = (visit.inspection_checks ?? []).filter((one) => now.checks[one.code]?.ok === undefined).length;
  if (open) return text("inspection.open", { n: open });
  return heard(visit, now).some((one) => !one.words) ? text("inspection.words_open") : "";
}

/** The page of the inspection. */
export function inspectionView(visit) {
  const key = `inspection-${visit.id}`;
  const now = draft(key, start(visit));
  const checks = visit.inspection_checks ?? [];
  const lack = lacking(visit, now);
  const save = async () => {
    await keepAndReturn(visit, "record_inspection", data(visit, draft(key, start(visit))), { draft: key });
  };
  const asked = html`<label class="choice"><input type="checkbox" .checked=${Boolean(now.asked)} @change=${(event) => write(key, visit, { asked: event.target.checked })}>${text("inspection.asked")}</label>`;
  return {
    title: text("task.inspection"),
    content: html`
      <section class="panel" aria-labelledby="checks"><div class="panel__head"><h2 id="checks">${text("inspection.checks")}</h2></div>
        <div class="panel__body norm">${checks.map((one) => check(key, visit, one))}</div></section>
      <section class="panel" aria-labelledby="others"><div class="panel__head"><h2 id="others">${text("inspection.others")}</h2></div>
        <div class="panel__body form">${asked}${(visit.others ?? []).map((one) => other(key, visit, one))}
        ${field({ key, name: "remark", label: text("inspection.remark"), rows: 3, max: 400, value: now.remark })}</div></section>
      ${bigButton("check", lack || text("keep"), save, { disabled: Boolean(lack) })}`,
  };
}
