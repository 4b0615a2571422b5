// Which view belongs to a place of the app.

import { text } from "../texts.js";
import { html, notice } from "./ui.js";
import { checkView } from "./views/check.js";
import { checklistView } from "./views/checklist.js";
import { chargesView } from "./views/charges.js";
import { completeView, abortView } from "./views/ending.js";
import { contactView, nameplateView } from "./views/contact.js";
import { inspectionView } from "./views/inspection.js";
import { outboxView } from "./views/outbox.js";
import { outcomeView } from "./views/outcome.js";
import { photosView } from "./views/photos.js";
import { settingsView } from "./views/settings.js";
import { sheetView } from "./views/sheet.js";
import { signView } from "./views/sign.js";
import { todayView } from "./views/today.js";
import { visitView } from "./views/visit.js";

const GENERAL = { today: todayView, outbox: outboxView, check: checkView, settings: settingsView };
const OF_VISIT = {
  visit: visitView,
  contact: contactView,
  nameplate: nameplateView,
  checklist: checklistView,
  inspection: inspectionView,
  photos: photosView,
  charges: chargesView,
  outcome: outcomeView,
  sheet: sheetView,
  sign: signView,
  complete: completeView,
  abort: abortView,
};

/** {title, back, content} of the place `at`; `visit` is the one it is about, as it looks now. */
export function viewOf(at, visit) {
  const make = at.visit ? OF_VISIT[at.name] : (GENERAL[at.name] ?? todayView);
  if (at.visit && (!visit || !make)) {
    return { title: text("place.today"), back: "#today", content: html`${notice("info", text("visit.gone"))}` };
  }
  const view = make(visit, at.rest);
  const back = at.visit ? (at.name === "visit" ? "#today" : `#visit/${at.visit}`) : "";
  return { back, ...view };
}
