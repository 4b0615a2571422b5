// Talking to the house: the day, and an entry. Nothing is kept here; what went wrong is told as a Failure.

/** Why the house could not be asked: `offline`, `signed_out` or `busy` (try again later). */
export class Failure extends Error {
  constructor(kind, wait = 0) {
    super(kind);
    this.kind = kind;
    this.wait = wait;
  }
}

const PATIENCE_MS = 60_000;

/** The token against forged forms; it changes with every sign-in, and so tells one from the next. */
export function token() {
  const cookie = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
  return cookie ? decodeURIComponent(cookie.slice("csrftoken=".length)) : "";
}

async function bodyOf(answer) {
  try {
    return await answer.json();
  } catch {
    // Cut on its way, or a page of a proxy: what the server did with the request is not known.
    throw new Failure(answer.ok || answer.status >= 500 ? "offline" : "busy");
  }
}

/** Asks the house and gives {status, body}. Throws a Failure where it should be asked again later. */
export async function ask(method, url, sent) {
  let answer;
  try {
    answer = await fetch(url, {
      method,
      redirect: "manual",
      credentials: "same-origin",
      cache: "no-store",
      headers: {
        Accept: "application/json",
        ...(sent ? { "Content-Type": "application/json", "X-CSRFToken": token() } : {}),
      },
      body: sent ? JSON.stringify(sent) : undefined,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Failure("offline");
  }
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new Failure("signed_out");
  if (answer.status === 408 || answer.status === 429 || answer.status >= 500) {
    throw new Failure("busy", Number(answer.headers.get("Retry-After")) || 0);
  }
  const body = await bodyOf(answer);
  if (body?.code === "csrf_failed" || body?.code === "not_signed_in") throw new Failure("signed_out");
  return { status: answer.status, body };
}

/** A blob as base64, without the head of a data URL. */
export async function base64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let from = 0; from < bytes.length; from += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(from, from + 0x8000));
  }
  return btoa(text);
}

/** The entry as the house reads it. */
export async function wire(entry) {
  const { id, device, seq, action, base, happened_at, position } = entry;
  const data = entry.blob ? { ...entry.data, content: await base64(entry.blob) } : entry.data;
  return { id, device, seq, action, data, base, happened_at, sent_at: new Date().toISOString(), position };
}
