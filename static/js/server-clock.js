// The server's time. A desk computer's clock may be minutes off, and a countdown must not be.

const loadedAt = Date.now();
const offset = (Date.parse(document.documentElement.dataset.serverNow ?? "") || loadedAt) - loadedAt;

/** Milliseconds since the epoch, by the server's clock as of the page's load. */
export function serverNow() {
  return Date.now() + offset;
}
