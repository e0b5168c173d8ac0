/* Votes on the wall: shown at once, and again on each wall that was asked for before the server knew of them. */
import { wish, wished } from "../board/wishes.js";
import { gettext } from "../lib/words.js";
import { nameOf } from "./places.js";
import { say } from "./said.js";
import { sendWishes } from "./send-votes.js";
import { formOf, press } from "./vote-button.js";

const SLIP = 600;
const tapped = new Map();

/** Have this reader's vote for a note be the other way round, and say so. */
export function vote(note) {
  const { id } = note.dataset;
  const form = formOf(id);
  if (!form) return say(note.querySelector(".note__yours") ? gettext("This note is yours.") : gettext("No votes are given here now."));
  const wanted = form.elements.wanted.value === "1";
  wish(id, wanted);
  press(id, wanted);
  const words = { note: nameOf(note) };
  say(wanted ? gettext("Voted for “%(note)s”.", words) : gettext("Took your vote for “%(note)s” back.", words));
  return sendWishes();
}

/** The second of two quick taps is a slip, not a change of mind. */
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".note__vote")) return;
  event.preventDefault();
  const note = event.target.closest(".note");
  const isSlip = Date.now() - (tapped.get(note.id) ?? 0) < SLIP;
  tapped.set(note.id, Date.now());
  if (!isSlip) vote(note);
});

htmx.registerExtension("companion-wall-votes", {
  htmx_before_request(source, { ctx }) {
    ctx.askedAt = performance.now();
  },
  htmx_after_swap(_source, { ctx }) {
    for (const [question, { wanted, votes }] of wished(ctx.askedAt)) press(question, wanted, votes);
  },
});
for (const [question, { wanted }] of wished(0)) press(question, wanted);
