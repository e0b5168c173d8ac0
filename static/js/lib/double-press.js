/* The second of two quick presses of "Answered → next" is a slip: it would pass over a question; so with a speaker's polls. */
const DOUBLE_PRESS = 700;
let pressed = 0;

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".now__go, .drive, .speaker-polls__acts")) return;
  const isSlip = Date.now() - pressed < DOUBLE_PRESS;
  pressed = Date.now();
  if (!isSlip) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
