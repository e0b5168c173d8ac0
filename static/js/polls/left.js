/* What is typed to a prompt outlasts a reload, and a prompt that closes meanwhile leaves it to whoever typed it. */
import { keptFields } from "../board/kept-field.js";
import { newKey } from "../lib/storage.js";
import { discard, putBy, show } from "./unsent.js";

const { all: typed, put } = keptFields("typed");
const here = new Set(Object.keys(typed())); // what another tab alone has seen is that tab's to leave
const sent = {}; // what goes up again, pressed twice or for want of an answer, has the same key
const underway = new Set();
const formOf = (poll) => document.getElementById(`poll-${poll}-form`);
const sameKey = (poll, text) => [sent[poll], typed()[poll]].find((answer) => answer?.text === text)?.key;
const keyOf = (poll, text) => sameKey(poll, text) ?? newKey();

export function begin({ poll, text, name }) {
  return (sent[poll] = { poll, text, name, key: keyOf(poll, text) });
}

export const isOnItsWay = (answer) => underway.add(answer.key);

/** An answer has arrived, or has not; what was typed since stays. */
export function end({ poll, text, key }, isTaken) {
  underway.delete(key);
  if (isTaken && sent[poll]?.key === key) delete sent[poll];
  if (isTaken && typed()[poll]?.text === text) put(poll, null);
  leaveAll();
}

function leave(poll, { text, key }) {
  put(poll, null);
  discard(poll);
  putBy({ poll, text, name: "", key, isRefused: true });
  show();
}

function leaveAll() {
  for (const [poll, answer] of Object.entries(typed())) {
    const isHere = !here.has(poll) || underway.has(answer.key) || formOf(poll);
    if (!isHere) leave(poll, answer);
  }
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches(".poll__form--written [name=text]")) return;
  const { poll } = target.closest(".poll").dataset;
  const text = target.value;
  here.add(poll);
  put(poll, text.trim() ? { text, key: keyOf(poll, text) } : null);
  if (!text) discard(poll);
});
document.addEventListener("htmx:after:swap", leaveAll);
for (const [poll, { text, key }] of Object.entries(typed())) {
  if (!formOf(poll)) continue;
  discard(poll, true);
  sent[poll] = { poll, text, key }; // another tab may send it first
  formOf(poll).elements.text.value = text;
}
leaveAll();
