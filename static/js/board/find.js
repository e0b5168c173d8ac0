/* What a link leads to, wherever on the board it is: the server is asked for it, then it is gone to. */
import { currentFind } from "./order.js";
import { bring, more } from "./page.js";
import { refresh } from "./refresh.js";

const QUESTION = /^#question-(\d+)$/;
let awaited = null;

/** Fetch what a link leads to where it is not here, and look for nothing any more. */
export function lead(hash, arrive = () => location.replace(hash)) {
  const [, question] = hash.match(QUESTION) ?? [];
  const isAway = question && more() && !document.querySelector(hash);
  if (!isAway && !currentFind()) return;
  document.getElementById("find").value = "";
  if (question) bring(question);
  awaited = { hash, arrive };
  refresh({ isWhole: true });
}

document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (!awaited || detail.ctx.sourceElement.id !== "board" || document.getElementById("board").dataset.find) return;
  const { hash, arrive } = awaited;
  awaited = null;
  const card = document.querySelector(hash);
  if (!card) return;
  delete card.dataset.held;
  arrive();
});

/** A hint in the ask box may be of a question that is not here. */
document.addEventListener("click", ({ target }) => {
  const vote = target.closest(".alike__vote");
  if (vote && !vote.form) lead(vote.parentElement.querySelector("a").hash, () => vote.click());
});

function follow() {
  if (QUESTION.test(location.hash) && !document.querySelector(location.hash)) lead(location.hash);
}

addEventListener("hashchange", follow);
follow();
