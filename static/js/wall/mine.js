/* What one did oneself, to notes and by pens, so that it can be put back: the last goes first. */
import { gettext } from "../lib/words.js";
import { claim, release } from "./hands.js";
import { wall } from "./places.js";
import { post } from "./post.js";
import { offer } from "./put-back.js";
import { say } from "./said.js";

const mine = new Set(); // in the order in which it was done
let putting = Promise.resolve();

/** Remember what one is doing, a promise of a change's number, and where to put it back; 0 is nothing to put back. */
export function did(doing, how) {
  const one = { doing, ...how };
  let change = 0;
  mine.add(one);
  doing.then((number) => (change = number)).finally(() => change || mine.delete(one));
  return one;
}

/** Wait for the answer to what is sent about a note or cluster. */
async function asOwn(id, sent) {
  claim(id);
  try {
    return await sent;
  } finally {
    release(id);
  }
}

/** Send what one wishes for, and keep in mind what it changed. */
export async function wishFor(to, wish, what) {
  const sent = asOwn(what.id, post(to, wish));
  const how = { to: wall().dataset.back, id: what.id, words: gettext("Back where it was.") };
  const one = did(sent.then((answer) => answer?.change ?? 0), how);
  const answer = await sent;
  if (answer?.change) offer(() => putBack(one), what);
  return answer;
}

/** Put back what one did last, or something else of one's own, as far as nobody has changed it since; one after the other. */
export function putBack(one) {
  putting = putting.catch(() => {}).then(() => undo(one));
}

async function undo(one = [...mine].pop()) {
  if (!mine.has(one)) return say(gettext("There is nothing of yours to put back."));
  const { doing, to, id = "", words } = one;
  const change = await doing;
  if (!change) return undo();
  const answer = await asOwn(id, post(to, { change }));
  if (answer !== null) mine.delete(one); // without a connection it can be tried again
  if (answer) say(words);
}
