// Today: the visits in the order of driving, one of them open; then tomorrow.

import { text } from "../../texts.js";
import { model, troubles, visitNow } from "../model.js";
import { nextStep } from "../project.js";
import { status as sending } from "../sender.js";
import { dayOf, html, icon, moment, nothing, notice, status, time } from "../ui.js";

const ENDED = new Set(["completed", "aborted"]);

/** The visits as they look now, in the order of time. */
function visits() {
  const all = (model.day?.visits ?? []).map((one) => visitNow(one.id));
  return all.sort((a, b) => Date.parse(a.span?.start ?? 0) - Date.parse(b.span?.start ?? 0));
}

function marks(visit) {
  const wrong = troubles(visit.id).length;
  return wrong ? html`<span class="chip" data-tone="danger">${icon("tone-danger")}${text("card.trouble", { n: wrong })}</span>` : nothing;
}

function parts(visit) {
  const names = (visit.parts_likely ?? []).map((one) => one.name).filter(Boolean);
  return names.length ? html`<p class="small">${icon("package")} ${text("visit.parts")}: ${names.join(" · ")}</p>` : nothing;
}

function card(visit, open) {
  const { ticket } = visit;
  const what = [visit.appliance?.name || ticket.kind_text, ticket.symptom].filter(Boolean).join(" · ");
  return html`<a class="job ${open ? "job--open" : ""}" href="#visit/${visit.id}">
    <div class="job__head"><span class="job__time num">${time(visit.span?.start)}–${time(visit.span?.end)}</span>${status(visit.state)}</div>
    <div class="strong">${what}</div>
    <div class="job__who">${ticket.contact_name} · ${ticket.address || ticket.district || text("card.no_address")}</div>
    ${open ? html`${parts(visit)}<p class="field-go">${icon("chevron-right")}${nextStep(visit) ? text(`step.${nextStep(visit)}`) : text("card.open")}</p>` : nothing}
    <div class="cluster small muted"><span class="mono">${ticket.number}</span>${marks(visit)}</div>
  </a>`;
}

function ended(rows) {
  if (!rows.length) return nothing;
  return html`<section class="panel" aria-labelledby="ended"><div class="panel__head"><h2 id="ended">${text("today.ended")}</h2><span class="push"><span class="count">${rows.length}</span></span></div>
    <ul class="rows">${rows.map(
      (one) => html`<li><a class="row" href="#visit/${one.id}"><span class="num">${time(one.ended_at)}</span><span class="grow clip">${one.ticket.contact_name} · ${one.appliance?.name || one.ticket.kind_text}</span>${marks(one)}${status(one.state)}</a></li>`,
    )}</ul></section>`;
}

function checkHint() {
  const { self_check: asked } = model.day ?? {};
  if (!asked || asked.done_at || (model.check && model.check.day === asked.day)) return nothing;
  return html`<a class="job field-check" href="#check"><span class="strong">${icon("list-check")} ${text("check.todo")}</span><span class="small muted">${text("check.why")}</span></a>`;
}

function empty(rows) {
  if (rows.length) return nothing;
  const words = model.day ? "today.none" : sending.phase === "signed_out" ? "today.signed_out" : "today.never";
  return html`<div class="empty field-empty">${icon("calendar-off")}<p class="strong">${text(words)}</p><p class="small muted">${text(`${words}.why`)}</p></div>`;
}

/** The first page of the app. */
export function todayView() {
  const today = dayOf(Date.now());
  const all = visits();
  const living = all.filter((one) => !ENDED.has(one.state));
  const now = living.filter((one) => !one.span || dayOf(one.span.start) <= today);
  const later = living.filter((one) => !now.includes(one));
  // The one that is under way, else the next.
  const first = now.find((one) => one.state !== "planned") ?? now[0];
  return {
    title: text("place.today"),
    content: html`
      ${checkHint()}
      <section class="stack" aria-labelledby="now"><h2 class="day__title" id="now">${text("today.today")} <span class="muted small num">${today.slice(5)}</span></h2>
        ${empty(now)}${now.map((one) => card(one, one === first))}</section>
      ${later.length ? html`<section class="stack" aria-labelledby="later"><h2 class="day__title" id="later">${text("today.later")}</h2>${later.map((one) => html`${card(one, false)}`)}</section>` : nothing}
      ${ended(all.filter((one) => ENDED.has(one.state)))}
      <p class="small muted field-foot">${model.day ? text("today.asked", { at: moment(model.day.asked_at) }) : nothing} <a href="/my/">${text("today.offers")}</a></p>
      ${sending.phase === "offline" && model.day ? notice("info", text("today.offline")) : nothing}`,
  };
}
