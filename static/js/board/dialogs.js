// What the board asks in a dialog: why a rule is overridden and for whom an appointment moves; and who could go.

import { text } from "../texts.js";
import { toast } from "../toast.js";

/** {override_reason, moved_by}, or null where the person went back. `leaves`: the start leaves what was promised. */
export function askWhy(board, body, leaves) {
  const dialog = board.querySelector("[data-why]");
  const reason = dialog.querySelector("[data-why-reason]");
  const mover = dialog.querySelector("[data-why-mover]");
  const findings = body.detail?.findings ?? [];
  const lines = findings.filter((finding) => !finding.hard || finding.waivable).map((finding) => {
    const line = document.createElement("li");
    line.textContent = finding.words;
    return line;
  });
  if (lines.length === 0) {
    const line = document.createElement("li");
    line.textContent = body.message;
    lines.push(line);
  }
  dialog.querySelector("[data-why-rules]").replaceChildren(...lines);
  const asksMover = leaves || body.code === "moved_by_missing";
  mover.hidden = !asksMover;
  for (const choice of mover.querySelectorAll("input")) {
    choice.required = asksMover;
    choice.checked = false;
  }
  reason.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  reason.focus();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        const chosen = mover.querySelector("input:checked")?.value;
        const words = reason.value.trim();
        const answer = { override_reason: words, ...(asksMover ? { moved_by: chosen } : {}) };
        resolve(dialog.returnValue === "move" && words ? answer : null);
      },
      { once: true },
    );
  });
}

/** Who could go for a ticket: the list every page shows, sent from here without leaving the board. */
export async function openCandidates(board, number) {
  const dialog = board.querySelector("[data-candidates]");
  const place = dialog.querySelector("[data-candidates-list]");
  place.replaceChildren(document.createTextNode(text("part.loading")));
  dialog.dataset.number = number;
  if (!dialog.open) dialog.showModal();
  const url = `${board.url("candidates", number)}?day=${board.day}`;
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...page.body.childNodes);
    window.htmx?.process(place);
    (place.querySelector("[data-focus]") ?? place.querySelector("a, button, input"))?.focus();
  } catch {
    place.textContent = text("part.missing");
    toast(text("part.missing"), "danger");
  }
}
