/* A note's vote button: whether it is pressed, and the count beside it. */
import { showVotes } from "../lib/vote-count.js";

export const formOf = (question) => document.getElementById(`note-${question}-vote`);

export function press(question, wanted, votes) {
  const button = formOf(question)?.querySelector("button");
  if (!button || button.getAttribute("aria-pressed") === String(wanted)) return;
  const was = Number(document.getElementById(`question-${question}-votes`).textContent);
  button.setAttribute("aria-pressed", wanted);
  button.form.elements.wanted.value = wanted ? 0 : 1;
  showVotes(question, votes ?? was + (wanted ? 1 : -1));
}
