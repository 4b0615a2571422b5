// <intake-steps>: the intake without a mouse. The digits 1 to 5 lead to a step while no text is being typed; Enter in a
// line of text goes on to the next field instead of sending a half-filled form.

const TEXT = ["text", "search", "tel", "datetime-local", "number", "date"];

class IntakeSteps extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
    this.start();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKey);
  }

  // A known caller starts at the product, a new one at the name; an error summary has the focus already.
  start() {
    if (document.activeElement && document.activeElement !== document.body) return;
    const known = Boolean(this.form?.elements.customer?.value);
    this.step(known ? 2 : 1);
  }

  key(event) {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = event.target;
    const line = node instanceof HTMLInputElement && TEXT.includes(node.type);
    if (event.key === "Enter" && line && this.contains(node)) {
      event.preventDefault();
      this.next(node);
      return;
    }
    const writing = line || node instanceof HTMLTextAreaElement || node instanceof HTMLSelectElement;
    if (writing || document.querySelector("dialog[open]")) return;
    if (/^[1-5]$/.test(event.key) && this.step(Number(event.key))) event.preventDefault();
  }

  step(number) {
    const place = this.querySelector(`[data-step="${number}"]`);
    const fields = this.fields(place);
    const first = fields[0];
    // Of a group of choices the marked one; but never past a question that is still open.
    const field = fields.find((each) => each.checked && each.name === first.name) ?? first;
    field?.focus();
    place?.scrollIntoView({ block: "nearest" });
    return Boolean(field);
  }

  next(node) {
    const fields = this.fields(this.form);
    fields[fields.indexOf(node) + 1]?.focus();
  }

  fields(place) {
    const found = [...(place?.querySelectorAll("input, select, textarea, button") ?? [])];
    return found.filter((each) => each.type !== "hidden" && !each.disabled && each.checkVisibility());
  }
}

customElements.define("intake-steps", IntakeSteps);
