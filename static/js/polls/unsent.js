/* Answers to prompts that found no connection are kept on this device, and sent once there is one. */
import { isOutside, missing } from "../board/entry.js";
import { isFinal, post } from "../board/post.js";
import { refresh } from "../board/refresh.js";
import { tryLater } from "../lib/request.js";
import { load, save } from "../lib/storage.js";
import { gettext } from "../lib/words.js";
import { handOver } from "./hand-over.js";

const KEPT = `written:${document.body.dataset.talk}`;
const kept = () => load(KEPT) ?? [];
const keep = (answers) => save(KEPT, answers.length ? answers : null);
const others = (key) => kept().filter((answer) => answer.key !== key);
const inField = {}; // by poll, the key of what was refused and is in its field again
let isSending = false;

export const forgetAll = () => keep([]);
export const putBy = (answer) => void keep([...others(answer.key), answer]);
export const say = (place, words) => (place.querySelector(".poll__note").textContent = words);

/** What was put back into its field has been sent, or is not wanted any more; or something else `isThere`. */
export function discard(poll, isThere = false) {
  if (poll in inField && !isThere) keep(others(inField[poll]));
  delete inField[poll];
}

/** What is kept says that it waits, or what could not be sent, to be sent otherwise. */
export function show() {
  for (const poll of new Set(kept().map((answer) => answer.poll))) showOf(poll, document.getElementById(`poll-${poll}`));
}

function showOf(poll, place) {
  const refused = kept().filter((answer) => answer.poll === poll && answer.isRefused);
  if (!place) return keep(others(handOver(refused)));
  const text = refused.map((answer) => answer.text).join(" · ");
  say(place, text ? gettext("This could not be sent: %(text)s", { text }) : gettext("Kept on this device, and sent once there is a connection."));
  const [field, first] = [place.querySelector("form [name=text]"), refused[0]];
  if (first && field && !field.value) [field.value, inField[poll]] = [first.text, first.key];
}

async function send() {
  if (isSending || isOutside()) return;
  isSending = true;
  for (const answer of kept().filter(({ isRefused }) => !isRefused)) await sendOne(answer);
  show((isSending = false));
}

async function sendOne(answer) {
  const reply = await post(`polls/${answer.poll}`, answer);
  if (reply && missing(reply)) return;
  if (!isFinal(reply)) return tryLater(reply?.wait);
  keep(reply.ok ? others(answer.key) : [...others(answer.key), { ...answer, isRefused: true }]);
  refresh({ isWhole: true });
}

for (const sign of ["back", "reached", "try"]) document.addEventListener(`companion:${sign}`, send);
document.addEventListener("htmx:after:swap", show);
show();
send();
