/* Pointing with the laser: said to others a few times in a second, and shown here as they see it. */
import { socket } from "../views/socket.js";
import { showPoint } from "./laser-shown.js";
import { tool } from "./pen-tools.js";
import { isOnMap, pixelAt } from "./zoom.js";

const PAUSE = 100; // a connection may say only so much in a minute
let last = 0;

function point(event) {
  if (tool() !== "laser" || !isOnMap(event) || Date.now() - last < PAUSE) return;
  last = Date.now();
  const [x, y] = pixelAt(event);
  socket.volatile.emit("point", { x, y });
  showPoint({ by: "me", x, y });
}

document.addEventListener("pointermove", point);
document.addEventListener("pointerdown", point);
