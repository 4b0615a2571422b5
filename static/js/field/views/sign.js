// The customer's opinion and signature, over the whole screen; the drawing is a draft until it is kept.

import { text } from "../../texts.js";
import { draft, keepDraft, redraw } from "../model.js";
import { bigButton, choices, field, go, html, icon, keepAndReturn, nothing, radios } from "../ui.js";

// A dot or a slip of the finger is no signature: so many points, and so far in all.
const LEAST_POINTS = 4;
const LEAST_WAY = 40;
let refusal = "";

function way(strokes) {
  let length = 0;
  for (const { points } of strokes) {
    for (let n = 1; n < points.length; n += 1) {
      length += Math.hypot(points[n].x - points[n - 1].x, points[n].y - points[n - 1].y);
    }
  }
  return length;
}

function isTooSmall(strokes) {
  const points = strokes.reduce((sum, stroke) => sum + stroke.points.length, 0);
  return points < LEAST_POINTS || way(strokes) < LEAST_WAY;
}

/** The strokes as they are sent: points with place, time and pressure. */
function vectors(strokes) {
  const short = (value) => Math.round(value * 100) / 100;
  return strokes.map(({ points }) => points.map(({ x, y, time, pressure }) => ({ x: short(x), y: short(y), t: time, p: short(pressure ?? 0) })));
}

class SignaturePlace extends HTMLElement {
  async connectedCallback() {
    const { default: SignaturePad } = await import("../../../vendor/signature-pad/signature_pad.min.js");
    if (!this.isConnected) return;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", this.getAttribute("label"));
    this.append(this.canvas);
    this.pad = new SignaturePad(this.canvas, { backgroundColor: "#ffffff", penColor: "#10182b", minWidth: 1 });
    this.pad.addEventListener("endStroke", () => this.tell());
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this);
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    this.pad?.off();
  }

  // The bitmap follows the size on screen (a turned phone); strokes are kept and drawn again.
  fit() {
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    const [width, height] = [Math.round(this.offsetWidth * ratio), Math.round(this.offsetHeight * ratio)];
    if (!width || !height || (this.canvas.width === width && this.canvas.height === height)) return;
    const strokes = this.pad.isEmpty() ? (this.strokes ?? []) : this.pad.toData();
    this.canvas.width = width;
    this.canvas.height = height;
    this.canvas.getContext("2d").scale(ratio, ratio);
    this.pad.clear();
    if (strokes.length) this.pad.fromData(strokes);
  }

  tell() {
    const detail = { strokes: this.pad.toData(), drawing: this.pad.toDataURL("image/png") };
    this.dispatchEvent(new CustomEvent("signed", { detail }));
  }

  clear() {
    this.strokes = [];
    this.pad?.clear();
  }
}

customElements.define("signature-place", SignaturePlace);

function lacking(now) {
  if (!now.choice) return "sign.no_opinion";
  if (!now.strokes?.length && !(now.typed_name ?? "").trim()) return "sign.empty";
  return now.strokes?.length && isTooSmall(now.strokes) ? "sign.small" : "";
}

function data(now) {
  const own = (now.words ?? "").trim();
  const choice = text(`opinion.${now.choice}`);
  const drawn = Boolean(now.strokes?.length);
  return {
    opinion: own ? `${choice}. ${own}` : choice,
    drawing: drawn ? now.drawing : "",
    strokes: drawn ? vectors(now.strokes) : [],
    typed_name: (now.typed_name ?? "").trim(),
  };
}

/** The page of the opinion; then, over the whole screen, that of the signature. */
export function signView(visit, rest) {
  return rest[0] === "draw" ? drawView(visit) : opinionView(visit);
}

function opinionView(visit) {
  const key = `sign-${visit.id}`;
  const on = () => {
    refusal = draft(key).choice ? "" : "sign.no_opinion";
    return refusal ? redraw() : go(`visit/${visit.id}/sign/draw`);
  };
  return {
    title: text("sign.title"),
    back: `#visit/${visit.id}/sheet`,
    content: html`
      <div class="panel"><div class="panel__body form">
        ${radios({ key, name: "choice", label: text("sign.opinion"), options: choices("opinion").map((code) => [code, text(`opinion.${code}`)]) })}
        ${field({ key, name: "words", label: text("sign.words"), rows: 2, max: 400 })}
        ${field({ key, name: "typed_name", label: text("sign.typed"), max: 60 })}
        ${refused()}
      </div></div>
      ${bigButton("signature", text("sign.here"), on)}`,
  };
}

function refused() {
  return refusal ? html`<p class="field__error" role="alert">${icon("alert-circle")}<span>${text(refusal)}</span></p>` : nothing;
}

function drawView(visit) {
  const key = `sign-${visit.id}`;
  const now = draft(key);
  const clear = (event) => {
    event.target.closest(".field-sign").querySelector("signature-place").clear();
    keepDraft(key, { ...draft(key), strokes: [], drawing: "" });
    redraw();
  };
  const signed = (event) => {
    refusal = "";
    keepDraft(key, { ...draft(key), ...event.detail });
    redraw();
  };
  const save = async () => {
    refusal = lacking(draft(key));
    if (refusal) return redraw();
    return keepAndReturn(visit, "sign", data(draft(key)), { draft: key });
  };
  return {
    title: text("sign.here"),
    back: `#visit/${visit.id}/sign`,
    content: html`
      <div class="field-sign">
        <div class="field-sign__head"><span class="small muted">${visit.ticket.contact_name} · ${text(`opinion.${now.choice}`)}</span><button type="button" class="button" @click=${clear}>${icon("eraser")}${text("sign.clear")}</button></div>
        <signature-place label=${text("sign.here")} .strokes=${now.strokes ?? []} @signed=${signed}></signature-place>
        ${refused()}
      </div>
      ${bigButton("check", text("sign.save"), save)}`,
  };
}
