/* What is in one's own hand, a note or a cluster: it is carried, and put down, or left where it was. */
import { gettext } from "../lib/words.js";
import { freeze } from "../views/refresh.js";
import { isCluster, layCluster, onWall, sumAll } from "./clusters.js";
import { sayGone, sayNow, showOthers } from "./dragging.js";
import { hold, letLoose } from "./hands.js";
import { bring } from "./lists.js";
import { moveTo, settle } from "./places.js";
import { say } from "./said.js";
import { light, putInWords } from "./seats.js";
import { arrange } from "./send.js";

/** Nothing is fetched while a hand has something, or what came would take it away. */
export function lift(what) {
  hold(what);
  freeze(true);
  if (!isCluster(what)) bring(what, "wall-notes");
}

/** Have everybody see it at another place, as far as that is on the wall; return which, and over what that is, if news. */
export function carry(what, toX, toY) {
  const { x, y } = onWall(toX, toY);
  moveTo(what, x, y);
  showOthers(what, x, y);
  return { x, y, over: isCluster(what) ? "" : light({ x, y }) };
}

function letGo(what) {
  const areOthersHeld = letLoose(what);
  (isCluster(what) ? layCluster : settle)(what);
  sumAll();
  freeze(areOthersHeld);
  sayGone(what);
}

/** Put it down: others see it there until the server tells them where it is. */
export async function putDown(what, wish, otherwise) {
  light(null);
  (wish.off ? sayGone : sayNow)(what);
  const answer = await arrange(what, wish).finally(() => letGo(what));
  if (answer) say(putInWords(what, otherwise));
}

export function leave(what) {
  light(null);
  letGo(what);
  say(gettext("Left where it was."));
}
