// Menus close on Escape and on a click elsewhere; theme and density are kept in a cookie, so that the server
// paints the next page right from the start.

const YEAR = 365 * 24 * 3600;
const root = document.documentElement;

function keep(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax`;
}

function mark() {
  for (const button of document.querySelectorAll("[data-set-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === (root.dataset.theme || "auto")));
  }
  for (const button of document.querySelectorAll("[data-toggle-density]")) {
    button.setAttribute("aria-pressed", String(root.dataset.density === "compact"));
  }
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
  const theme = event.target.closest("[data-set-theme]")?.dataset.setTheme;
  if (theme) {
    root.dataset.theme = theme;
    keep("theme", theme);
    document.dispatchEvent(new CustomEvent("theme:changed"));
  }
  if (event.target.closest("[data-toggle-density]")) {
    root.dataset.density = root.dataset.density === "compact" ? "comfortable" : "compact";
    keep("density", root.dataset.density);
  }
  mark();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details[data-menu][open]");
  if (!menu) return;
  menu.removeAttribute("open");
  menu.querySelector("summary").focus();
});

for (const node of document.querySelectorAll("[data-needs-script]")) node.hidden = false;
mark();
