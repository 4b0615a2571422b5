// Words and pictures come from <template id="ui-texts"> on the page, already in the reader's language; a page with words
// of its own has them in a <template data-texts>.

const entries = new Map();

function entry(name) {
  if (entries.size === 0) {
    for (const template of document.querySelectorAll("template#ui-texts, template[data-texts]")) {
      for (const node of template.content.querySelectorAll("[data-name]")) entries.set(node.dataset.name, node);
    }
  }
  return entries.get(name);
}

/** The sentence called `name` with its {placeholders} filled; the bare name shows that a template lacks it. */
export function text(name, values = {}) {
  // A line break and what stands round it belongs to the template; a space at the end belongs to the words (", ").
  const sentence = entry(name)?.textContent.replace(/^\s*\n\s*|\s*\n\s*$/g, "") ?? name;
  return sentence.replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
}

/** A fresh copy of the icon kept with `name`, or null. */
export function iconOf(name) {
  return entry(name)?.querySelector("svg")?.cloneNode(true) ?? null;
}

/** The tone kept with `name`, as used by data-tone. */
export function toneOf(name) {
  return entry(name)?.dataset.tone ?? "";
}
