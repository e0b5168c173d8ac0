/* "Asked already?": what is on the board and reads like what is being typed, with a way to vote for it. */
const AFTER = 400;
const LEAST = 10;
let waiting = 0;
let asked = "";
const slot = () => document.getElementById("alike-slot");

async function look(text) {
  if (text === asked || !slot()) return;
  asked = text;
  if (text.length < LEAST) return slot().replaceChildren();
  try {
    const answer = await fetch(`${slot().dataset.alike}?${new URLSearchParams({ text })}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok || asked !== text) return;
    const html = answer.status === 204 ? "" : await answer.text();
    await htmx.swap({ sourceElement: slot(), target: slot(), swap: "innerHTML", text: html });
  } catch {
    asked = "";
  }
}

/** A vote for a hint is a vote on its card. */
function vote(button) {
  const card = document.getElementById(`question-${button.dataset.vote}`);
  const own = card?.querySelector(".vote__button");
  if (!own || own.ariaPressed === "true") return;
  own.click();
  button.ariaPressed = "true";
  button.textContent = "Voted";
}

document.addEventListener("input", (event) => {
  if (event.target.id !== "ask-text") return;
  clearTimeout(waiting);
  waiting = setTimeout(() => look(event.target.value.trim()), AFTER);
});
document.addEventListener("submit", (event) => {
  if (event.target.id !== "ask-form") return;
  clearTimeout(waiting);
  slot()?.replaceChildren();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest(".alike__vote");
  if (button) vote(button);
});
