// Keyboard first. Single letters are off while a field has the focus, while an input method composes, while a
// dialog is open, and where the person has switched them off (the sheet behind "?").
//   data-search-box       "/" goes there
//   data-go="b"           "g" then "b" goes to its data-url; the lines of the palette have it
//   data-key="x"          "x" presses the button or follows the link
//   data-keylist          a list whose [data-row] elements J and K walk; Enter opens the row's first link
//   form[data-primary]    Ctrl+Enter sends it (else the form the focus is in)

const STORE = "single-keys";
const PAIR_WITHIN = 1200;
let waitingForPlace = 0;

const singleKeysOn = () => localStorage.getItem(STORE) !== "off";

const visible = (node) => node.checkVisibility?.() ?? node.offsetParent !== null;

function typing(target) {
  // The field of a dialog closed a moment ago has the focus until the next drawing.
  if (!(target instanceof HTMLElement) || !visible(target)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Whether a key reaches `node`: it is to be seen, or stands in a menu that is closed but to be seen itself. */
export function reachable(node) {
  const menu = node.closest("details[data-menu]:not([open])");
  return visible(menu ?? node);
}

function press(selector) {
  const node = [...document.querySelectorAll(selector)].find((each) => reachable(each) && !each.disabled);
  if (!node) return false;
  if (node.matches("input, select, textarea")) node.focus();
  else node.click();
  return true;
}

function goTo(key) {
  const place = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  if (place) window.location.assign(place.dataset.url);
  return Boolean(place);
}

function rowsOf(list) {
  return [...list.querySelectorAll("[data-row]")].filter(visible);
}

function currentList() {
  return document.activeElement?.closest("[data-keylist]") ?? document.querySelector("[data-keylist]");
}

function walk(step) {
  const list = currentList();
  if (!list) return false;
  const rows = rowsOf(list);
  if (rows.length === 0) return false;
  // Who has walked on by Tab goes on from there.
  const within = rows.findIndex((row) => row.contains(document.activeElement));
  const at = within < 0 ? rows.findIndex((row) => row.classList.contains("is-current")) : within;
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))] ?? rows[0];
  for (const row of rows) row.classList.toggle("is-current", row === next);
  const target = next.matches("a, button") ? next : next.querySelector("a, button, summary");
  target?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function openCurrent() {
  const row = currentList()?.querySelector("[data-row].is-current");
  // With the focus inside the row, or on something else that takes Enter, the browser's own Enter does the work.
  const at = document.activeElement;
  if (!row || row.contains(at) || at?.matches("a, button, summary, input")) return false;
  const link = row.matches("a") ? row : row.querySelector("a");
  link?.click();
  return Boolean(link);
}

function sendForm(target) {
  const own = target instanceof HTMLElement ? target.closest("form") : null;
  const form = own ?? document.querySelector("form[data-primary]");
  form?.requestSubmit();
  return Boolean(form);
}

function showSheet() {
  const sheet = document.getElementById("key-sheet");
  if (!sheet || sheet.open) return false;
  fillPageKeys(sheet);
  sheet.showModal();
  return true;
}

function fillPageKeys(sheet) {
  const place = sheet.querySelector("[data-page-keys]");
  const list = place.querySelector("ul");
  list.replaceChildren();
  for (const node of document.querySelectorAll("[data-key]")) {
    if (!reachable(node)) continue;
    const item = document.createElement("li");
    const label = document.createElement("span");
    const copy = node.cloneNode(true);
    for (const key of copy.querySelectorAll("kbd, svg")) key.remove();
    label.textContent = (node.getAttribute("aria-label") || copy.textContent).trim();
    const key = document.createElement("kbd");
    key.textContent = node.dataset.key.toUpperCase();
    item.append(label, key);
    list.append(item);
  }
  place.hidden = list.children.length === 0;
}

function singleKey(event) {
  const key = event.key.toLowerCase();
  if (Date.now() - waitingForPlace < PAIR_WITHIN) {
    waitingForPlace = 0;
    if (goTo(key)) return true;
  }
  if (key === "/") {
    return press("[data-search-box]");
  }
  if (key === "?") return showSheet();
  if (key === "g") {
    waitingForPlace = Date.now();
    return true;
  }
  if (key === "j") return walk(1);
  if (key === "k") return walk(-1);
  if (key.length === 1) return press(`[data-key="${CSS.escape(key)}"]`);
  return false;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    if (sendForm(event.target)) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) {
    if (event.key === "Escape" && event.target.matches?.("[data-search-box]")) event.target.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && openCurrent()) event.preventDefault();
  else if (event.key.length === 1 && singleKeysOn() && singleKey(event)) event.preventDefault();
});

// The sheet may also be opened from the menu.
document.getElementById("key-sheet")?.addEventListener("dialog:open", (event) => fillPageKeys(event.currentTarget));

const toggle = document.querySelector("[data-single-keys]");
if (toggle) {
  toggle.checked = singleKeysOn();
  toggle.addEventListener("change", () => localStorage.setItem(STORE, toggle.checked ? "on" : "off"));
}
