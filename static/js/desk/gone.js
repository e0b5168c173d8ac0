/* Where a card has gone, its room stays for a while, so that no other card comes under the finger. */
import { gettext } from "../lib/words.js";

/** Return what keeps the room of a card, or of one that has gone before. */
export function roomOf(card) {
  const room = document.createElement("li");
  room.id = `gone-${card.dataset.id}`;
  room.className = "desk-gone";
  room.dataset.words = gettext("Done");
  room.dataset.id = card.dataset.id;
  room.style.blockSize = `${card.getBoundingClientRect().height}px`;
  room.textContent = card.querySelector(".desk-card__text")?.textContent ?? card.textContent;
  return room;
}

export const isGone = (card) => card.matches(".desk-gone");
