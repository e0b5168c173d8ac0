/* What the ask form says of itself: that it is open, on its way, refused, or kept to be sent later. */
import { emit } from "../lib/request.js";
import { mark } from "./draft.js";

const TRIES = 5_000;
let trying = 0;

export const open = (form) => (form.dataset.open = "");

export function showSending(form, isSending) {
  if (isSending) form.querySelector(".ask__alike").replaceChildren();
  form.toggleAttribute("data-sending", isSending);
  form.querySelector(".ask__send").textContent = isSending ? "Sending…" : "Send";
}

export function showProblem(form, problem) {
  mark({ isWaiting: false });
  form.querySelector(".field__problem").textContent = problem;
  form.elements.text.setAttribute("aria-invalid", problem !== "");
  if (problem) open(form);
}

export function tryLater() {
  clearTimeout(trying);
  trying = setTimeout(() => emit("try"), TRIES);
}

/** Keep it and try again: at once when the server is back, and now and then in case it is. */
export function sendLater(form) {
  const device = matchMedia("(pointer: coarse)").matches ? "phone" : "computer";
  mark({ isWaiting: true });
  tryLater();
  showState(form, `Saved on this ${device}. It will be sent when you are back online.`, "waiting");
}

export function showState(form, words, tone = "") {
  const line = form.querySelector(".ask__saved");
  line.textContent = words;
  line.dataset.tone = tone;
}
