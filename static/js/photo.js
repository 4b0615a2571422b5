// <photo-field max-mb>: shows the chosen photo and its size before it is sent; refuses what is no photo or too big.
// The server checks again; this only spares a slow upload.

import { text } from "./texts.js";

// What the server can read. A phone that keeps HEIC hands over a JPEG when only these are accepted.
const KINDS = ["image/jpeg", "image/png", "image/webp"];
const MB = 1024 * 1024;

class PhotoField extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    this.preview = this.querySelector("img");
    this.note = this.querySelector("[data-photo-note]");
    this.input.addEventListener("change", () => this.look());
    // On a slow phone a photo is chosen before this script has come; after a step back the browser keeps the choice.
    if (this.input.files.length > 0) this.look();
  }

  disconnectedCallback() {
    this.forget();
  }

  look() {
    this.forget();
    const file = this.input.files[0];
    const fault = file ? this.faultOf(file) : "";
    this.input.setCustomValidity(fault);
    if (fault) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
    this.note.classList.toggle("field__error", Boolean(fault));
    this.note.textContent = fault || (file ? text("photo.chosen", { name: file.name, n: size(file) }) : "");
    if (fault || !file) return;
    this.address = URL.createObjectURL(file);
    this.preview.src = this.address;
    this.preview.hidden = false;
    this.preview.onerror = () => {
      this.preview.hidden = true;
    };
  }

  faultOf(file) {
    const most = Number(this.getAttribute("max-mb"));
    if (!KINDS.includes(file.type)) return text("photo.kind");
    if (most && file.size > most * MB) return text("photo.big", { n: size(file), max: most });
    return "";
  }

  forget() {
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = "";
    this.preview.hidden = true;
  }
}

function size(file) {
  return Math.max(0.1, Math.round((file.size / MB) * 10) / 10);
}

customElements.define("photo-field", PhotoField);
