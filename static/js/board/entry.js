/* What comes before asking and voting: a cookie, and where it is wanted the room code, a sign-in. What was sent without waits here. */
import { toast } from "../elements/toast-note.js";
import { emit } from "../lib/request.js";
import { gettext } from "../lib/words.js";
import { refresh, tellOtherTabs } from "./refresh.js";

export const sentOnce = {
  code: gettext("Kept here. It is sent once you have given the code from the screen in the room."),
  sign_in: gettext("Kept here. It is sent once you have signed in."),
};
export const countsOnce = {
  code: gettext("Your vote is kept here. It counts once you have given the code from the screen in the room."),
  sign_in: gettext("Your vote is kept here. It counts once you have signed in."),
};
const DONE = gettext("Thank you. You can ask and vote now.");
let isAsked = false;
let isOver = false;
const gate = () => document.querySelector("#sign-in[data-needed], #code");

export const isOutside = () => gate() !== null;

/** What has to be done first, as a socket's acknowledgement or a form's answer says; undefined for nothing. */
export const missing = ({ field, headers }) => Object.keys(sentOnce).find((each) => each === (field ?? headers?.get("Companion-Field")));

/** Lead to where it is done; a board from before it was wanted has no such place yet. */
export function leadToEntry() {
  if (gate()) gate().focus();
  else refresh({ isWhole: true });
}

/** The code was looked at, and its form may be gone: if it was right, what waits goes up. */
htmx.registerExtension("companion-entry", {
  htmx_finally_request({ id }) {
    if (id !== "code-go" || isOutside()) return;
    toast(DONE);
    tellOtherTabs();
    emit("try");
  },
});

/** A browser whose cookie has gone gets another one with the board, and its socket comes back with it, once: no answer yet. */
export function fromStranger(reply) {
  if (reply?.field !== "cookie" || isOver) return reply;
  if (!isAsked) {
    document.addEventListener("companion:reached", () => emit("reconnect"), { once: true });
    refresh({ isWhole: true });
  }
  isAsked = true;
  return { again: true };
}

document.addEventListener("companion:back", () => (isOver = isAsked));
