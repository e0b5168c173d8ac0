/* How large the map is shown. Places on it are counted as at 100 %; where a pointer is there, is found here alone. */
const [LEAST, MOST, FAR] = [0.1, 2, 0.4];
const FURTHEST = 20_000;
let scale = 1;

const map = () => document.getElementById("wall-map");
export const scroller = () => document.getElementById("wall-scroll");
export const scaleNow = () => scale;

/** Where on the map a pointer is. */
export function onMap({ clientX, clientY }) {
  const { left, top } = map().getBoundingClientRect();
  return { x: (clientX - left) / scale, y: (clientY - top) / scale };
}

/** The same in whole pixels, as far as the wall goes. */
export function pixelAt(event) {
  const { x, y } = onMap(event);
  return [x, y].map((at) => Math.min(FURTHEST, Math.max(0, Math.round(at))));
}

/** Whether a pointer is on the map, and not on its scroll bars. */
export function isOnMap({ target, clientX, clientY }) {
  if (!target.closest?.("#wall-scroll")) return false;
  const { left, top } = scroller().getBoundingClientRect();
  const { clientLeft, clientTop, clientWidth, clientHeight } = scroller();
  return clientX - left - clientLeft < clientWidth && clientY - top - clientTop < clientHeight;
}

/** How many pixels of the map are one of the screen where a note is: in the inbox notes keep their size. */
export const perPixel = (note) => (note.closest("#wall-map") ? 1 / scale : 1);

function middle() {
  const { left, top, width, height } = scroller().getBoundingClientRect();
  return { clientX: left + width / 2, clientY: top + height / 2 };
}

/** Show the map as large as is wanted, and what is at one place of the screen there still. */
export function zoomTo(wanted, at = middle()) {
  const { x, y } = onMap(at);
  scale = Math.min(MOST, Math.max(LEAST, wanted));
  show();
  const { left, top } = map().getBoundingClientRect();
  scroller().scrollBy(left + x * scale - at.clientX, top + y * scale - at.clientY);
}

/** Have the map be as large as it is to be, also where it has only come: far away only colours can be told apart. */
function show() {
  scroller()?.style.setProperty("--zoom", scale);
  document.body.toggleAttribute("data-far", scale < FAR);
  const figure = document.getElementById("wall-zoom-figure");
  if (figure) figure.textContent = `${Math.round(scale * 100)} %`;
}

document.addEventListener("htmx:after:swap", show);
show();
