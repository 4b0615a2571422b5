// A part of a page that renews itself leaves whoever works in it where he was: the focus, the current row of a list,
// and what he has unfolded. What stands under another id now is found by what it is; a row that has left, by its place.

const ROW = "[data-row]";
let place = null;

const attribute = (node, name) => `[${name}="${CSS.escape(node.getAttribute(name))}"]`;

/** A selector that finds `node` again in a renewed part; empty where nothing tells it from others. */
function selectorOf(node) {
  if (node.id) return `#${CSS.escape(node.id)}`;
  if (node.matches("summary") && node.parentElement.id) return `#${CSS.escape(node.parentElement.id)} > summary`;
  const form = node.closest("form[action]");
  if (node.matches("button") && form) return `form${attribute(form, "action")} button`;
  for (const name of ["href", "name", "aria-label", "data-key"]) {
    if (node.hasAttribute(name)) return `${node.tagName.toLowerCase()}${attribute(node, name)}`;
  }
  return "";
}

function remember(root) {
  const node = document.activeElement;
  const row = root.contains(node) ? node.closest(ROW) : null;
  const current = root.querySelector(`${ROW}.is-current`);
  place = {
    root: root.id,
    focus: root.contains(node) ? selectorOf(node) : "",
    had: root.contains(node),
    row: row ? [...root.querySelectorAll(ROW)].indexOf(row) : -1,
    current: current ? selectorOf(current.querySelector("a, button, summary") ?? current) : "",
    open: [...root.querySelectorAll("details[id][open]")].map((each) => each.id),
  };
}

function reachableIn(row) {
  return row?.matches("a, button") ? row : row?.querySelector("a, button, summary");
}

function restore() {
  const { root, focus, had, row, current, open } = place;
  place = null;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  const part = document.getElementById(root);
  if (!part) return;
  if (current) part.querySelector(current)?.closest(ROW)?.classList.add("is-current");
  // Whoever has gone on meanwhile, or was put back by his element's id, is left alone.
  if (!had || (document.activeElement && document.activeElement !== document.body)) return;
  const rows = [...part.querySelectorAll(ROW)];
  const near = row < 0 ? null : reachableIn(rows[Math.min(row, rows.length - 1)]);
  const again = (focus && part.querySelector(focus)) || near || part.querySelector("a, button, [tabindex]");
  again?.focus({ preventScroll: true });
}

document.addEventListener("htmx:beforeSwap", (event) => {
  // A part that fetches itself; what somebody asked for by a button says itself where it leads.
  const { target, requestConfig, shouldSwap } = event.detail;
  if (shouldSwap && target?.id && requestConfig?.elt === target) remember(target);
});

document.addEventListener("htmx:afterSwap", () => {
  if (place) restore();
});
