/* The board's socket: what happened comes down as fragments and tallies; whatever was missed is fetched. */
import { between, emit } from "../lib/request.js";
import { connect, setLive } from "../lib/socket.js";
import { showVotes } from "../lib/vote-count.js";
import { gettext } from "../lib/words.js";
import { checkPage } from "./beyond.js";
import { fromStranger } from "./entry.js";
import { currentFind } from "./order.js";
import { refresh, refreshSoon } from "./refresh.js";
import { adopt, isGap, note, takeTally } from "./revision.js";

const PATIENCE = 6_000;
const socket = connect("board");
let isFirst = true;

/** Send and wait for the acknowledgement; null when there is no socket, or none comes in time. */
export async function trySending(event, payload) {
  return socket.connected ? socket.timeout(PATIENCE).emitWithAck(event, payload).then(fromStranger).catch(() => null) : null;
}

socket.on("connect", () => {
  if (isFirst) refreshSoon(1_000, 4_000);
  else refresh();
  isFirst = false;
  setLive(true);
  emit("back");
});

/** A lost socket may be the whole connection: look once, before the polling would. */
socket.on("disconnect", (reason) => {
  document.getElementById("presence").hidden = true;
  if (reason !== "io client disconnect") setTimeout(() => socket.connected || refresh(), between(1_500, 3_500));
});

/** What was missed may be this reader's alone, of which no revision on the screen knows: all of it is wanted. */
socket.on("refetch", () => refreshSoon(0, 1_000, { isWhole: true }));

/** Which of what is new matches what is looked for is the server's to say. */
socket.on("fragments", async ({ revision, html }) => {
  if (isGap(html) || currentFind()) return refreshSoon(0, 1_000, { isWhole: true });
  note(revision);
  await htmx.swap({ sourceElement: document.body, target: document.body, swap: "none", text: html });
  checkPage();
});

socket.on("tally", ({ revision, votes }) => {
  for (const [question, figure] of Object.entries(votes)) {
    if (takeTally(question, figure, revision)) showVotes(question, figure);
  }
  checkPage(votes);
});

for (const name of ["polls", "words"]) socket.on(name, (detail) => document.dispatchEvent(new CustomEvent(`companion:${name}`, { detail })));

socket.on("presence", ({ here }) => {
  const words = document.getElementById("presence");
  words.textContent = gettext("%(num)s here", { num: here });
  words.hidden = false;
});

adopt(document.getElementById("board"));
