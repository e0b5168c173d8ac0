/* What the ask form says of itself: that it is open, on its way, refused, or kept to be sent later. */
import { tryLater } from "../lib/request.js";
import { gettext } from "../lib/words.js";
import { mark } from "./draft.js";

const FIELDS = ["text", "detail", "name"];
const ON_PHONE = gettext("Saved on this phone. It will be sent when you are back online.");
const ON_COMPUTER = gettext("Saved on this computer. It will be sent when you are back online.");

export const open = (form) => (form.dataset.open = "");

export function showSending(form, isSending) {
  if (isSending) form.querySelector(".ask__alike").replaceChildren();
  form.toggleAttribute("data-sending", isSending);
  form.querySelector(".ask__send").textContent = isSending ? gettext("Sending…") : gettext("Send");
}

/** Say what is wrong, and lead to the field that it speaks of, wherever that hides. */
export function showProblem(form, problem, field = "text") {
  mark({ isWaiting: false });
  form.querySelector(".field__problem").textContent = problem;
  for (const name of FIELDS) form.elements[name].setAttribute("aria-invalid", problem !== "" && name === field);
  if (!problem) return;
  open(form);
  if (field === "detail") form.querySelector(".ask__more").open = true;
  if (field === "name") {
    form.querySelector(".ask__name").dataset.needed = "";
    form.elements.namedItem("ask-named").checked = true;
    form.elements.name.disabled = false;
  }
  if (field !== "text") form.elements[field]?.focus();
}

/** Keep it and try again: at once when the server is back, and now and then in case it is. */
export function sendLater(form) {
  const isPhone = matchMedia("(pointer: coarse)").matches;
  mark({ isWaiting: true });
  tryLater();
  showState(form, isPhone ? ON_PHONE : ON_COMPUTER, "waiting");
}

/** Keep it until something else is done; then it is sent by itself. */
export function waitUntil(form, words) {
  mark({ isWaiting: true });
  showState(form, words, "waiting");
}

export function showState(form, words, tone = "") {
  const line = form.querySelector(".ask__saved");
  line.textContent = words;
  line.dataset.tone = tone;
}
