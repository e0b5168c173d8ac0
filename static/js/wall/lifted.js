/* What keys have lifted, a note or a cluster: it goes by steps until it is put down, or left where it was. */
import { gettext } from "../lib/words.js";
import { carry, leave as letFall, lift, putDown as put } from "./carry.js";
import { nameOf } from "./places.js";
import { say } from "./said.js";
import { seatAt, seenAt } from "./seats.js";
import { show } from "./shows.js";

const START = 24;
let lifted = null;

export const isLifted = () => Boolean(lifted);

export function take(what) {
  lifted = { what, ...(what.dataset.x === "" ? { x: START, y: START } : seenAt(what)) };
  show("map");
  lift(what);
  go(0, 0);
  say(gettext("Lifted “%(note)s”. Arrow keys move it.", { note: nameOf(what) }));
}

export function go(across, down) {
  const { what } = lifted;
  Object.assign(lifted, carry(what, lifted.x + across, lifted.y + down));
  (what.querySelector(".cluster__meta") ?? what).scrollIntoView({ block: "nearest", inline: "nearest" });
  if (lifted.over) say(lifted.over);
}

export function putDown() {
  const { what, x, y } = lifted;
  lifted = null;
  put(what, seatAt(what, { x, y }), gettext("Put down at %(x)s across, %(y)s down.", { x, y }));
}

export function leave() {
  const { what } = lifted;
  lifted = null;
  letFall(what);
}

/** Whoever goes elsewhere meanwhile has not put it down. */
document.addEventListener("focusout", () => {
  setTimeout(() => lifted && !lifted.what.contains(document.activeElement) && leave());
});
document.addEventListener("companion:gone", ({ detail }) => detail === lifted?.what && leave());
