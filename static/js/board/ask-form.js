/* The ask form while it is sent: it is cleared by an acknowledgement, and by nothing else. */
import { draft, drop, keep, mark } from "./draft.js";
import { rest } from "./idle.js";

const STAYS = 6_000;
const TRIES = 5_000;
let trying = 0;
const DONE = { waiting: "Sent. A moderator reads it first.", open: "Sent. It is on the board." };
export const box = () => document.getElementById("ask-form");
export const open = (form) => (form.dataset.open = "");
const isPhone = () => matchMedia("(pointer: coarse)").matches;
const close = (form) => delete form.dataset.open;

/** What is typed, as it goes up: the draft's key makes sending it twice harmless. */
export function typed(form) {
  const { text, detail, kind, name, named } = fields(form);
  const { key } = keep({ text, detail, kind });
  mark({ isTried: true });
  return { key, text, detail, kind, name: named ? name : "" };
}

export function sending(form, isSending) {
  form.toggleAttribute("data-sending", isSending);
  form.querySelector(".ask__send").textContent = isSending ? "Sending…" : "Send";
}

/** It is on the board, or with the moderator; what was typed since stays. */
export function sent(form, key, status) {
  say(form, DONE[status] ?? "Sent.", "done");
  setTimeout(() => form.querySelector("[data-tone=done]") && say(form, ""), STAYS);
  refused(form, "");
  if (draft()?.key !== key) return;
  drop();
  clear(form);
  rest();
}

export function clear(form) {
  for (const name of ["text", "detail"]) form.elements[name].value = "";
  form.querySelector(".ask__more").open = false;
  close(form);
  if (isPhone()) document.activeElement.blur();
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

export function refused(form, problem) {
  mark({ isWaiting: false });
  form.querySelector(".field__problem").textContent = problem;
  form.elements.text.setAttribute("aria-invalid", problem !== "");
  if (problem) open(form);
}

/** Keep it and try again: at once when the server is back, and now and then in case it is. */
export function askAgainLater(form) {
  mark({ isWaiting: true });
  clearTimeout(trying);
  trying = setTimeout(() => document.dispatchEvent(new CustomEvent("companion:try")), TRIES);
  say(form, `Saved on this ${isPhone() ? "phone" : "computer"}. It will be sent when you are back online.`, "waiting");
}

export function say(form, words, tone = "") {
  const line = form.querySelector(".ask__saved");
  line.textContent = words;
  line.dataset.tone = tone;
}

export function fields({ elements }) {
  const values = Object.fromEntries(["text", "detail", "kind", "name"].map((name) => [name, elements[name].value]));
  return { ...values, named: elements.namedItem("ask-named").checked };
}
