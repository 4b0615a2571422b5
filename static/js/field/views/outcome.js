// How the visit ended: outcome, confirmed fault, what was found and done.

import { text } from "../../texts.js";
import { draft, keepDraft, redraw } from "../model.js";
import { bigButton, choices, field, html, icon, keepAndReturn, nothing, radios } from "../ui.js";

const WORKED = new Set(["fixed", "replaced"]);
let refusal = "";

function told(visit) {
  const { outcome = "", confirmed_fault = null, finding = "", work = "" } = visit;
  return { outcome, confirmed_fault, finding, work };
}

function lacking(data) {
  if (!data.outcome) return "outcome.choose";
  if (!data.finding) return "outcome.finding_missing";
  return WORKED.has(data.outcome) && !data.work ? "outcome.work_missing" : "";
}

/** The page of the outcome. */
export function outcomeView(visit) {
  const key = `outcome-${visit.id}`;
  const now = { ...told(visit), ...draft(key) };
  const save = async () => {
    const now = { ...told(visit), ...draft(key) };
    const data = { outcome: now.outcome, confirmed_fault: now.confirmed_fault || null, finding: now.finding.trim(), work: now.work.trim() };
    refusal = lacking(data);
    if (refusal) return redraw();
    return keepAndReturn(visit, "record_outcome", data, { base: told(visit), draft: key });
  };
  const fault = (event) => keepDraft(key, { ...draft(key), confirmed_fault: event.target.value });
  return {
    title: text("task.outcome"),
    content: html`<div class="panel"><div class="panel__body form">
      ${radios({ key, name: "outcome", label: text("outcome.ask"), options: choices("outcome").map((code) => [code, text(`outcome.${code}`)]), value: now.outcome })}
      <div class="field"><label class="field__label" for="fault">${text("outcome.fault")}</label><select id="fault" @change=${fault}><option value="" ?selected=${!now.confirmed_fault}>${text("outcome.no_fault")}</option>${(visit.faults ?? []).map((one) => html`<option value=${one.code} ?selected=${now.confirmed_fault === one.code}>${one.text}</option>`)}</select></div>
      ${field({ key, name: "finding", label: text("outcome.finding"), rows: 3, max: 500, value: now.finding })}
      ${field({ key, name: "work", label: text("outcome.work"), rows: 3, max: 1000, value: now.work, hint: text("outcome.work_hint") })}
      ${refusal ? html`<p class="field__error" role="alert">${icon("alert-circle")}<span>${text(refusal)}</span></p>` : nothing}
    </div></div>
    ${bigButton("check", text("keep"), save)}`,
  };
}
