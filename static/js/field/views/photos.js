// Photos of the visit: shrunk here, twenty at most; a picture this phone cannot read is refused in words.

import { text } from "../../texts.js";
import { newId } from "../entries.js";
import { redraw, say, visitNow } from "../model.js";
import { PhotoRefused, shrink } from "../photo.js";
import { html, icon, keep, nothing, notice } from "../ui.js";

const MOST = 20;
const urls = new Map();
let working = 0;

/** The address of a small picture; made once for each photo. */
export function thumbUrl(photo) {
  if (!photo.thumb) return `/my/photos/${photo.token}/`;
  if (!urls.has(photo.token)) urls.set(photo.token, URL.createObjectURL(photo.thumb));
  return urls.get(photo.token);
}

async function addAll(visitId, item, files) {
  for (const file of files) {
    const visit = visitNow(visitId);
    if (visit.photos.length >= MOST) {
      say(text("photos.enough", { n: MOST }), "warn");
      return;
    }
    await addOne(visit, item, file);
  }
}

async function addOne(visit, item, file) {
  working += 1;
  redraw();
  try {
    const made = await shrink(file);
    await keep(visit, "add_photo", { token: newId(), item }, { ...made, quiet: true });
  } catch (error) {
    if (!(error instanceof PhotoRefused)) throw error;
    say(text(`photos.${error.kind}`), "danger");
  } finally {
    working -= 1;
    redraw();
  }
}

function chosen(visit, item) {
  return async (event) => {
    const input = event.target;
    await addAll(visit.id, item, [...input.files]);
    input.value = "";
  };
}

/** The page of the photos; `rest` names the item of the checklist they prove. */
export function photosView(visit, rest) {
  const item = rest[0] ?? "";
  const full = visit.photos.length >= MOST;
  return {
    title: text("task.photos"),
    back: `#visit/${visit.id}${item ? "/checklist" : ""}`,
    content: html`
      ${item ? notice("info", text("photos.for", { code: item })) : nothing}
      ${visit.photos.length ? html`<ul class="photos">${visit.photos.map((one, n) => html`<li><img src=${thumbUrl(one)} alt=${text("photos.alt", { n: n + 1 })}>${one.item ? html`<span class="small num">${one.item}</span>` : nothing}</li>`)}</ul>` : html`<p class="muted">${text("photos.none")}</p>`}
      <p class="small muted" role="status">${working ? text("photos.working", { n: working }) : text("photos.count", { n: visit.photos.length, most: MOST })}</p>
      ${full ? notice("info", text("photos.enough", { n: MOST })) : html`
      <label class="button button--wide button--big field-file">${icon("photo")}${text("photos.choose")}<input class="sr-only" type="file" name="photos" accept="image/*" multiple @change=${chosen(visit, item)}></label>
      <div class="next-step"><label class="button button--primary button--big button--wide field-file">${icon("camera")}${text("photos.take")}<input class="sr-only" type="file" name="camera" accept="image/*" capture="environment" @change=${chosen(visit, item)}></label></div>`}`,
  };
}
