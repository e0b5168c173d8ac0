/* The socket of the desk, the speaker view and the big screen: it says when to look again, and counts. */
import { emit } from "../lib/request.js";
import { connect, setLive } from "../lib/socket.js";
import { takePulse } from "./pulse.js";
import { refetch, refresh, refreshSoon } from "./refresh.js";
import { forgetTallies, takePolls, takeTally } from "./tallies.js";

const POLL = 6_000;
export const socket = connect(document.body.dataset.view);
let isLeaving = false;

socket.on("connect", () => {
  forgetTallies(); // after a restart it may be another database, whose revisions say nothing of these
  refresh();
  setLive(true);
  emit("back");
});
/** Whoever runs a talk knows within 3 s that they are cut off, also when the server has said that it goes. */
socket.on("disconnect", () => {
  emit("unreachable");
  refreshSoon(700, 1_000);
});
socket.on("connect_error", () => emit("unreachable"));
socket.on("refetch", refetch);
socket.on("tally", takeTally);
socket.on("polls", takePolls);
socket.on("pulse", takePulse);
socket.on("signed_out", () => isLeaving || location.reload());

setInterval(() => socket.connected || document.hidden || refresh(), POLL);
// Whoever signs out is on the way elsewhere, and is told of it by the socket as well.
document.addEventListener("submit", ({ target }) => {
  isLeaving ||= target.matches(".leave");
});
