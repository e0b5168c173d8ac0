/* The focus stays on its note, whatever is fetched; where the note has gone it goes to the one that came next. */
import { gettext } from "../lib/words.js";
import { say } from "./said.js";
import { settle } from "./roving.js";

const ids = () => [...document.querySelectorAll("#wall .note")].map(({ id }) => id);

htmx.registerExtension("companion-wall-focus", {
  htmx_before_swap(_source, { ctx }) {
    const focused = document.activeElement;
    const note = focused?.closest?.("#wall .note");
    if (note) ctx.had = { note: note.id, part: focused.id, after: ids() };
    return true;
  },
  htmx_after_swap(_source, { ctx }) {
    settle();
    const isLost = !document.activeElement || document.activeElement === document.body;
    if (ctx.had && isLost) giveBack(ctx.had);
  },
});

function giveBack({ note, part, after }) {
  const here = document.getElementById(note);
  const next = here ?? nextOf(note, after);
  (document.getElementById(part) ?? next)?.focus({ preventScroll: Boolean(here) });
  if (!here) say(gettext("That note is not on the wall any more."));
}

/** What came after a note and is still there, or else what came last before it. */
function nextOf(note, order) {
  const at = order.indexOf(note);
  const [id] = [...order.slice(at + 1), ...order.slice(0, at).reverse()].filter((each) => document.getElementById(each));
  return id ? document.getElementById(id) : document.getElementById("wall-scroll");
}
