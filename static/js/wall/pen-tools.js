/* Which tool somebody has, in which colour and how thick, as the page's toolbar has them chosen. */
import { gettext } from "../lib/words.js";
import { isMap } from "./shows.js";

const { body } = document;
const has = { tool: "move", colour: "blue", width: "medium" };
const PUT_BACK = gettext("Your last mark is as it was before.");
const DRAWING = ["pen", "highlighter", "eraser"];
export const pens = () => document.getElementById("pens");
const choices = () => [...(pens()?.querySelectorAll("input") ?? [])];
const keyOf = (input) => input.name.replace("pen-", "");
export const find = (key) => choices().find((input) => keyOf(input) === key && input.value === has[key]);

export const tool = () => (isMap() && find("tool")?.value) || "move";
export const isDrawing = () => DRAWING.includes(tool());

/** What is drawn with now: the pens may go away before it is sent. How thick that is in pixels, only what draws knows. */
export function chosen() {
  const { draw, back } = pens().dataset;
  const pixels = find("width").dataset[tool()];
  return { tool: tool(), colour: has.colour, width: has.width, pixels, to: draw, back: { to: back, words: PUT_BACK } };
}

/** The page may be another one than a moment ago: what was chosen there holds, as far as it can be. */
function apply() {
  if (pens() && !find("tool")) has.tool = "move";
  for (const input of choices()) input.checked = input.value === has[keyOf(input)];
  body.dataset.tool = tool();
}

/** Whether there was a tool to put away. */
export function putAway() {
  if (tool() === "move") return false;
  has.tool = "move";
  apply();
  return true;
}

function choose(input) {
  has[keyOf(input)] = input.value;
}

document.addEventListener("change", ({ target }) => {
  if (!target.name?.startsWith("pen-")) return;
  choose(target);
  apply();
});
document.addEventListener("htmx:after:swap", apply);
document.addEventListener("companion:shows", apply);
choices().filter(({ checked }) => checked).forEach(choose); // before this was here
apply();
