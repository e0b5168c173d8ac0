/* The socket of a page: it comes back by itself, and the body says whether it is there. */
import { io } from "../../vendor/socket.io-4.8.4.esm.min.js";
import { between } from "./request.js";

const REFUSED_WAIT = 30_000;

export function connect(view) {
  const { path = "", talk, wall } = document.body.dataset;
  const more = wall === undefined ? {} : { wall: true };
  const options = { transports: ["websocket"], reconnectionDelay: 1_000, reconnectionDelayMax: 5_000 };
  const socket = io({ path: `${path}/socket.io`, auth: { talk, view, language: document.documentElement.lang, ...more }, ...options });

  function reconnectIn(wait) {
    socket.disconnect();
    setTimeout(() => socket.connect(), wait);
  }

  socket.on("disconnect", () => setLive(false));
  socket.on("connect_error", () => {
    setLive(false);
    if (!socket.active) setTimeout(() => socket.connect(), REFUSED_WAIT);
  });
  socket.on("going_away", () => reconnectIn(between(1_000, 5_000)));
  /* A socket that slept for long is often dead without knowing it. */
  document.addEventListener("companion:reconnect", () => reconnectIn(0));
  addEventListener("offline", () => socket.disconnect());
  addEventListener("online", () => socket.connect());
  return socket;
}

export const setLive = (isLive) => (document.body.dataset.live = isLive ? "on" : "off");
