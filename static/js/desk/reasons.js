/* The reasons to decline close by a press beside them and by Escape; the second of two presses in one place takes none. */
const DOUBLE_PRESS = 700;
const NEAR = 24;
let opened = null;

const isSlip = ({ timeStamp, clientX, clientY, detail }) =>
  opened && detail > 0 && timeStamp - opened.at < DOUBLE_PRESS && Math.hypot(clientX - opened.x, clientY - opened.y) < NEAR;

document.addEventListener("click", (event) => {
  if (event.target.closest(".reasons__list") && isSlip(event)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  const pressed = event.target.closest(".reasons > summary");
  if (pressed) opened = { at: event.timeStamp, x: event.clientX, y: event.clientY };
}, true);

// Of the page's main part: Safari on a phone tells the document of no tap on mere text.
document.getElementById("main").addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll(".reasons[open]")) if (!menu.contains(target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.(".reasons[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
