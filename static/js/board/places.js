/* Places in the list: a card takes one without losing the focus, and leaves one, so that the next does not slide under a finger. */
import { isInView, list } from "./idle.js";

export function putAt(card, place) {
  const next = list().children[place];
  if (card === next) return;
  const focused = document.activeElement;
  if (list().moveBefore) list().moveBefore(card, next);
  else list().insertBefore(card, next);
  if (document.activeElement !== focused) focused.focus({ preventScroll: true });
}

/** The empty places of cards that others have taken away. */
export const roomsKept = () => [...list().querySelectorAll(":scope > .gone")];

/** Take a card away; nothing of what it said stays. */
export function leaveRoom(card) {
  if ("own" in card.dataset || "held" in card.dataset || card.hidden || !isInView()) return;
  const room = document.createElement("li");
  Object.assign(room, { id: `gone-${card.dataset.id}`, className: "gone" });
  room.setAttribute("aria-hidden", "true");
  room.style.blockSize = `${card.offsetHeight}px`;
  card.replaceWith(room);
}
