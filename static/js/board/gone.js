/* A card that others have taken away leaves an empty place, so that the next one does not slide under a finger. */
import { isInView, list } from "./idle.js";

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
