/* Where one goes on after what was pressed has gone, and what a screen reader is told has happened. */
import { gettext } from "../lib/words.js";

const DONE = {
  ".edit": gettext("Changed."),
  "#delete-mine form": gettext("What was yours here is deleted. What was answered or merged stays, without your name."),
  ".own__withdraw form": gettext("You have withdrawn it. It is not on the board any more."),
};
const CONTROLS = "a[href], button, summary";

const shownIn = (item) => [...item.querySelectorAll(CONTROLS)].find((each) => each.getClientRects().length);
const editOf = (question) => document.querySelector(`#question-${question} .own__edit, #mine-${question} .own__edit`);

/** What follows in the list, to be gone on with if this one has gone by then. */
function itemsAfter(item) {
  const next = item?.nextElementSibling;
  return next ? [next, ...itemsAfter(next)] : [];
}

function goOn({ id, later }) {
  const place = editOf(id) ?? later.map(shownIn).find(Boolean) ?? document.getElementById("board-title");
  place.focus();
}

htmx.registerExtension("companion-go-on", {
  htmx_before_request(source, { ctx }) {
    const form = Object.keys(DONE).find((each) => source.matches(each));
    const item = source.closest("li");
    if (form) ctx.pressed = { says: DONE[form], id: item?.id.match(/\d+/)[0], later: itemsAfter(item) };
  },
  htmx_finally_request(_source, { ctx: { pressed, response } }) {
    if (!pressed || response?.status !== 200) return;
    document.getElementById("announcer").textContent = pressed.says;
    if (document.activeElement === document.body) goOn(pressed);
  },
});
