// The self-check of the day: kept on the phone first, sent when the house can be reached.

import { newId } from "./entries.js";
import { ask } from "./server.js";
import { change, read } from "./store.js";

/** Keeps the self-check of `user` for `day`. */
export async function keepCheck(user, { day, items, note }) {
  const check = { id: newId(), day, items, note, done_at: new Date().toISOString(), sent: false };
  await change(["meta", "drafts"], async (tx) => {
    await tx.objectStore("meta").put(check, `check:${user}`);
    await tx.objectStore("drafts").delete(`check-${day}`);
  });
}

/** Sends what has not been sent: the self-check, and the consent to the position. */
export async function sendSmall(user) {
  const check = await read("meta", `check:${user}`);
  if (check && !check.sent) {
    const { sent: _sent, ...body } = check;
    const answer = await ask("POST", "/api/v1/field/self-check", body);
    const fields = { sent: true, refused: answer.status >= 400 ? (answer.body.message ?? "") : "" };
    await change(["meta"], (tx) => tx.objectStore("meta").put({ ...check, ...fields }, `check:${user}`));
  }
  const consent = await read("meta", `consent:${user}`);
  if (consent && !consent.sent) {
    await ask("POST", "/api/v1/field/consent", { position: consent.position });
    await change(["meta"], (tx) => tx.objectStore("meta").put({ ...consent, sent: true }, `consent:${user}`));
  }
}

/** Keeps whether the position may be taken along; it counts at once. */
export async function keepConsent(user, position) {
  await change(["meta"], async (tx) => {
    const meta = tx.objectStore("meta");
    const day = await meta.get(`day:${user}`);
    if (day) await meta.put({ ...day, consent: { position } }, `day:${user}`);
    await meta.put({ position, sent: false }, `consent:${user}`);
  });
}
