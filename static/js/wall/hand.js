/* What a pointer has in its hand follows it, and the map scrolls where the pointer comes to its edge. */
import { gettext } from "../lib/words.js";
import { carry, leave, lift, putDown as put } from "./carry.js";
import { isCluster } from "./clusters.js";
import { seatAt } from "./seats.js";
import { onMap, perPixel, scroller } from "./zoom.js";

const EDGE = 40;
const beyond = (at, from, to) => (at > to - EDGE ? EDGE / 2 : at < from + EDGE ? -EDGE / 2 : 0);
let hand = null;

export function pick({ what, across, down }, event) {
  const by = perPixel(what);
  hand = { what, across: across * by, down: down * by };
  const go = step(event);
  lift(what);
  go();
}

/** All is read before anything is written, or each move would have the whole map laid out in its midst. */
function step({ clientX, clientY }) {
  const { x, y } = onMap({ clientX, clientY });
  const { left, right, top, bottom } = scroller().getBoundingClientRect();
  const [across, down] = [beyond(clientX, left, right), beyond(clientY, top, bottom)];
  return () => {
    hand.at = carry(hand.what, x - hand.across, y - hand.down);
    if (across || down) scroller().scrollBy(across, down);
  };
}

export const follow = (event) => step(event)();

function isOn(id, { clientX, clientY }) {
  const { left, right, top, bottom } = document.getElementById(id).getBoundingClientRect();
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}

/** On the map a note is put down, on the inbox it is taken off, and anywhere else it is left where it was; a cluster is on the map. */
export function putDown(event) {
  const { what, at } = hand;
  if (isCluster(what) || isOn("wall-scroll", event)) put(what, seatAt(what, at), gettext("Put down."));
  else if (isOn("wall-inbox", event) && what.dataset.x !== "") put(what, { off: 1 }, gettext("Taken off."));
  else leave(what);
  hand = null;
}

export function letFall() {
  leave(hand.what);
  hand = null;
}

/* While something is held, a finger scrolls nothing, and its rest asks for no menu. */
document.addEventListener("touchmove", (event) => hand && event.preventDefault(), { passive: false });
document.addEventListener("contextmenu", (event) => hand && event.preventDefault());
