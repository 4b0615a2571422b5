// <signature-field>: a drawing on the canvas becomes a PNG data URL in the hidden input. Who cannot draw types the
// name; it is then written onto the canvas, so that the record sheet carries something to look at either way.

import SignaturePad from "../vendor/signature-pad/signature_pad.min.js";

import { text } from "./texts.js";

class SignatureField extends HTMLElement {
  connectedCallback() {
    this.canvas = this.querySelector("canvas");
    this.image = this.querySelector("[data-image]");
    this.typed = this.querySelector("[data-typed-name]");
    this.note = this.querySelector("[data-signature-state]");
    this.pad = new SignaturePad(this.canvas, { backgroundColor: "#ffffff", penColor: "#10182b", minWidth: 1 });
    this.pad.addEventListener("endStroke", () => this.write());
    this.querySelector("[data-clear]").addEventListener("click", () => this.clear());
    this.typed?.addEventListener("change", () => this.writeName());
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.canvas);
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    this.pad?.off();
  }

  // The bitmap follows the size on screen (turned phone, zoom); strokes are kept and drawn again.
  fit() {
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    const width = Math.round(this.canvas.offsetWidth * ratio);
    const height = Math.round(this.canvas.offsetHeight * ratio);
    if (!width || !height || (this.canvas.width === width && this.canvas.height === height)) return;
    const strokes = this.pad.toData();
    this.canvas.width = width;
    this.canvas.height = height;
    this.canvas.getContext("2d").scale(ratio, ratio);
    this.pad.clear();
    if (strokes.length > 0) this.pad.fromData(strokes);
    // A name typed before this script had come, or kept by the browser on the way back, counts too.
    else if (this.image.value || this.typed?.value.trim()) this.writeName();
  }

  write() {
    this.image.value = this.pad.isEmpty() ? "" : this.pad.toDataURL("image/png");
    this.note.textContent = text(this.image.value ? "signature.signed" : "signature.empty");
  }

  writeName() {
    if (this.pad.toData().length > 0) return;
    const name = this.typed.value.trim();
    this.pad.clear();
    if (!name) {
      this.image.value = "";
      this.note.textContent = text("signature.empty");
      return;
    }
    const pen = this.canvas.getContext("2d");
    pen.fillStyle = "#10182b";
    pen.font = "italic 40px KaiTi, STKaiti, cursive";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(name, this.canvas.offsetWidth / 2, this.canvas.offsetHeight / 2, this.canvas.offsetWidth - 32);
    this.image.value = this.canvas.toDataURL("image/png");
    this.note.textContent = text("signature.signed");
  }

  clear() {
    this.pad.clear();
    this.write();
    this.writeName();
  }
}

customElements.define("signature-field", SignatureField);
