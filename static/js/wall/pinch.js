/* Zooming by hand: two fingers about their middle, or the wheel with Ctrl. One finger is the browser's own to scroll with. */
import { isMap } from "./shows.js";
import { scaleNow, scroller, zoomTo } from "./zoom.js";

const WHEEL = 0.01; // of a turn in pixels, as trackpads tell a pinch
const MOST = 25; // pixels: a mouse's notch is told as some hundred
let fingers = null;

function read({ touches: [one, other] }) {
  return {
    apart: Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1,
    clientX: (one.clientX + other.clientX) / 2,
    clientY: (one.clientY + other.clientY) / 2,
  };
}

/** An outline is the browser's to enlarge, as any page. */
const isOnMap = ({ touches, target }) => touches.length === 2 && isMap() && Boolean(target.closest?.("#wall-scroll"));

function begin(event) {
  fingers = isOnMap(event) ? read(event) : null;
}

/** Where the browser scrolls already, that is left to it. */
function move(event) {
  if (!fingers || event.touches.length !== 2) return;
  const before = fingers;
  fingers = read(event);
  if (event.cancelable) {
    event.preventDefault();
    scroller().scrollBy(before.clientX - fingers.clientX, before.clientY - fingers.clientY);
  }
  zoomTo((scaleNow() * fingers.apart) / before.apart, fingers);
}

function turn(event) {
  if (!event.ctrlKey || !isMap()) return;
  event.preventDefault();
  const by = Math.min(MOST, Math.max(-MOST, event.deltaY));
  zoomTo(scaleNow() * Math.exp(-by * WHEEL), event);
}

/** Of the map alone, for whoever listens to the page's wheel holds up its scrolling. */
const listen = () => scroller()?.addEventListener("wheel", turn, { passive: false });

document.addEventListener("touchstart", begin);
document.addEventListener("touchend", begin);
document.addEventListener("touchcancel", begin);
document.addEventListener("touchmove", move, { passive: false });
document.addEventListener("htmx:after:swap", listen);
listen();
