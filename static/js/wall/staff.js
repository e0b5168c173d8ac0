/* For those who run the talk: the laser, and the log, which somebody who reads it reads to the last. */
import "./pen-laser.js";

function readLog() {
  if (document.querySelector("#wall-log[open]")) htmx.trigger("#wall-log", "reread");
}

document.addEventListener("toggle", ({ target }) => target.id === "wall-log" && readLog(), { capture: true });
document.addEventListener("companion:arranged", readLog);
