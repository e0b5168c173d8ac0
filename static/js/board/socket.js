/* The socket: what happened comes down as fragments and tallies; whatever was missed is fetched. */
import { io } from "../../vendor/socket.io-4.8.4.esm.min.js";
import { count } from "../lib/tally.js";
import { between, tell } from "../lib/request.js";
import { adopt, isGap, note, takeTally } from "./revision.js";
import { resync, resyncSoon } from "./refresh.js";

const { talk } = document.body.dataset;
const PATIENCE = 6_000;
const REFUSED_WAIT = 30_000;
const socket = io({
  auth: { talk, view: "board" },
  transports: ["websocket"],
  reconnectionDelay: 1_000,
  reconnectionDelayMax: 5_000,
  randomizationFactor: 0.5,
});
let isFirst = true;

/** Send and wait for the acknowledgement; rejects at once when there is no socket. */
export async function emit(event, payload) {
  if (!socket.connected) throw new Error("not connected");
  return socket.timeout(PATIENCE).emitWithAck(event, payload);
}

socket.on("connect", async () => {
  if (!isFirst) await resync();
  else resyncSoon(1_000, 4_000);
  isFirst = false;
  if (!socket.connected) return;
  document.body.dataset.live = "on";
  tell("back");
});

/** A lost socket may be the whole connection: look once, before the polling would. */
socket.on("disconnect", (reason) => {
  document.body.dataset.live = "off";
  if (reason !== "io client disconnect") setTimeout(() => socket.connected || resync(), between(1_500, 3_500));
});

socket.on("connect_error", () => {
  document.body.dataset.live = "off";
  if (!socket.active) setTimeout(() => socket.connect(), REFUSED_WAIT);
});

socket.on("refetch", () => resyncSoon(0, 1_000));

socket.on("fragments", async ({ revision, html }) => {
  if (isGap(html)) return resyncSoon(0, 1_000);
  note({ revision, listed: revision });
  await htmx.swap({ sourceElement: document.body, target: document.body, swap: "none", text: html });
});

socket.on("tally", ({ revision, votes }) => {
  for (const [question, figure] of Object.entries(votes)) {
    if (takeTally(question, figure, revision)) count(question, figure);
  }
  note({ revision });
});

socket.on("presence", ({ here }) => {
  const words = document.getElementById("presence");
  words.textContent = `${here} here`;
  words.hidden = false;
});

socket.on("going_away", () => reconnectIn(between(1_000, 5_000)));

function reconnectIn(wait) {
  socket.disconnect();
  setTimeout(() => socket.connect(), wait);
}

/** A socket that slept for long is often dead without knowing it. */
document.addEventListener("companion:reconnect", () => socket.disconnect().connect());

addEventListener("offline", () => socket.disconnect());
addEventListener("online", () => socket.connect());
adopt(document.getElementById("board"));
