// Asking the server, and what it may answer.

import { sayLoggedOut } from "../requests.js";
import { text } from "../texts.js";

/** {ok, status, body}; without connection the status is 0. A body that is no JSON becomes a sentence. */
export async function ask(url, options = {}) {
  const headers = { Accept: "application/json", ...options.headers };
  try {
    const answer = await fetch(url, { credentials: "same-origin", ...options, headers });
    if (answer.redirected || answer.status === 401) {
      sayLoggedOut();
      return { ok: false, status: 401, body: { message: text("error.login") } };
    }
    return { ok: answer.ok, status: answer.status, body: await bodyOf(answer) };
  } catch {
    document.dispatchEvent(new CustomEvent("connection:lost"));
    return { ok: false, status: 0, body: { message: text("error.network") } };
  }
}

async function bodyOf(answer) {
  try {
    return await answer.json();
  } catch {
    return { message: text("error.status", { n: answer.status }) };
  }
}

/** Sends fields as a form does. */
export function post(url, csrf, fields) {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== null && value !== undefined) body.set(name, value);
  return ask(url, { method: "POST", body, headers: { "X-CSRFToken": csrf } });
}
