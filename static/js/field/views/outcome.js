// How the visit ended: outcome, confirmed fault, what was found and done.

import { text } from "../../texts.js";
import { draft, keepDraft, redraw } from "../model.js";
import { bigButton, choices, dayOf, field, html, icon, isOneOf, keepAndReturn, nothing, radios } from "../ui.js";

let refusal = "";

function told(visit) {
  const { outcome = "", confirmed_fault = null, finding = "", work = "", next_window = "" } = visit;
  return { outcome, confirmed_fault, finding, work, next_window };
}

// Day and hours of the next appointment as two fields; one value once both are there.
function appointment(now) {
  const [day = "", hours = ""] = now.next_window.split("/");
  return { day: now.next_day ?? day, hours: now.next_hours ?? hours };
}

function lacking(data, { day, hours }) {
  if (!data.outcome) return "outcome.choose";
  if (!data.finding) return "outcome.finding_missing";
  if (isOneOf("mended", data.outcome) && !data.work) return "outcome.work_missing";
  if (!isOneOf("returning", data.outcome) || (!day && !hours)) return "";
  return day && hours && day >= dayOf(Date.now()) ? "" : "outcome.next_missing";
}

function again(key, now) {
  if (!isOneOf("returning", now.outcome)) return nothing;
  const { day, hours } = appointment(now);
  const write = (name) => (event) => keepDraft(key, { ...draft(key), [name]: event.target.value });
  return html`<fieldset class="field"><legend class="field__label">${text("outcome.next")}</legend><p class="field__help small muted" id="next-hint">${text("outcome.next_hint")}</p>
    <div class="stack"><label class="field__label" for="next-day">${text("outcome.next_day")}</label><input type="date" id="next-day" .value=${day} min=${dayOf(Date.now())} @input=${write("next_day")} aria-describedby="next-hint">
    <label class="field__label" for="next-hours">${text("outcome.next_hours")}</label><select id="next-hours" @change=${write("next_hours")}><option value="" ?selected=${!hours}>–</option>${choices("hours").map((code) => html`<option value=${code} ?selected=${hours === code}>${text(`hours.${code}`)}</option>`)}</select></div></fieldset>`;
}

/** The page of the outcome. */
export function outcomeView(visit) {
  const key = `outcome-${visit.id}`;
  const now = { ...told(visit), ...draft(key) };
  const save = async () => {
    const now = { ...told(visit), ...draft(key) };
    const data = { outcome: now.outcome, confirmed_fault: now.confirmed_fault || null, finding: now.finding.trim(), work: now.work.trim() };
    const asked = appointment(now);
    refusal = lacking(data, asked);
    if (refusal) return redraw();
    data.next_window = isOneOf("returning", data.outcome) && asked.day ? `${asked.day}/${asked.hours}` : "";
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
      ${again(key, now)}
      ${refusal ? html`<p class="field__error" role="alert">${icon("alert-circle")}<span>${text(refusal)}</span></p>` : nothing}
    </div></div>
    ${bigButton("check", text("keep"), save)}`,
  };
}
