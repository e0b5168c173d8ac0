/* The map or the outline: of a wide screen the one, of a phone the other, until somebody chooses; the big screen has no choice. */
import { emit } from "../lib/request.js";

const { body } = document;
const group = document.getElementById("wall-shows");

export const isMap = () => body.dataset.shows === "map";

export function show(how) {
  body.dataset.shows = how;
  for (const button of group.querySelectorAll("button")) button.setAttribute("aria-pressed", button.value === how);
  emit("shows");
}

function begin() {
  group.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) show(button.value);
  });
  group.hidden = false;
  show(matchMedia("(min-width: 40rem)").matches ? "map" : "outline");
}

if (group) begin();
