/* The stage: counts down, changes phase by the server's clock, and fills the hour line. */
import { now } from "../lib/clock.js";

const PHASES = [["ends", "over"], ["qa", "qa"], ["starts", "talk"], ["doors", "doors"]];

function tick() {
  const stage = document.getElementById("stage");
  if (!stage) return;
  showPhase(stage);
  countDown(stage);
  stage.querySelectorAll(".hour").forEach((hour) => fill(hour, stage.dataset));
}

function showPhase(stage) {
  const [, phase] = PHASES.find(([at]) => now() >= Number(stage.dataset[at])) ?? [null, "upcoming"];
  if (stage.dataset.phase === phase) return;
  stage.dataset.phase = phase;
  document.dispatchEvent(new CustomEvent("companion:phase", { detail: phase }));
}

function countDown(stage) {
  const left = Math.ceil((Number(stage.dataset.starts) - now()) / 1000);
  document.querySelectorAll("[data-left]").forEach((clock) => (clock.textContent = leftInWords(stage.dataset[clock.dataset.left])));
  const words = document.querySelector("[data-countdown]");
  if (!words) return;
  words.replaceChildren(...inParts(left).map(part));
  words.closest(".countdown").hidden = false;
}

function leftInWords(moment) {
  const left = Math.ceil((Number(moment) - now()) / 1000);
  return inParts(left).map(([figure, unit]) => `${figure}${unit && ` ${unit}`}`).join(" ");
}

function inParts(left) {
  const [days, hours, minutes] = [86_400, 3_600, 60].map((size) => Math.floor(left / size));
  if (left <= 0) return [["a moment", ""]];
  if (days >= 2) return [[days, "days"], ...(hours % 24 ? [[hours % 24, "h"]] : [])];
  if (hours >= 1) return [[hours, "h"], [padded(minutes % 60), "min"]];
  return [[`${minutes}:${padded(left % 60)}`, ""]];
}

function part([figure, unit]) {
  const shown = document.createElement("span");
  shown.append(String(figure));
  if (unit) shown.append(Object.assign(document.createElement("span"), { className: "countdown__unit", textContent: unit }));
  return shown;
}

/** Widths to scale, and the marker as far as the clock is, whatever the labels need. */
function fill(hour, { doors, starts, qa, ends }) {
  const marks = [...new Set([doors, starts, qa, ends].map(Number))];
  const spans = marks.slice(1).map((mark, index) => mark - marks[index]);
  hour.style.gridTemplateColumns = spans.map((span) => `minmax(3.25rem, ${span}fr)`).join(" ");
  const at = marks.findLastIndex((mark) => now() >= mark);
  const part = hour.children[Math.min(at, spans.length - 1)];
  const within = part ? Math.min(1, (now() - marks[at]) / (spans[at] ?? 1)) : 0;
  const reached = part ? (part.offsetLeft + part.offsetWidth * within) / hour.offsetWidth : 0;
  hour.style.setProperty("--hour-elapsed", Math.min(1, reached || 0).toFixed(4));
  hour.toggleAttribute("data-running", at >= 0);
}

const padded = (figure) => String(figure).padStart(2, "0");

function tickOnTheSecond() {
  tick();
  setTimeout(tickOnTheSecond, 1_000 - (now() % 1_000) + 5);
}

document.addEventListener("htmx:after:swap", tick);
addEventListener("resize", tick);
tickOnTheSecond();
