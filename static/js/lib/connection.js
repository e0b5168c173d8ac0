/* Waking up, and the bar or mark that says, after a while, that the server cannot be reached. */
import { emit } from "./request.js";

const NAP = 5_000;
const LONG_SLEEP = 60_000;
const bar = () => document.getElementById("link");
let hiddenAt = 0;
let lostAt = 0;
let waiting = 0;

const show = (isShown) => (bar().hidden = !isShown);

function lost() {
  lostAt ||= Date.now();
  clearTimeout(waiting);
  waiting = setTimeout(() => show(true), Math.max(0, Number(bar().dataset.patience) - (Date.now() - lostAt)));
}

function found() {
  lostAt = 0;
  clearTimeout(waiting);
  show(false);
}

function wake(slept) {
  lostAt = 0;
  if (slept > LONG_SLEEP) emit("reconnect");
  if (slept > NAP) emit("wake");
}

document.addEventListener("companion:reached", found);
document.addEventListener("companion:back", found);
document.addEventListener("companion:unreachable", lost);
addEventListener("offline", lost);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) hiddenAt = Date.now();
  else wake(Date.now() - hiddenAt);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) wake(Infinity);
});
