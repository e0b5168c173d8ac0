/* One line at the top of the board says what is being answered, whatever of the list waits. */
import { gettext } from "../lib/words.js";
import { labelOf, waiting } from "./poll-place.js";

function show() {
  const strip = document.getElementById("now-strip");
  const card = document.querySelector('.question [data-status="now"]')?.closest(".question");
  const [place, asked] = waiting();
  const id = asked ? place : card?.id;
  const text = asked || (card?.querySelector(".question__text").textContent ?? "");
  const shown = strip.querySelector("a");
  if (id ? shown?.hash === `#${id}` && shown.lastChild.textContent === text : !shown) return;
  strip.replaceChildren(...(id ? [link(id, text, asked ? labelOf(id) : gettext("Now:"))] : []));
}

function link(id, text, words) {
  const [link, label, question] = ["a", "b", "bdi"].map((name) => document.createElement(name));
  link.href = `#${id}`;
  label.textContent = words;
  question.textContent = text;
  link.append(label, " ", question);
  return link;
}

document.addEventListener("htmx:after:swap", show);
