// The call before the way, and the serial number read from the nameplate.

import { text } from "../../texts.js";
import { draft } from "../model.js";
import { bigButton, field, html, keepAndReturn, notice, nothing, radios } from "../ui.js";

/** Whether the customer was reached, and what was agreed. */
export function contactView(visit) {
  const key = `contact-${visit.id}`;
  const save = async () => {
    const { reached, note = "" } = draft(key);
    if (!reached) return;
    await keepAndReturn(visit, "record_contact", { reached: reached === "yes", note }, { draft: key });
  };
  const options = [
    ["yes", text("contact.reached")],
    ["no", text("contact.missed")],
  ];
  return {
    title: text("task.contact"),
    content: html`<div class="panel"><div class="panel__body form">
      ${visit.ticket.phone ? html`<p><a class="button button--big button--wide" href="tel:${visit.ticket.phone}"><span class="num">${visit.ticket.phone}</span></a></p>` : nothing}
      ${radios({ key, name: "reached", label: text("contact.ask"), options })}
      ${field({ key, name: "note", label: text("contact.note") })}
    </div></div>
    ${bigButton("check", text("keep"), save, { disabled: !draft(key).reached })}`,
  };
}

/** The serial number from the scan, looked at before it is kept. */
export function nameplateView(visit, rest) {
  const key = `nameplate-${visit.id}`;
  const scanned = rest.join("/");
  const known = visit.appliance?.serial ?? "";
  const save = async () => {
    const serial = (draft(key).serial ?? scanned).trim();
    if (!serial) return;
    await keepAndReturn(visit, "name_appliance", { serial }, { base: { serial: known }, draft: key });
  };
  return {
    title: text("nameplate"),
    content: html`<div class="panel"><div class="panel__body form">
      ${known ? notice("info", text("nameplate.known", { serial: known })) : nothing}
      ${field({ key, name: "serial", label: text("visit.serial"), value: scanned, max: 40, hint: text("nameplate.hint") })}
      <p><a class="button button--wide" href="/app/scan/#${visit.id}">${text("nameplate.again")}</a></p>
    </div></div>
    ${bigButton("check", text("keep"), save)}`,
  };
}
