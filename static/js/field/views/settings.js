// What the phone may do and has: position, room, installation, its own id, the way out.

import { text } from "../../texts.js";
import { keepConsent } from "../check.js";
import { mine, model, redraw, say, unsent } from "../model.js";
import { kick } from "../sender.js";
import { failureText, html, icon, nothing, notice } from "../ui.js";

const state = { persisted: null, used: 0, quota: 0, install: null, asked: false };

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  state.install = event;
  redraw();
});

async function look() {
  state.asked = true;
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  Object.assign(state, { persisted: (await navigator.storage?.persisted?.()) ?? false, used: usage, quota });
  redraw();
}

async function persist() {
  state.persisted = await navigator.storage?.persist?.();
  say(text(state.persisted ? "settings.persisted" : "settings.not_persisted"), state.persisted ? "ok" : "warn");
}

async function consent(event) {
  try {
    await keepConsent(model.user, event.target.checked);
    kick();
  } catch (error) {
    say(failureText(error), "danger");
  }
}

function megabytes(bytes) {
  return (bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0);
}

function isInstalled() {
  return window.matchMedia("(display-mode: standalone)").matches;
}

function install() {
  if (isInstalled()) return notice("ok", text("settings.installed"));
  if (!state.install) return html`<p class="muted">${text("settings.install_hint")}</p>`;
  return html`<button type="button" class="button button--big button--wide" @click=${() => state.install.prompt()}>${icon("device-mobile")}${text("settings.install")}</button>`;
}

/** The page of the settings. */
export function settingsView() {
  if (!state.asked) look().catch(() => undefined);
  return {
    title: text("place.settings"),
    content: html`
      <section class="panel" aria-labelledby="position"><div class="panel__head"><h2 id="position">${text("settings.position")}</h2></div><div class="panel__body stack">
        <label class="choice"><input type="checkbox" .checked=${Boolean(model.day?.consent?.position)} ?disabled=${!model.day} @change=${consent}>${text("settings.consent")}</label><p class="small muted">${text("settings.consent_why")}</p></div></section>
      <section class="panel" aria-labelledby="install"><div class="panel__head"><h2 id="install">${text("settings.app")}</h2></div><div class="panel__body stack">${install()}</div></section>
      <section class="panel" aria-labelledby="room"><div class="panel__head"><h2 id="room">${text("settings.room")}</h2></div><div class="panel__body stack">
        <dl class="facts"><dt>${text("settings.used")}</dt><dd class="num">${text("settings.of", { used: megabytes(state.used), quota: megabytes(state.quota) })}</dd><dt>${text("settings.entries")}</dt><dd class="num">${text("settings.count", { n: mine().length, m: unsent().length })}</dd><dt>${text("settings.device")}</dt><dd class="mono small field-id">${model.device || "–"}</dd></dl>
        ${state.persisted ? notice("ok", text("settings.persisted")) : html`<button type="button" class="button button--big button--wide" @click=${persist}>${text("settings.persist")}</button>`}</div></section>
      <section class="panel" aria-labelledby="house"><div class="panel__head"><h2 id="house">${model.day?.user?.name ?? text("settings.account")}</h2></div><ul class="rows"><li><a class="row" href="/my/">${icon("external-link")}<span class="grow">${text("settings.pages")}</span></a></li><li><a class="row" href="/">${icon("settings")}<span class="grow">${text("settings.more")}</span></a></li></ul></section>
      ${unsent().length ? notice("warn", text("settings.sign_out", { n: unsent().length })) : nothing}`,
  };
}
