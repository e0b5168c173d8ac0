/* A card takes its place without losing the focus. */
import { list } from "./idle.js";

export function putAt(card, place) {
  const next = list().children[place];
  if (card === next) return;
  const focused = document.activeElement;
  if (list().moveBefore) list().moveBefore(card, next);
  else list().insertBefore(card, next);
  if (document.activeElement !== focused) focused.focus({ preventScroll: true });
}
