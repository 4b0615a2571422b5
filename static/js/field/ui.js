// Small parts the views share: words, icons, moments, and keeping an entry with an honest answer.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { iconOf, text } from "../texts.js";
import { record } from "./entries.js";
import { dropDraft, draft, keepDraft, model, redraw, say, visitTold } from "./model.js";
import { lastPosition } from "./place.js";
import { kick } from "./sender.js";
import { isFull } from "./store.js";

export { html, nothing, text };

/** The icon `name`. */
export function icon(name) {
  return iconOf(`icon.${name}`) ?? nothing;
}

const ZONE = { timeZone: "Asia/Shanghai", hour12: false };
const clockOf = new Intl.DateTimeFormat("zh-CN", { ...ZONE, hour: "2-digit", minute: "2-digit" });
const dateOf = new Intl.DateTimeFormat("en-CA", { ...ZONE, year: "numeric", month: "2-digit", day: "2-digit" });

/** "14:05"; empty without a moment. */
export function time(moment) {
  return moment ? clockOf.format(new Date(moment)) : "";
}

/** "2026-03-02" of a moment where the visits are. */
export function dayOf(moment) {
  return dateOf.format(new Date(moment));
}

/** "03-02 14:05". */
export function moment(value) {
  return value ? `${dayOf(value).slice(5)} ${time(value)}` : "";
}

/** "¥12.50". */
export function money(fen) {
  return `¥${(fen / 100).toFixed(2)}`;
}

/** The words of `code` in the list `list` of choices. */
export function choiceText(list, code) {
  return code ? text(`${list}.${code}`) : "";
}

/** Codes of the list `list`, in their order. */
export function choices(list) {
  return text(`list.${list}`).trim().split(/\s+/);
}

/** Whether `code` is in the list `list`. */
export function isOneOf(list, code) {
  return choices(list).includes(code);
}

/** What is said where the phone could not keep something. */
export function failureText(error) {
  return text(isFull(error) ? "full" : "not_kept");
}

const STEPS = new Set(["depart", "arrive", "start_work", "complete_visit", "abort_visit"]);
let busy = false;

/**
 * Keeps an entry and says so; gives whether it is kept. A second tap while the first is being kept does nothing.
 * `more`: base, blob, thumb, draft, settles; `quiet` leaves out the sentence.
 */
export async function keep(visit, action, data = {}, more = {}) {
  if (busy) return false;
  busy = true;
  try {
    const position = STEPS.has(action) && model.day?.consent?.position ? lastPosition() : null;
    await record({ user: model.user, visit: visitTold(visit.id) ?? visit, action, data, more: { ...more, position } });
  } catch (error) {
    say(failureText(error), "danger");
    return false;
  } finally {
    busy = false;
  }
  if (more.draft) dropDraft(more.draft);
  if (!more.quiet) say(text("kept"));
  kick();
  return true;
}

/** Keeps an entry as `keep` does and goes back to the visit, unless the technician has gone elsewhere meanwhile. */
export async function keepAndReturn(visit, action, data = {}, more = {}) {
  const here = location.hash;
  if ((await keep(visit, action, data, more)) && location.hash === here) go(`visit/${visit.id}`);
}

/** Goes to a place of the app. */
export function go(place) {
  location.hash = place;
}

/** A link to a place of the app. */
export function place(path) {
  return `#${path}`;
}

/** A text field whose content is a draft: `name` is its key in the draft `key`. */
export function field({ key, name, label, value = "", rows = 0, max = 300, hint = "", mode = "text" }) {
  const shown = draft(key)[name] ?? value;
  const onInput = (event) => keepDraft(key, { ...draft(key), [name]: event.target.value });
  const id = `${key}-${name}`.replace(/[^\w-]/g, "-");
  const note = hint ? html`<p class="field__help small muted" id="${id}-hint">${hint}</p>` : nothing;
  const input = rows
    ? html`<textarea id=${id} name=${name} rows=${rows} maxlength=${max} .value=${shown} @input=${onInput}
        aria-describedby=${hint ? `${id}-hint` : nothing}></textarea>`
    : html`<input id=${id} name=${name} maxlength=${max} inputmode=${mode} autocomplete="off" .value=${shown} @input=${onInput}
        aria-describedby=${hint ? `${id}-hint` : nothing}>`;
  return html`<div class="field"><label class="field__label" for=${id}>${label}</label>${note}${input}</div>`;
}

/** A group of big radio choices whose answer is part of the draft `key`. */
export function radios({ key, name, label, options, value = "" }) {
  const shown = draft(key)[name] ?? value;
  const onChange = (event) => {
    keepDraft(key, { ...draft(key), [name]: event.target.value });
    redraw();
  };
  return html`<fieldset class="field"><legend class="field__label">${label}</legend>
    <div class="choices choices--big field-choices">${options.map(
      ([code, words]) => html`<label class="choice"><input type="radio" name="${key}-${name}" value=${code}
        .checked=${shown === code} @change=${onChange}>${words}</label>`,
    )}</div></fieldset>`;
}

/** A sentence in a tone, with its icon. */
export function notice(tone, words) {
  return html`<div class="notice" data-tone=${tone}>${icon(`tone-${tone}`)}<span>${words}</span></div>`;
}

/** A state as shape, word and colour. */
export function status(state) {
  return html`<span class="status status--plain" data-tone=${text(`tone.${state}`)}>${icon(`state-${state}`)}<span>${choiceText("state", state)}</span></span>`;
}

/** The one big button under the thumb. */
export function bigButton(iconName, words, act, more = {}) {
  return html`<div class="next-step"><button type="button" class="button button--primary button--big button--wide"
    ?disabled=${more.disabled ?? false} @click=${act}>${icon(iconName)}${words}</button></div>`;
}
