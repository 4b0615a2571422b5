// Everything the phone has kept to send: its state, when, why not; refused ones corrected, conflicts decided.

import { text } from "../../texts.js";
import { discard, settle } from "../entries.js";
import { mine, visitNow } from "../model.js";
import { kick, refresh, status } from "../sender.js";
import { bigButton, html, icon, keep, moment, nothing, notice, time } from "../ui.js";

const SIGNS = { local: "cloud-up", waiting: "clock-hour-3", applied: "circle-check", refused: "tone-danger", stuck: "tone-danger", conflict: "tone-warn", review: "tone-info" };
const TONES = { local: "warn", waiting: "info", applied: "ok", refused: "danger", stuck: "danger", conflict: "warn", review: "info" };
const PAGES = {
  record_contact: "contact",
  answer_item: "checklist",
  record_inspection: "inspection",
  add_photo: "photos",
  add_charge: "charges",
  remove_charge: "charges",
  sign: "sign",
  record_outcome: "outcome",
  name_appliance: "nameplate",
  complete_visit: "complete",
  abort_visit: "abort",
};

function told(entry) {
  const { code = "", item = "", reason = "", outcome = "" } = entry.data ?? {};
  const more = [code, item, outcome && text(`outcome.${outcome}`), reason && text(`abort.${reason}`)].filter(Boolean).join(" · ");
  return html`${text(`act.${entry.action}`)}${more ? html` <span class="num">${more}</span>` : nothing}`;
}

function shown(value) {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

// What the customer or the office wrote, under the name the form gives it.
function words(name, value) {
  if (name === "outcome" && value) return text(`outcome.${value}`);
  if (name === "value" && value) return text(`answer.${value}`);
  return shown(value);
}

async function decide(entry, side) {
  const fields = entry.detail?.fields ?? [];
  const theirs = Object.fromEntries(fields.map((one) => [one.name, one.theirs]));
  const data = side === "mine" ? entry.data : { ...entry.data, ...theirs };
  const visit = visitNow(entry.visit) ?? { id: entry.visit };
  await keep(visit, entry.action, data, { base: { ...entry.base, ...theirs }, settles: entry.id });
}

function conflict(entry) {
  const fields = entry.detail?.fields ?? [];
  return html`<p>${text("conflict.why")}</p>
    <div class="table-wrap" role="region" tabindex="0" aria-label=${text("conflict.table")}><table class="table"><thead><tr><th scope="col">${text("conflict.field")}</th><th scope="col">${text("conflict.theirs")}</th><th scope="col">${text("conflict.mine")}</th></tr></thead>
    <tbody>${fields.map((one) => html`<tr><th scope="row">${text(`name.${one.name}`)}</th><td>${words(one.name, one.theirs)}</td><td>${words(one.name, one.mine)}</td></tr>`)}</tbody></table></div>
    <div class="check-row__answers"><button type="button" class="button button--big" @click=${() => decide(entry, "theirs")}>${text("conflict.take_theirs")}</button><button type="button" class="button button--big" @click=${() => decide(entry, "mine")}>${text("conflict.take_mine")}</button></div>`;
}

function refused(entry) {
  const page = PAGES[entry.action];
  const put = () => settle(entry.id, { corrected: true });
  return html`<p class="tone-danger">${entry.message || text("outbox.refused")}</p>
    <div class="check-row__answers">${page && visitNow(entry.visit) ? html`<a class="button button--big" href="#visit/${entry.visit}/${page}">${text("outbox.correct")}</a>` : nothing}
    <button type="button" class="button button--big" @click=${put}>${text("outbox.seen")}</button></div>`;
}

function stuck(entry) {
  const again = async () => {
    await settle(entry.id, { state: "local", tries: 0 });
    kick();
  };
  return html`<p class="tone-danger">${entry.message || text("outbox.stuck")}</p>
    <div class="check-row__answers"><button type="button" class="button button--big" @click=${again}>${text("outbox.again")}</button><button type="button" class="button button--big" @click=${() => discard(entry.id).then(kick)}>${text("outbox.discard")}</button></div>`;
}

function review() {
  return html`<p>${text("outbox.review")}</p>`;
}

const BODIES = { conflict, refused, stuck, review };

function row(entry) {
  const state = entry.corrected ? "applied" : entry.state;
  const body = entry.corrected ? undefined : BODIES[entry.state];
  return html`<li class="field-entry" data-state=${entry.state} data-id=${entry.id}>
    <div class="field-entry__head"><span class="num small muted">${time(entry.happened_at)}</span><span class="grow">${told(entry)}</span>
      <span class="status" data-tone=${TONES[state]}>${icon(SIGNS[state])}<span>${text(entry.corrected ? "state.corrected" : `sent.${entry.state}`)}</span></span></div>
    ${body ? body(entry) : nothing}</li>`;
}

function group(visitId, entries) {
  const visit = visitNow(visitId);
  const title = visit ? `${visit.ticket.contact_name} · ${visit.ticket.number}` : entries[0].ticket || text("outbox.old");
  return html`<section class="panel" aria-labelledby="of-${visitId}"><div class="panel__head"><h2 id="of-${visitId}">${title}</h2></div><ul class="rows">${entries.map(row)}</ul></section>`;
}

function phaseWords() {
  return html`<p class="small muted" role="status">${text(`phase.${status.phase}`)}${status.at ? html` · ${text("outbox.last", { at: moment(status.at) })}` : nothing}</p>`;
}

/** The page of what is on its way. */
export function outboxView() {
  const entries = mine().toReversed();
  const visits = [...new Set(entries.map((one) => one.visit))];
  const again = () => refresh().catch(() => kick());
  return {
    title: text("place.outbox"),
    content: html`
      ${phaseWords()}
      ${entries.length ? visits.map((id) => group(id, entries.filter((one) => one.visit === id))) : notice("ok", text("outbox.empty"))}
      <p class="small muted">${text("outbox.promise")}</p>
      ${bigButton("refresh", text("outbox.now"), again)}`,
  };
}
