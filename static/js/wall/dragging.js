/* Where the note or cluster in one's own hand is, told to others while it is moved; nothing waits for it. */
import { socket } from "../views/socket.js";
import { isCluster } from "./clusters.js";
import { claim, release } from "./hands.js";

const [EVERY, STILL] = [50, 1_000];
const hands = new Map(); // by number: where it is, and when that was said
const numberOf = (what) => (isCluster(what) ? -what.dataset.id : Number(what.dataset.id));

/** Have others see it at a place; as long as it is held that is said again now and then. */
export function showOthers(what, x, y) {
  const number = numberOf(what);
  const hand = hands.get(number) ?? { saidAt: -EVERY };
  if (hand.place?.join() === `${x},${y}`) return;
  hand.place = [x, y];
  hands.set(number, hand);
  claim(number);
  sayIn(hand.saidAt + EVERY - performance.now(), number, hand);
}

function sayIn(wait, number, hand) {
  clearTimeout(hand.timer);
  hand.timer = setTimeout(say, wait, number, hand);
}

function say(number, hand) {
  socket.volatile.emit("drag", [[number, ...hand.place]]);
  hand.saidAt = performance.now();
  sayIn(STILL, number, hand);
}

export function sayNow(what) {
  const hand = hands.get(numberOf(what));
  if (hand) sayIn(0, numberOf(what), hand);
}

/** Have others see it no longer in a hand, but where the server has it. */
export function sayGone(what) {
  const number = numberOf(what);
  if (!hands.has(number)) return;
  clearTimeout(hands.get(number).timer);
  hands.delete(number);
  release(number);
  if (socket.connected) socket.emit("drag", [[number]]); // else it would be said after coming back
}
