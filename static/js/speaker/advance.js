/* "Answered → next" by a swipe or a key, where the speaker may press it at all; not by two fingers, nor over code. */
import { submit } from "../lib/request.js";

const FAR = 90;
const KEYS = new Set([" ", "Enter", "ArrowRight", "PageDown"]);
const drive = () => document.getElementById("drive");
const isSpoken = (event) => event.target.closest?.("button, a, input, textarea, summary");
let from = null;

function go() {
  if (drive()) submit(drive());
}

document.addEventListener("keydown", (event) => {
  if (!KEYS.has(event.key) || event.repeat || !drive() || isSpoken(event)) return;
  event.preventDefault();
  go();
});
document.addEventListener("touchstart", ({ target, touches }) => {
  from = touches.length === 1 && !target.closest?.("pre") ? touches[0] : null;
}, { passive: true });
document.addEventListener("touchend", ({ changedTouches: [touch] }) => {
  if (!from) return;
  const [across, down] = [from.clientX - touch.clientX, Math.abs(from.clientY - touch.clientY)];
  from = null;
  if (across > FAR && down < FAR / 2) go();
}, { passive: true });
