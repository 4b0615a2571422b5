// A second click on "save" must not send a second time. The server refuses it too; this spares the message.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.matches("[hx-post], [hx-get], [hx-put]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  // A download leaves the page where it is, and may be asked for again.
  if (form.method !== "post" || "download" in form.dataset) return;
  form.dataset.sent = "yes";
  const pressed = event.submitter;
  // After this turn, so that the pressed button's own name and value are still sent.
  window.setTimeout(() => {
    for (const button of form.querySelectorAll("button:not([type='button']), input[type='submit']")) {
      if (button.disabled) continue;
      button.disabled = true;
      button.dataset.held = "yes";
    }
    if (pressed) pressed.dataset.busy = "";
  });
});

function release() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[data-held]")) {
    button.disabled = false;
    delete button.dataset.held;
    delete button.dataset.busy;
  }
}

// "Back" may bring the page from memory with everything still disabled.
window.addEventListener("pageshow", release);

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest?.("form");
  for (const button of form?.querySelectorAll("button:not([type='button'])") ?? []) {
    if (button.disabled) continue;
    button.disabled = true;
    button.dataset.held = "yes";
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  for (const button of form?.querySelectorAll("[data-held]") ?? []) {
    button.disabled = false;
    delete button.dataset.held;
  }
});
