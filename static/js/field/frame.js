// What stands round every view: the bar with the state of the outbox, troubles in words, the places at the foot.

import { text } from "../texts.js";
import { mine, model, others, unsent } from "./model.js";
import { status } from "./sender.js";
import { html, icon, nothing } from "./ui.js";

/** "3 to send · saved on this phone", or that everything has arrived. */
export function pill() {
  const open = unsent().length;
  const wrong = mine().filter((one) => ["refused", "conflict", "stuck"].includes(one.state) && !one.corrected).length;
  const tone = wrong ? "danger" : open ? "warn" : "ok";
  const words = wrong
    ? text("pill.wrong", { n: wrong })
    : open
      ? text(status.phase === "sending" ? "pill.sending" : "pill.open", { n: open })
      : text(status.phase === "offline" ? "pill.offline" : "pill.done");
  const sign = wrong ? "tone-danger" : open ? "cloud-up" : status.phase === "offline" ? "cloud-off" : "circle-check";
  return html`<a class="pill field-pill" data-tone=${status.phase === "offline" && !open && !wrong ? "neutral" : tone} href="#outbox">${icon(sign)}<span>${words.split(" · ").map((part) => html`<span>${part}</span> `)}</span></a>`;
}

function banner() {
  if (model.failed) return strip("danger", model.failed);
  if (status.phase === "signed_out") {
    return strip("warn", text("signed_out"), html`<a class="button button--small" href=${document.body.dataset.login}>${text("sign_in")}</a>`);
  }
  if (model.newVersion) {
    return strip("info", text("new_version"), html`<button type="button" class="button button--small" @click=${takeOver}>${text("restart")}</button>`);
  }
  return nothing;
}

function strip(tone, words, more = nothing) {
  return html`<div class="banner field-banner" data-tone=${tone} role="status">${icon(`tone-${tone}`)}<span class="grow">${words}</span>${more}</div>`;
}

async function takeOver() {
  const registration = await navigator.serviceWorker.getRegistration();
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  registration?.waiting?.postMessage("take-over");
}

const PLACES = [
  ["today", "#today", "calendar-event", "place.today"],
  ["check", "#check", "list-check", "place.check"],
  ["outbox", "#outbox", "cloud-up", "place.outbox"],
  ["settings", "#settings", "settings", "place.settings"],
];

function tabs(at) {
  const count = unsent().length;
  return html`<nav class="tabbar" aria-label=${text("nav")}>${PLACES.map(
    ([name, href, sign, words]) => html`<a class="tabbar__item" href=${href} aria-current=${at.name === name ? "page" : nothing}><span class="tabbar__icon">${icon(sign)}${
      name === "outbox" && count ? html`<span class="tool__count" aria-hidden="true">${count}</span>` : nothing
    }</span><span>${text(words)}</span></a>`,
  )}</nav>`;
}

/** The whole page round `view`: {title, back, content}. */
export function frame(at, view) {
  return html`
    <header class="phone-bar">
      ${view.back ? html`<a class="tool" href=${view.back}>${icon("chevron-left")}<span class="sr-only">${text("back")}</span></a>` : nothing}
      <h1 class="clip" id="place" tabindex="-1">${view.title}</h1>
      ${pill()}
    </header>
    ${banner()}
    ${others() && at.name === "outbox" ? strip("info", text("others", { n: others() })) : nothing}
    <main id="content" class="page visit field-page">${view.content}</main>
    ${tabs(at)}
    <div class="field-notice" role="status" aria-live="polite">${
      model.notice ? html`<p class="toast" data-tone=${model.notice.tone}>${icon(`tone-${model.notice.tone}`)}<span>${model.notice.text}</span></p>` : nothing
    }</div>`;
}
