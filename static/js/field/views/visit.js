// One visit: who, where, what; what is known; what is to do; and the one next step under the thumb.

import { text } from "../../texts.js";
import { troubles } from "../model.js";
import { checklistOf, evidenceOf, nextStep } from "../project.js";
import { applying, isKept, missingOf } from "../rules.js";
import { bigButton, go, html, icon, keep, moment, nothing, notice, status, time } from "../ui.js";

const STEPS = [
  ["depart", "departed_at"],
  ["arrive", "arrived_at"],
  ["start_work", "started_at"],
  ["complete_visit", "ended_at"],
];
const SIGNS = { depart: "truck", arrive: "map-pin", start_work: "tool", complete_visit: "circle-check" };

function doors({ ticket }) {
  const place = ticket.lat != null && ticket.lon != null ? `${ticket.lat},${ticket.lon}` : "0,0";
  return html`<div class="doors">
    ${ticket.phone ? html`<a class="button button--big" href="tel:${ticket.phone}">${icon("phone")}<span>${text("visit.call")}</span></a>` : html`<span class="muted">${text("visit.no_phone")}</span>`}
    ${ticket.address ? html`<a class="button button--big" href="geo:${place}?q=${encodeURIComponent(ticket.address)}">${icon("navigation")}<span>${text("visit.navigate")}</span></a>` : nothing}
  </div>`;
}

function way(visit) {
  return html`<ol class="field-way" aria-label=${text("visit.way")}>${STEPS.map(
    ([name, at]) => html`<li data-done=${visit[at] ? "yes" : "no"}>${icon(visit[at] ? "circle-check" : "circle")}<span>${text(`done.${name}`)}</span><span class="num small">${time(visit[at])}</span></li>`,
  )}</ol>`;
}

function who(visit) {
  const { ticket } = visit;
  return html`<section class="panel" aria-labelledby="who"><div class="panel__head"><h2 id="who">${ticket.contact_name}</h2><span class="push">${status(visit.state)}</span></div>
    <div class="panel__body stack">
      <div class="visit__time"><span class="job__time num">${time(visit.span?.start)}–${time(visit.span?.end)}</span><span class="muted">${ticket.kind_text} · <span class="mono">${ticket.number}</span></span></div>
      ${doors(visit)}
      ${ticket.address ? html`<p>${icon("map-pin")} ${ticket.address}</p>` : nothing}
      ${way(visit)}
    </div></section>`;
}

function taskRow(sign, href, words, state, tone = "") {
  return html`<li><a class="row" href=${href}>${icon(sign)}<span class="grow">${words}</span><span class=${tone ? `small tone-${tone}` : "small muted"}>${state}</span>${icon("chevron-right")}</a></li>`;
}

function tasks(visit) {
  const items = checklistOf(visit);
  const evidence = evidenceOf(visit);
  const shown = applying(items, visit.answers);
  const answered = shown.filter((item) => isKept(item, visit.answers[item.code], evidence) !== null).length;
  const at = `#visit/${visit.id}`;
  const yes = (done) => (done ? text("task.done") : text("task.open"));
  return html`<section class="panel" aria-labelledby="tasks"><div class="panel__head"><h2 id="tasks">${text("visit.tasks")}</h2></div><ul class="rows tasks">
    ${taskRow("list-check", `${at}/checklist`, text("task.checklist"), `${answered} / ${shown.length}`, answered === shown.length ? "ok" : "")}
    ${taskRow("clipboard-check", `${at}/inspection`, text("task.inspection"), yes(visit.inspection), visit.inspection ? "ok" : "")}
    ${taskRow("camera", `${at}/photos`, text("task.photos"), visit.photos.length)}
    ${taskRow("receipt", `${at}/charges`, text("task.charges"), visit.charges.length)}
    ${taskRow("edit", `${at}/outcome`, text("task.outcome"), yes(visit.outcome), visit.outcome ? "ok" : "")}
    ${taskRow("signature", `${at}/sheet`, text("task.sheet"), visit.signature ? text("task.signed") : text("task.open"), visit.signature ? "ok" : "")}
  </ul></section>`;
}

function call(visit) {
  const { contact } = visit;
  return html`<ul class="rows panel">${taskRow("phone-check", `#visit/${visit.id}/contact`, text("task.contact"), contact ? (contact.reached ? text("contact.reached") : text("contact.missed")) : text("task.open"), contact?.reached ? "ok" : "")}</ul>`;
}

function section(id, title, content) {
  return html`<section class="panel" aria-labelledby=${id}><div class="panel__head"><h2 id=${id}>${title}</h2></div>${content}</section>`;
}

function list(rows, none) {
  return html`<ul class="rows">${rows.length ? rows.map((row) => html`<li>${row}</li>`) : html`<li class="muted">${none}</li>`}</ul>`;
}

function fact(name, value) {
  return value ? html`<dt>${name}</dt><dd>${value}</dd>` : nothing;
}

function what(visit) {
  const { ticket, appliance } = visit;
  const serial = appliance?.serial
    ? html`<span class="mono small">${appliance.serial}</span>`
    : html`<a class="button button--small" href="/app/scan/#${visit.id}">${icon("scan")}${text("visit.scan")}</a>`;
  return section("what", text("visit.what"), html`<div class="panel__body"><dl class="facts">
    ${fact(text("visit.appliance"), appliance?.name ?? ticket.kind_text)}
    <dt>${text("visit.serial")}</dt><dd>${serial}</dd>
    ${fact(text("visit.bought"), appliance?.bought_on)}
    ${fact(text("visit.symptom"), ticket.symptom)}
    ${fact(text("visit.words"), ticket.description)}
    ${(ticket.answers ?? []).map((one) => fact(one.question, one.answer))}
  </dl></div>`);
}

function promise(one) {
  return html`<span class="num">${moment(one.at).slice(0, 5)}</span> <span class="strong">${one.label}</span> ${one.text}`;
}

function voice(visit) {
  const { ticket, guarantee } = visit;
  const promised = ticket.promised_from ? `${moment(ticket.promised_from)}–${time(ticket.promised_until)}` : "";
  return html`
    ${guarantee ? section("guarantee", text("visit.guarantee"), html`<div class="panel__body"><p class="strong">${guarantee.verdict ?? guarantee.text ?? guarantee}</p>${guarantee.until ? html`<p class="small muted num">${text("visit.until", { day: guarantee.until })}</p>` : nothing}</div>`) : nothing}
    ${section("promises", text("visit.promises"), list([...(promised ? [html`${icon("clock-hour-3")} <span class="num">${promised}</span>`] : []), ...(visit.promises ?? []).map(promise)], text("visit.no_promises")))}
    ${section("history", text("visit.history"), list((visit.history ?? []).map((one) => html`<span class="num">${one.date}</span> ${one.text}`), text("visit.no_history")))}
    ${section("parts", text("visit.parts"), list((visit.parts_likely ?? []).map((one) => html`<span class="strong">${one.name}</span> <span class="small muted">${one.why}</span>`), text("visit.no_parts")))}
    ${(visit.safety ?? []).length ? section("safety", text("visit.safety"), list(visit.safety.map((one) => html`${icon("tone-warn")} ${one}`), "")) : nothing}`;
}

function trouble(visit) {
  const found = troubles(visit.id);
  if (!found.length) return nothing;
  const review = found.some((one) => one.state === "review");
  return html`<div class="notice" data-tone=${review ? "info" : "danger"} role="status">${icon(review ? "tone-info" : "tone-danger")}<span class="grow">${text(review ? "visit.review" : "visit.trouble")} <a href="#outbox">${text("visit.look")}</a></span></div>`;
}

function next(visit) {
  const action = nextStep(visit);
  if (!action) return bigButton("calendar-event", text("step.leave"), () => go("today"));
  if (action === "complete_visit") return bigButton(SIGNS[action], text(`step.${action}`), () => go(`visit/${visit.id}/complete`));
  return bigButton(SIGNS[action], text(`step.${action}`), () => keep(visit, action));
}

/** The page of a visit. */
export function visitView(visit) {
  const living = nextStep(visit) !== "";
  const lacking = visit.state === "working" ? missingOf(checklistOf(visit), visit.answers, evidenceOf(visit), visit.outcome).length : 0;
  return {
    title: visit.ticket.contact_name,
    content: html`
      ${trouble(visit)}
      ${visit.left ? notice("warn", text("visit.left")) : nothing}
      ${who(visit)}
      ${visit.state === "planned" || visit.state === "en_route" ? call(visit) : nothing}
      ${["on_site", "working"].includes(visit.state) ? tasks(visit) : nothing}
      ${lacking ? html`<p class="small muted">${text("visit.lacking", { n: lacking })}</p>` : nothing}
      ${what(visit)}
      ${voice(visit)}
      ${living ? html`<p class="visit__abort"><a href="#visit/${visit.id}/abort">${text("visit.abort")}</a></p>` : nothing}
      ${next(visit)}`,
  };
}
