/* The socket of the desk, the speaker view and the big screen: it says when to look again, and counts. */
import { io } from "../../vendor/socket.io-4.8.4.esm.min.js";
import { catchUp, catchUpSoon, isFrozen, keepUp } from "./refresh.js";
import { count } from "../lib/tally.js";
import { between, tell } from "../lib/request.js";

const POLL = 6_000;
const REFUSED_WAIT = 30_000;
const { talk, view } = document.body.dataset;
const socket = io({ auth: { talk, view }, transports: ["websocket"], reconnectionDelay: 1_000, reconnectionDelayMax: 5_000 });
const isLive = (is) => (document.body.dataset.live = is ? "on" : "off");

socket.on("connect", async () => {
  await catchUp();
  isLive(socket.connected);
  tell("back");
});
socket.on("disconnect", (reason) => {
  isLive(false);
  if (reason !== "io client disconnect") catchUpSoon(500, 1_500);
});
socket.on("connect_error", () => {
  isLive(false);
  if (!socket.active) setTimeout(() => socket.connect(), REFUSED_WAIT);
});
socket.on("refetch", keepUp);
socket.on("tally", ({ votes }) => isFrozen() || Object.entries(votes).forEach((tally) => count(...tally)));
socket.on("signed_out", () => location.reload());
socket.on("going_away", () => {
  socket.disconnect();
  setTimeout(() => socket.connect(), between(1_000, 4_000));
});

setInterval(() => socket.connected || document.hidden || catchUp(), POLL);
document.addEventListener("companion:reconnect", () => socket.disconnect().connect());
addEventListener("offline", () => socket.disconnect());
addEventListener("online", () => socket.connect());
