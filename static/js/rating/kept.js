/* What of a rating finds no connection is kept on this device, and sent once there is one. */
import { missing } from "../board/entry.js";
import { places } from "../board/poll-place.js";
import { isFinal, post } from "../board/post.js";
import { toast } from "../elements/toast-note.js";
import { tryLater } from "../lib/request.js";
import { load, save } from "../lib/storage.js";
import { gettext } from "../lib/words.js";

const KEPT = `rating:${document.body.dataset.talk}`;
let sending = null;

export const underway = () => sending; // whatever is pressed now has to come after it
export const waiting = () => load(KEPT) ?? {};
export const forget = () => save(KEPT, null);

export function keep(wish) {
  save(KEPT, { ...load(KEPT), ...wish });
  tryLater();
}

function drop(isGone) {
  const left = Object.entries(waiting()).filter((each) => !isGone(...each));
  save(KEPT, left.length ? Object.fromEntries(left) : null);
}

/** What is pressed now takes the place of what waits; what else waits still does. */
export const replace = (wish) => drop((name) => name in wish);

/** Have what is wanted look chosen. */
export function press(wish) {
  for (const pick of document.querySelectorAll("#rating [aria-pressed]")) {
    if (pick.name in wish) pick.setAttribute("aria-pressed", pick.value === wish[pick.name]);
  }
}

/** What is kept looks chosen, and says that it waits. */
export function show() {
  const note = document.getElementById("rating-note");
  if (!load(KEPT) || !note) return;
  press(load(KEPT));
  note.textContent = gettext("Kept on this device, and sent once there is a connection.");
}

async function send() {
  const wish = load(KEPT);
  if (!wish) return;
  const answer = await post("rating", wish);
  if (answer && missing(answer)) return;
  if (!isFinal(answer)) return tryLater(answer?.wait);
  drop((name, value) => wish[name] === value);
  if (!answer.ok) toast(gettext("The talk could no longer be rated when your rating was sent."));
  places.rating.refresh();
  return send();
}

const sendKept = () => (sending ??= send().finally(() => (sending = null)));
for (const sign of ["back", "reached", "try"]) document.addEventListener(`companion:${sign}`, sendKept);
document.addEventListener("htmx:after:swap", show);
show();
sendKept();
