/* What is chosen looks chosen, whatever the server knows of it yet; what waits or was not taken says so. */
import { kept } from "./kept.js";

const refusals = new Map();
const touched = new Set();

/** Say at its poll why an answer was not taken, until another one is given; "" for nothing. */
export function noteRefusal(poll, words) {
  refusals.set(poll, words);
  touched.delete(poll);
}

export function show() {
  for (const [poll, { options, says }] of kept()) {
    const form = document.getElementById(`poll-${poll}-form`);
    for (const pick of form?.querySelectorAll("[name=option]") ?? []) press(poll, pick, options.includes(pick.value));
    note(poll, says);
  }
  for (const [poll, words] of refusals) note(poll, words);
}

/** Ticks that were changed since are the reader's. */
function press(poll, pick, isChosen) {
  if (pick.type === "submit") pick.setAttribute("aria-pressed", isChosen);
  else if (!touched.has(poll)) pick.checked = isChosen;
}

/** Ticks that were refused are as they were before. */
export function untick(form) {
  for (const pick of form.querySelectorAll("[name=option]")) pick.checked = pick.defaultChecked;
  touched.delete(form.closest(".poll").dataset.poll);
}

function note(poll, words) {
  const line = document.getElementById(`poll-${poll}-note`);
  if (line && words) line.textContent = words;
}

document.addEventListener("change", ({ target }) => {
  if (target.matches(".poll__pick > input")) touched.add(target.closest(".poll").dataset.poll);
});
document.addEventListener("htmx:after:swap", show);
