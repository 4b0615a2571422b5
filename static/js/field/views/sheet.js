// The record sheet as the customer reads it before signing.

import { text } from "../../texts.js";
import { checklistOf, evidenceOf, payable } from "../project.js";
import { scoreOf } from "../rules.js";
import { bigButton, choiceText, go, html, isOneOf, money, moment, nothing, notice } from "../ui.js";

function fact(name, value) {
  return value ? html`<dt>${name}</dt><dd>${value}</dd>` : nothing;
}

function facts(visit) {
  const { ticket, appliance } = visit;
  const fault = visit.faults?.find((one) => one.code === visit.confirmed_fault)?.text;
  return html`<dl class="facts">
    ${fact(text("sheet.ticket"), html`<span class="mono">${ticket.number}</span>`)}
    ${fact(text("sheet.customer"), ticket.contact_name)}
    ${fact(text("visit.appliance"), [appliance?.name ?? ticket.kind_text, appliance?.serial].filter(Boolean).join(" · "))}
    ${fact(text("visit.bought"), appliance?.bought_on)}
    ${fact(text("sheet.reported"), ticket.symptom || ticket.description)}
    ${fact(text("outcome.fault"), fault)}
    ${fact(text("outcome.finding"), visit.finding)}
    ${fact(text("outcome.work"), visit.work)}
    ${fact(text("sheet.result"), choiceText("outcome", visit.outcome))}
    ${fact(text("sheet.guaranteed"), isOneOf("mended", visit.outcome) && visit.after_repair ? text("sheet.guaranteed_until", { day: visit.after_repair.until, n: visit.after_repair.days }) : "")}
    ${fact(text("outcome.next"), visit.next_window?.replace("/", " "))}
    ${fact(text("done.arrive"), moment(visit.arrived_at))}
    ${fact(text("proof.certificate"), visit.certificates?.[0])}
  </dl>`;
}

function charges(visit) {
  const prices = new Map((visit.price_list?.items ?? []).map((one) => [one.code, one]));
  return html`<ul class="rows">${visit.charges.map((one) => {
    const fen = one.free_reason ? 0 : (one.fen ?? one.quantity * (prices.get(one.item)?.fen ?? 0));
    return html`<li class="field-line"><span class="grow">${one.name ?? prices.get(one.item)?.name ?? one.item} × ${one.quantity}${one.free_reason ? html` <span class="small muted">${one.free_reason}</span>` : nothing}</span><span class="num">${money(fen)}</span></li>`;
  })}<li class="field-line strong"><span class="grow">${text("sheet.total")}</span><span class="num">${money(payable(visit))}</span></li></ul>`;
}

/** The preview of the record sheet. */
export function sheetView(visit) {
  const score = scoreOf(checklistOf(visit), visit.answers, evidenceOf(visit));
  const signed = visit.signature;
  return {
    title: text("task.sheet"),
    content: html`
      ${visit.outcome ? nothing : notice("warn", text("sheet.no_outcome"))}
      <section class="panel" aria-labelledby="sheet"><div class="panel__head"><h2 id="sheet">${text("sheet.title")}</h2></div><div class="panel__body">${facts(visit)}</div></section>
      <section class="panel" aria-labelledby="pay"><div class="panel__head"><h2 id="pay">${text("task.charges")}</h2></div>${charges(visit)}</section>
      <p class="small muted">${text("sheet.checks", { n: score.kept, all: score.counted })}</p>
      ${signed ? notice("ok", text("sheet.signed", { at: moment(signed.signed_at), opinion: signed.opinion ?? "" })) : nothing}
      ${signed ? bigButton("chevron-left", text("checklist.back"), () => go(`visit/${visit.id}`)) : bigButton("signature", text("sheet.sign"), () => go(`visit/${visit.id}/sign`), { disabled: visit.state !== "working" })}`,
  };
}
