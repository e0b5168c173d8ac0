/* A card that was broadcast, as to a stranger: it waits, has its words renewed, or goes. */
import { announceArrival } from "../lib/announcer.js";
import { isCountedBeyond } from "./beyond.js";
import { leaveRoom } from "./places.js";
import { lookAgain } from "./refresh.js";
import { applyWish } from "./wishes.js";

/** Hold it; one that is here already only has its words renewed. */
export function receive(card) {
  const here = document.getElementById(card.id);
  if (here) {
    here.querySelector(".question__body").replaceWith(card.querySelector(".question__body"));
    card.remove();
    return;
  }
  announceArrival();
  if (isCountedBeyond(card)) return card.remove();
  card.dataset.held = "";
  if (Number(card.dataset.votes)) lookAgain();
  applyWish(card);
}

/** Take it away; a vote for what was merged counts for another now. */
export function takeAway(card) {
  if (card.querySelector('.vote__button[aria-pressed="true"]')) lookAgain();
  leaveRoom(card);
}

/** Who may vote for what is open again is the server's to say. */
export function followStanding(shown, line) {
  if (line.dataset.stands === "open" && shown.dataset.stands !== "open") lookAgain();
}
