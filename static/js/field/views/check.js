// The self-check before the first visit of a day: kit, appearance, the ten musts.

import { text } from "../../texts.js";
import { keepCheck } from "../check.js";
import { draft, dropDraft, keepDraft, model, redraw, say } from "../model.js";
import { kick } from "../sender.js";
import { bigButton, failureText, field, go, html, moment, nothing, notice } from "../ui.js";

function done(asked) {
  if (asked.done_at) return asked.done_at;
  return model.check?.day === asked.day ? model.check.done_at : "";
}

function row(key, item) {
  const now = draft(key);
  const set = (event) => {
    keepDraft(key, { ...draft(key), items: { ...(now.items ?? {}), [item.code]: event.target.checked } });
    redraw();
  };
  return html`<li><label class="choice"><input type="checkbox" .checked=${Boolean(now.items?.[item.code])} @change=${set}>${item.text}</label></li>`;
}

function groups(key, items) {
  const names = [...new Set(items.map((one) => one.group))];
  const all = (rows) => () => {
    const marks = Object.fromEntries(rows.map((one) => [one.code, true]));
    keepDraft(key, { ...draft(key), items: { ...(draft(key).items ?? {}), ...marks } });
    redraw();
  };
  return names.map((name) => {
    const rows = items.filter((one) => one.group === name);
    return html`<section class="panel" aria-labelledby="g-${name}"><div class="panel__head"><h2 id="g-${name}">${rows[0].group_text ?? text(`check.${name}`)}</h2><button type="button" class="button push" @click=${all(rows)} aria-label="${text("check.all")} ${rows[0].group_text ?? text(`check.${name}`)}">${text("check.all")}</button></div>
      <ul class="field-checks">${rows.map((one) => row(key, one))}</ul></section>`;
  });
}

/** The page of the self-check. */
export function checkView() {
  const asked = model.day?.self_check;
  const title = text("place.check");
  if (!asked) return { title, content: html`${notice("info", text("today.never"))}` };
  const at = done(asked);
  if (at) return { title, content: html`${notice("ok", text("check.done", { at: moment(at) }))}${model.check?.refused ? notice("danger", model.check.refused) : nothing}` };
  const key = `check-${asked.day}`;
  const save = async () => {
    const items = Object.fromEntries(asked.items.map((one) => [one.code, Boolean(draft(key).items?.[one.code])]));
    try {
      await keepCheck(model.user, { day: asked.day, items, note: draft(key).note ?? "" });
    } catch (error) {
      say(failureText(error), "danger");
      return;
    }
    dropDraft(key);
    say(text("kept"));
    kick();
    go("today");
  };
  const open = asked.items.filter((one) => !draft(key).items?.[one.code]).length;
  return {
    title,
    content: html`<p class="muted">${text("check.why")}</p>${groups(key, asked.items)}
      <div class="panel"><div class="panel__body form">${field({ key, name: "note", label: text("check.note"), hint: open ? text("check.open", { n: open }) : "" })}</div></div>
      ${bigButton("check", text("check.save"), save)}`,
  };
}
