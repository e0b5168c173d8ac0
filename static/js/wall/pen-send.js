/* Marks go up as forms: what was refused goes and says why, what could not be sent is kept, dashed, and tried again. */
import { newKey } from "../lib/storage.js";
import { gettext } from "../lib/words.js";
import { socket } from "../views/socket.js";
import { markOf, svg } from "./marks.js";
import { did } from "./mine.js";
import { offer } from "./pen-caption.js";
import { post } from "./post.js";

const AGAIN = 5_000;
const KEPT = gettext("It could not be sent just now. What you drew is kept here, dashed, and is sent as soon as it can be.");
const waiting = new Set();
const unsent = new Map();

/** Have a path that was drawn be a mark; its line says where that goes, and where it is put back. */
export function send({ path, to, back }, fields) {
  const stroke = { key: newKey(), ...fields };
  path.id = `mark-${stroke.key}`;
  path.dataset.waits = "";
  waiting.add(path);
  did(put(path, stroke, to, back), back);
}

async function put(path, stroke, ...ways) {
  unsent.delete(path);
  const answer = await post(ways[0], stroke, "unsent" in path.dataset ? "" : KEPT);
  if (answer === null) return keep(path, stroke, ...ways);
  waiting.delete(path);
  for (const name of ["waits", "unsent"]) delete path.dataset[name];
  if (!answer || markOf(answer.id)) path.remove();
  else path.id = `mark-${answer.id}`;
  if (answer) offer(answer.id);
  return answer ? answer.change : 0;
}

function keep(path, ...sent) {
  path.dataset.unsent = "";
  unsent.set(path, sent);
  return 0;
}

/** A mark that the server has not yet is there until it has, also when the page is fetched anew. */
const showAll = () => waiting.forEach((path) => svg()?.append(path));
const sendAll = () => [...unsent].forEach(([path, [stroke, to, back]]) => did(put(path, stroke, to, back), back));
document.addEventListener("htmx:after:swap", showAll);
socket.on("connect", sendAll);
setInterval(() => socket.connected && sendAll(), AGAIN);
addEventListener("beforeunload", (event) => unsent.size && event.preventDefault());
