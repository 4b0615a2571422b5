// Keeps every <time data-relative> true while the page stays open; the exact time is its title.

import { serverNow } from "./server-clock.js";
import { text } from "./texts.js";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

function words(seconds) {
  const size = Math.abs(seconds);
  const past = seconds > 0;
  if (size < 45) return text("time.now");
  if (size < HOUR) return text(past ? "time.min_ago" : "time.in_min", { n: Math.max(1, Math.round(size / MINUTE)) });
  if (size < DAY) return text(past ? "time.h_ago" : "time.in_h", { n: Math.floor(size / HOUR) });
  return text(past ? "time.d_ago" : "time.in_d", { n: Math.floor(size / DAY) });
}

function refresh() {
  const now = serverNow();
  for (const node of document.querySelectorAll("time[data-relative]")) {
    const seconds = Math.trunc((now - Date.parse(node.dateTime)) / 1000);
    // From a week on the server shows the date, which does not age.
    if (Number.isNaN(seconds) || Math.abs(seconds) >= 7 * DAY) continue;
    const sentence = words(seconds);
    if (node.textContent !== sentence) node.textContent = sentence;
  }
}

window.setInterval(refresh, 15_000);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
});
