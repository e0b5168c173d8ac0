/* The big screen's keys: full screen, freeze, QR code; and what is remembered of them here. */
import { freeze } from "../views/refresh.js";

const { body } = document;
const help = document.getElementById("keys");
const KEYS = { f: fullScreen, z: toggleFreeze, q: toggleCode, w: toggleWall, "?": () => help.showModal() };

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
}

function toggleFreeze() {
  const wanted = body.toggleAttribute("data-frozen");
  document.getElementById("frozen").hidden = !wanted;
  freeze(wanted);
}

function toggleCode() {
  body.toggleAttribute("data-no-code");
}

function toggleWall() {
  const { searchParams: query } = new URL(location.href);
  if (query.get("view") === "wall") query.delete("view");
  else query.set("view", "wall");
  location.search = query;
}

/** A picture of the talk is not kept over its end. */
function thaw() {
  if (body.hasAttribute("data-frozen") && document.getElementById("stage").dataset.phase === "over") toggleFreeze();
}

document.addEventListener("companion:phase", thaw);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  KEYS[event.key.toLowerCase()]?.();
});
document.addEventListener("dblclick", fullScreen);
