/* Votes: shown at once, sent one after the other, counted once, taken back on the screen when they are refused. */
import { showVotes } from "../lib/vote-count.js";
import { noteVote } from "./busy.js";
import { lastTally } from "./revision.js";

const DOUBLE_TAP = 600;
const tapped = new Map();
const inFlight = new Set();
const turns = new Map();

/** Show a vote as wanted; the function returned takes that back. */
export function show(form, wanted) {
  const { question } = form.dataset;
  const was = Number(document.getElementById(`question-${question}`).dataset.votes);
  inFlight.add(question);
  noteVote();
  press(form, wanted);
  showVotes(question, was + (wanted ? 1 : -1));
  return () => {
    press(form, !wanted);
    showVotes(question, lastTally(question) ?? was);
  };
}

export const landed = (form) => inFlight.delete(form.dataset.question);

export const isInTurn = (question) => turns.has(question);

/** Send once all that was sent for the same question is answered or given up: two ways at once might cross. */
export async function inTurn(question, send) {
  const turn = (turns.get(question) ?? Promise.resolve()).then(send, send);
  turns.set(question, turn);
  try {
    return await turn;
  } finally {
    if (turns.get(question) === turn) turns.delete(question);
  }
}

/** A hint in the ask box may have a button of this form, too. */
function press(form, isPressed) {
  for (const button of form.elements) if (button.type === "submit") button.setAttribute("aria-pressed", isPressed);
  form.elements.wanted.value = isPressed ? 0 : 1;
}

/** The second of two quick taps is a slip, not a change of mind. */
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".vote")) return;
  const { question } = event.target.dataset;
  const isSlip = inFlight.has(question) || Date.now() - (tapped.get(question) ?? 0) < DOUBLE_TAP;
  tapped.set(question, Date.now());
  if (!isSlip) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
