/* Send pressed while another question is on its way: what stood there then goes up once that one is through. */
import { submit } from "../lib/request.js";
import { showSending } from "./ask-state.js";
import { draft } from "./draft.js";

let next = null;

/** Whether nothing is on its way; a second press for the same question is a slip, and asks for nothing. */
export function isFree(form) {
  if (!("sending" in form.dataset)) return true;
  const typed = draft();
  next = typed && !typed.isTried ? typed.text : null;
  return false;
}

/** A question is through, or refused; what was changed since the next press is not done yet, and stays. */
export function finish(form) {
  showSending(form, false);
  const isAsked = next !== null && form.isConnected && form.elements.text.value === next;
  next = null;
  if (isAsked) submit(form);
}
