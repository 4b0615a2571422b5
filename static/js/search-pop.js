// The one box: what fits is shown while typing; Enter opens the first of it, arrows walk through it.
// A box with data-search-box (top bar) shows it in a sheet below itself, a box with data-found in the place named there.

const WAIT = 150;

class Box {
  constructor(input) {
    this.input = input;
    this.form = input.form;
    this.place = document.getElementById(input.dataset.found ?? "") ?? this.sheet();
    this.shown = "";
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("submit", (event) => this.enter(event));
    document.addEventListener("click", (event) => {
      if (!this.form.contains(event.target)) this.close();
    });
  }

  sheet() {
    const sheet = document.createElement("div");
    sheet.className = "search-pop";
    sheet.setAttribute("aria-live", "polite");
    sheet.hidden = true;
    this.form.append(sheet);
    return sheet;
  }

  later() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.look(), WAIT);
  }

  async look() {
    const text = this.input.value.trim();
    if (text === this.shown) return;
    this.shown = text;
    if (!text) return this.close();
    const url = new URL(this.form.action);
    url.searchParams.set("q", text);
    const answer = await this.ask(url);
    if (!answer) return;
    // A slower answer to an older question must not overwrite a newer one.
    if (!answer.ok || answer.redirected || this.input.value.trim() !== text) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    this.place.replaceChildren(...page.body.childNodes);
    this.place.hidden = false;
    window.htmx?.process(this.place);
  }

  async ask(url) {
    try {
      return await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    } catch {
      // The next letter asks anew.
      this.shown = "";
      document.dispatchEvent(new CustomEvent("connection:lost"));
      return null;
    }
  }

  close() {
    this.shown = "";
    this.place.replaceChildren();
    if (this.place.classList.contains("search-pop")) this.place.hidden = true;
  }

  links() {
    return [...this.place.querySelectorAll("[data-row] a")];
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") this.close();
    if (event.key === "ArrowDown" && this.links().length > 0) {
      event.preventDefault();
      this.links()[0].focus();
    }
  }

  // Only what belongs to the text as it stands; otherwise the page of results answers.
  enter(event) {
    const first = this.place.querySelector("[data-first]")?.dataset.first;
    if (!first || this.shown !== this.input.value.trim()) return;
    event.preventDefault();
    window.location.assign(first);
  }
}

for (const input of document.querySelectorAll("[data-search-box], [data-found]")) {
  if (input.form?.getAttribute("role") === "search") new Box(input);
}
