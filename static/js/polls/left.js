/* A prompt that closes while somebody writes leaves them what they have written. */
import { newKey } from "../lib/storage.js";
import { discard, putBy, show } from "./unsent.js";

const typed = {};
const sent = {}; // what goes up again, pressed twice or for want of an answer, has the same key
const underway = new Set();
const sentKey = (poll, text) => (sent[poll]?.text === text ? sent[poll].key : undefined);
const keyOf = (poll, text) => sentKey(poll, text) ?? newKey();

export function begin({ poll, text, name }) {
  return (sent[poll] = { poll, text, name, key: keyOf(poll, text) });
}

export const isOnItsWay = (answer) => underway.add(answer.key);

/** An answer has arrived, or has not; what was typed since stays. */
export function end({ poll, text, key }, isTaken) {
  underway.delete(key);
  if (isTaken && sent[poll]?.key === key) delete sent[poll];
  if (isTaken && typed[poll] === text) delete typed[poll];
  leaveAll();
}

function leave(poll, text) {
  delete typed[poll];
  discard(poll);
  putBy({ poll, text, name: "", key: keyOf(poll, text), isRefused: true });
  show();
}

function leaveAll() {
  for (const [poll, text] of Object.entries(typed)) {
    const isHere = !text.trim() || underway.has(sentKey(poll, text)) || document.getElementById(`poll-${poll}-form`);
    if (!isHere) leave(poll, text);
  }
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches(".poll__form--written [name=text]")) return;
  const { poll } = target.closest(".poll").dataset;
  typed[poll] = target.value;
  if (!target.value) discard(poll);
});
document.addEventListener("htmx:after:swap", leaveAll);
