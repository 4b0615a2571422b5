// The end of a visit: completed with the list of what is missing, or broken off with a reason.

import { text } from "../../texts.js";
import { draft } from "../model.js";
import { checklistOf, evidenceOf, payable } from "../project.js";
import { missingOf, scoreOf } from "../rules.js";
import { bigButton, choices, choiceText, field, html, icon, keepAndReturn, money, nothing, notice, radios } from "../ui.js";

const PAGES = { signature_missing: "sheet", inspection_missing: "inspection", photo_missing: "photos", outcome_missing: "outcome" };

function lackRow(visit, items, one) {
  const page = PAGES[one.lack] ?? "checklist";
  const name = items.find((item) => item.code === one.code)?.text ?? "";
  return html`<li><a class="row" href="#visit/${visit.id}/${page}${one.lack === "photo_missing" ? `/${one.code}` : ""}"><span class="num">${one.code === "outcome" ? "" : one.code}</span><span class="grow">${name} <span class="small muted">${text(`lack.${one.lack}`)}</span></span>${icon("chevron-right")}</a></li>`;
}

/** What is missing, and the button that ends the visit. */
export function completeView(visit) {
  const items = checklistOf(visit);
  const evidence = evidenceOf(visit);
  const missing = missingOf(items, visit.answers, evidence, visit.outcome);
  const score = scoreOf(items, visit.answers, evidence);
  const end = () => keepAndReturn(visit, "complete_visit");
  return {
    title: text("complete.title"),
    content: html`
      ${missing.length ? html`<section class="panel" data-tone="warn" aria-labelledby="missing"><div class="panel__head"><h2 id="missing">${text("complete.missing", { n: missing.length })}</h2></div><ul class="rows">${missing.map((one) => lackRow(visit, items, one))}</ul></section>` : notice("ok", text("complete.ready"))}
      ${score.failing.length ? notice("danger", text("score.failed", { codes: score.failing.join(", ") })) : nothing}
      <section class="panel"><div class="panel__body"><dl class="facts"><dt>${text("sheet.result")}</dt><dd>${choiceText("outcome", visit.outcome) || "–"}</dd><dt>${text("sheet.total")}</dt><dd class="num">${money(payable(visit))}</dd></dl></div></section>
      ${bigButton("circle-check", text("step.complete_visit"), end, { disabled: missing.length > 0 || visit.state !== "working" })}`,
  };
}

/** Why a visit is broken off. */
export function abortView(visit) {
  const key = `abort-${visit.id}`;
  const { reason } = draft(key);
  const end = async () => {
    const { note = "" } = draft(key);
    return keepAndReturn(visit, "abort_visit", { reason, note: note.trim() }, { draft: key });
  };
  return {
    title: text("visit.abort"),
    content: html`<div class="panel"><div class="panel__body form">
      ${radios({ key, name: "reason", label: text("abort.ask"), options: choices("abort").map((code) => [code, text(`abort.${code}`)]) })}
      ${field({ key, name: "note", label: text("abort.note"), rows: 3, max: 500 })}
    </div></div>
    ${bigButton("circle-x", text("visit.abort"), end, { disabled: !reason })}`,
  };
}
