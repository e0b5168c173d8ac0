/* What is in the ask form; it is cleared by an acknowledgement, and by nothing else. */
import { gettext } from "../lib/words.js";
import { open, sendLater, showProblem, showState } from "./ask-state.js";
import { discard, draft, keep, mark } from "./draft.js";
import { reset } from "./idle.js";
import { showUnsent } from "./unsent.js";

const DONE = { waiting: gettext("Sent. A moderator reads it first."), open: gettext("Sent. It is on the board.") };
const isPhone = () => matchMedia("(pointer: coarse)").matches;

export function fields({ elements }) {
  const values = Object.fromEntries(["text", "detail", "kind", "name"].map((name) => [name, elements[name].value]));
  return { ...values, isNamed: elements.namedItem("ask-named").checked };
}

export function recallDraft(form) {
  const { elements } = form;
  const saved = draft();
  if (saved && !elements.text.value) {
    for (const name of ["text", "detail", "kind"]) elements[name].value = saved[name];
    form.querySelector(".ask__more").open ||= saved.detail !== "";
  }
  if (elements.text.value || elements.detail.value) open(form);
  if (saved?.isWaiting) sendLater(form);
}

/** What is typed, as it goes up: the draft's key makes sending it twice harmless. */
export function typed(form) {
  const { text, detail, kind, name, isNamed } = fields(form);
  const { key } = keep({ text, detail, kind });
  mark({ isTried: true });
  return { key, text, detail, kind, name: isNamed ? name : "" };
}

/** It is on the board, or with the moderator; what was typed since stays. */
export function sent(form, key, status) {
  showState(form, DONE[status] ?? gettext("Sent."), "done");
  showProblem(form, "");
  if (draft()?.key !== key) return;
  discard();
  clear(form);
  showUnsent();
  reset();
}

export function clear(form) {
  for (const name of ["text", "detail"]) form.elements[name].value = "";
  form.querySelector(".ask__more").open = false;
  delete form.dataset.open;
  if (isPhone()) document.activeElement.blur();
  form.dispatchEvent(new Event("input", { bubbles: true }));
}
