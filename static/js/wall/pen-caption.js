/* Whoever has drawn something may say what it is, and may as well go on drawing. */
import { find } from "./pen-tools.js";
import { post } from "./post.js";

const PATIENCE = 20_000;
const form = () => document.getElementById("mark-caption");
const field = () => document.getElementById("mark-caption-text");
let mark = 0;
let timer = 0;
const isBegun = () => !form().hidden && field().value.trim() !== "";
const hasFocus = () => form().contains(document.activeElement);

/** Ask what a mark is, for a while, without taking the focus, and without taking away what is typed of another one. */
export function offer(id) {
  if (!form() || isBegun()) return;
  mark = id;
  field().value = "";
  form().hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => form() && !hasFocus() && withdrawEmpty(), PATIENCE);
}

/** Whoever was in the form is with the tool then. */
function withdraw() {
  const had = hasFocus();
  form().hidden = true;
  if (had) find("tool")?.focus();
}

export const withdrawEmpty = () => form() && !isBegun() && withdraw();

/** Whether there was a caption to leave: one that somebody is in or has begun. */
export function leaveCaption() {
  if (!form() || form().hidden || !(hasFocus() || isBegun())) return false;
  withdraw();
  return true;
}

/** What was typed goes with the form only once it is saved. */
async function save() {
  const caption = field().value.trim();
  if (!caption) return withdraw();
  const wanted = mark;
  const answer = await post(form().action.replace(/0\/caption$/, `${wanted}/caption`), { caption });
  if (answer && wanted === mark && form()) withdraw();
}

document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  event.preventDefault();
  save();
});
document.addEventListener("click", ({ target }) => target.id === "mark-caption-close" && withdraw());
