/* A note is written without leaving the wall; what the server has not waits in the outbox, or stays in the form. */
import { putIn, showOutbox, takeOut, waiting } from "../board/outbox.js";
import { toast } from "../elements/toast-note.js";
import { newKey, save } from "../lib/storage.js";
import { gettext } from "../lib/words.js";
import { refresh } from "../views/refresh.js";
import { clear, form, showProblem, typed } from "./note-form.js";
import { wall } from "./places.js";
import { alone, toBoard } from "./post.js";

const KEPT = gettext("Your note is kept on this device, and sent once you are back online.");
const WRITTEN = { open: gettext("Your note is on the wall."), waiting: gettext("Your note waits for a moderator.") };

async function send(event) {
  event.preventDefault();
  const [note, button] = [typed(), form.querySelector("[type=submit]")];
  if (button.disabled || !note.key) return;
  button.disabled = true;
  const answer = await toBoard(form.action, note);
  button.disabled = false;
  settle(note, answer);
}

function settle(note, answer) {
  if (answer && !answer.ok) return showProblem(answer.said);
  if (!answer) putIn(note);
  clear(note);
  toast(answer ? WRITTEN[answer.status] : KEPT);
  return refresh({ isWhole: true });
}

/** What waits goes up from the wall, too, one after the other, once there may be a way. */
const sendWaiting = alone(async () => {
  for (const { problem, ...note } of waiting()) if (!problem && !(await deliver(note))) break;
});

/** Whether the next one may be tried. */
async function deliver(note) {
  const answer = await toBoard(wall().dataset.writes, note);
  if (!answer || answer.waits || answer.field) return false;
  if (!answer.ok) return putIn(note, answer.said) ?? true;
  takeOut(note.key);
  save(`changed:${document.body.dataset.talk}`, newKey());
  refresh({ isWhole: true });
  return true;
}

form?.addEventListener("submit", send);
showOutbox();
for (const event of ["back", "reached"]) document.addEventListener(`companion:${event}`, sendWaiting);
if (document.body.dataset.live === "on") sendWaiting(); // this came later than that was said
