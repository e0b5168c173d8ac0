/* Votes go up one after the other as forms, and are kept on this device until the server has them. */
import { dropWish, granted, isWished, pending } from "../board/wishes.js";
import { toast } from "../elements/toast-note.js";
import { emit } from "../lib/request.js";
import { newKey, onSaved, save } from "../lib/storage.js";
import { showVotes } from "../lib/vote-count.js";
import { gettext } from "../lib/words.js";
import { refresh } from "../views/refresh.js";
import { heard } from "../views/tallies.js";
import { wall } from "./places.js";
import { alone, toBoard } from "./post.js";
import { press } from "./vote-button.js";

const TRIES = 5_000;
const KEPT = gettext("Your vote is kept on this device, and sent once you are back online.");
const ONCE_IN = {
  code: gettext("Your vote is kept here. It counts once you have given the code from the screen in the room."),
  sign_in: gettext("Your vote is kept here. It counts once you have signed in."),
};
const CHANGED = `changed:${document.body.dataset.talk}`; // as the list's other tabs hear of it
let trying = 0;

export const sendWishes = alone(async () => {
  while (pending().length && (await deliver(...pending()[0])));
});

/** Whether the next one may be tried; what another tally has said since, an older answer does not undo. */
async function deliver(question, wanted) {
  const before = heard(question);
  const answer = await toBoard(wall().dataset.votes.replace(/0(?=\/vote$)/, question), { wanted: Number(wanted) });
  if (!answer || answer.field in ONCE_IN) return later(answer ? ONCE_IN[answer.field] : KEPT);
  const isNewest = isWished(question, wanted);
  if (answer.ok) {
    granted(question, wanted, answer.votes);
    if (isNewest && heard(question) === before) showVotes(question, answer.votes);
    save(CHANGED, newKey());
  } else if (isNewest) {
    dropWish(question, wanted);
    press(question, !wanted, heard(question));
    toast(answer.said);
    refresh({ isWhole: true });
  }
  return true;
}

function later(words) {
  toast(words);
  document.getElementById("code")?.focus();
  clearTimeout(trying);
  if (words === KEPT) trying = setTimeout(() => emit("try"), TRIES);
  return false;
}

const isOutside = () => document.querySelector("#wall-entry :is(#code, #sign-in)") !== null;
const tryAgain = () => isOutside() || sendWishes();

for (const event of ["back", "reached", "try"]) document.addEventListener(`companion:${event}`, tryAgain);
if (document.body.dataset.live === "on") tryAgain(); // this came later than that was said
onSaved(CHANGED, () => refresh({ isWhole: true }));
