// Charges by the price list in force; they are fixed once the customer has signed.

import { text } from "../../texts.js";
import { draft, keepDraft, redraw } from "../model.js";
import { payable } from "../project.js";
import { bigButton, field, html, icon, keep, money, nothing, notice } from "../ui.js";

function priced(visit, code) {
  return visit.price_list?.items.find((one) => one.code === code);
}

function line(visit, charge) {
  const item = priced(visit, charge.item);
  const remove = () => keep(visit, "remove_charge", { item: charge.item });
  const fen = charge.free_reason ? 0 : (charge.fen ?? charge.quantity * (item?.fen ?? 0));
  return html`<li class="field-line"><span class="grow">${charge.name ?? item?.name ?? charge.item} <span class="num">× ${charge.quantity}</span>${charge.free_reason ? html`<br><span class="small muted">${text("charges.free")}: ${charge.free_reason}</span>` : nothing}</span>
    <span class="num">${money(fen)}</span>
    ${visit.signature ? nothing : html`<button type="button" class="button button--icon" aria-label=${text("charges.remove", { item: charge.name ?? item?.name ?? charge.item })} @click=${remove}>${icon("trash")}</button>`}</li>`;
}

function hint(visit) {
  const found = visit.expected_fee;
  if (!found) return nothing;
  if (found.free) return notice("info", text(found.travel_free ? "charges.all_free" : "charges.work_free"));
  return found.paid ? notice("info", text("charges.paid")) : nothing;
}

/** The page of the charges. */
export function chargesView(visit) {
  const key = `charge-${visit.id}`;
  const now = draft(key, { quantity: "1" });
  const set = (name) => (event) => {
    keepDraft(key, { ...draft(key, { quantity: "1" }), [name]: event.target.value });
    redraw();
  };
  const save = async () => {
    const now = draft(key, { quantity: "1" });
    const quantity = Number(now.quantity ?? 1);
    const before = visit.charges.find((one) => one.item === now.item);
    const base = before ? { quantity: before.quantity, free_reason: before.free_reason ?? "" } : null;
    const data = { item: now.item, quantity, free_reason: (now.free_reason ?? "").trim() };
    await keep(visit, "add_charge", data, { base, draft: key });
  };
  const good = now.item && Number.isInteger(Number(now.quantity ?? 1)) && Number(now.quantity ?? 1) >= 1 && Number(now.quantity ?? 1) <= 20;
  const form = html`<section class="panel" aria-labelledby="add"><div class="panel__head"><h2 id="add">${text("charges.add")}</h2></div><div class="panel__body form">
    <div class="field"><label class="field__label" for="price-item">${text("charges.item")}</label><select id="price-item" @change=${set("item")}><option value="" ?selected=${!now.item}>${text("charges.choose")}</option>${(visit.price_list?.items ?? []).map((one) => html`<option value=${one.code} ?selected=${now.item === one.code}>${one.name} · ${money(one.fen)}</option>`)}</select></div>
    <div class="field"><label class="field__label" for="quantity">${text("charges.quantity")}</label><input id="quantity" inputmode="numeric" maxlength="2" .value=${String(now.quantity ?? "1")} @input=${set("quantity")}></div>
    ${field({ key, name: "free_reason", label: text("charges.free_reason"), max: 200, hint: text("charges.free_hint") })}
  </div></section>`;
  return {
    title: text("task.charges"),
    content: html`
      ${hint(visit)}
      <section class="panel" aria-labelledby="lines"><div class="panel__head"><h2 id="lines">${text("charges.lines")}</h2><span class="push num strong">${money(payable(visit))}</span></div>
        <ul class="rows">${visit.charges.length ? visit.charges.map((one) => line(visit, one)) : html`<li class="muted">${text("charges.none")}</li>`}</ul></section>
      ${visit.signature ? notice("info", text("charges.signed")) : html`${form}${bigButton("plus", text("charges.save"), save, { disabled: !good })}`}`,
  };
}
