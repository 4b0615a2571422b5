// The one-stop inspection of the product, then a question about each other appliance at home.

import { text } from "../../texts.js";
import { draft, keepDraft, redraw } from "../model.js";
import { bigButton, field, go, html, keep, nothing } from "../ui.js";

function start(visit) {
  const done = visit.inspection;
  const checks = Object.fromEntries((done?.checks ?? []).map((one) => [one.code, { ok: one.ok, reading: one.reading ?? "" }]));
  return { checks, remark: done?.remark ?? "", others: {} };
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

function other(key, visit, one) {
  const now = draft(key, start(visit));
  const set = (event) => write(key, visit, { others: { ...now.others, [one.id]: event.target.value } });
  return html`<label class="check-row__proof"><span class="strong">${one.name}</span><input maxlength="200" autocomplete="off" placeholder=${text("inspection.other_hint")} .value=${now.others?.[one.id] ?? ""} @input=${set}></label>`;
}

// A wish stands in the list of the others where the house reads one, and in the remark in any case.
function data(visit, now) {
  const checks = visit.inspection_checks.map(({ code }) => ({ code, ok: now.checks[code].ok, reading: (now.checks[code].reading ?? "").trim() }));
  const heard = (visit.others ?? []).filter((one) => now.others?.[one.id]?.trim());
  const lines = heard.map((one) => `${one.name}: ${now.others[one.id].trim()}`);
  return { checks, remark: [now.remark.trim(), ...lines].filter(Boolean).join("; ").slice(0, 500), others_asked: Boolean(now.asked) };
}

/** The page of the inspection. */
export function inspectionView(visit) {
  const key = `inspection-${visit.id}`;
  const now = draft(key, start(visit));
  const checks = visit.inspection_checks ?? [];
  const open = checks.filter((one) => now.checks[one.code]?.ok === undefined).length;
  const save = async () => {
    if (await keep(visit, "record_inspection", data(visit, draft(key, start(visit))), { draft: key })) go(`visit/${visit.id}`);
  };
  const asked = html`<label class="choice"><input type="checkbox" .checked=${Boolean(now.asked)} @change=${(event) => write(key, visit, { asked: event.target.checked })}>${text("inspection.asked")}</label>`;
  return {
    title: text("task.inspection"),
    content: html`
      <section class="panel" aria-labelledby="checks"><div class="panel__head"><h2 id="checks">${text("inspection.checks")}</h2></div>
        <div class="panel__body norm">${checks.map((one) => check(key, visit, one))}</div></section>
      <section class="panel" aria-labelledby="others"><div class="panel__head"><h2 id="others">${text("inspection.others")}</h2></div>
        <div class="panel__body form">${(visit.others ?? []).map((one) => other(key, visit, one))}${asked}
        ${field({ key, name: "remark", label: text("inspection.remark"), rows: 3, max: 400, value: now.remark })}</div></section>
      ${bigButton("check", open ? text("inspection.open", { n: open }) : text("keep"), save, { disabled: open > 0 })}`,
  };
}
