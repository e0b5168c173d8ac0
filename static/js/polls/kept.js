/* What is chosen in polls and not yet at the server: the newest for each, kept on this device for all its tabs. */
import { keptFields } from "../board/kept-field.js";

const { all, put } = keptFields("answers");

/** What waits, as [poll, {options, turn, says}]; `says` is why, once it has been tried. */
export const kept = () => Object.entries(all());

/** Whether nothing else was chosen since, in any tab. */
export const isNewest = (poll, { turn }) => all()[poll]?.turn === turn;

/** Keep what is chosen now: it comes after all that this page and this device know of. */
export function keep(poll, options) {
  const shown = Number(document.getElementById(`poll-${poll}-form`).dataset.turn);
  const act = { options, turn: Math.max(shown, all()[poll]?.turn ?? 0) + 1 };
  put(poll, act);
  return act;
}

export function keepOn(poll, act, says) {
  if (isNewest(poll, act)) put(poll, { ...act, says });
}

export function drop(poll, act) {
  if (isNewest(poll, act)) put(poll, null);
}
