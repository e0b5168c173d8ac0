/* <count-down to="starts">: how long until one of the stage's moments, if `big` with small units; its words are never the server's. */
import { everySecond, now } from "../lib/clock.js";
import { gettext } from "../lib/words.js";

const padded = (figure) => String(figure).padStart(2, "0");

class CountDown extends HTMLElement {
  connectedCallback() {
    this.stop = everySecond(() => this.update());
  }

  disconnectedCallback() {
    this.stop();
  }

  update() {
    const moment = document.getElementById("stage")?.dataset[this.getAttribute("to")];
    const left = Math.ceil((Number(moment) - now()) / 1000);
    if (this.hasAttribute("big")) this.replaceChildren(...inParts(left).map(part));
    else this.textContent = inParts(left).flat().join(" ").trim();
  }
}

function inParts(left) {
  const [days, hours, minutes] = [86_400, 3_600, 60].map((size) => Math.floor(left / size));
  if (left <= 0) return [[gettext("a moment"), ""]];
  if (days >= 2) return [[days, gettext("days")], ...(hours % 24 ? [[hours % 24, gettext("h")]] : [])];
  if (hours >= 1) return [[hours, gettext("h")], [padded(minutes % 60), gettext("min")]];
  return [[`${minutes}:${padded(left % 60)}`, ""]];
}

function part([figure, unit]) {
  const shown = document.createElement("span");
  shown.append(String(figure));
  if (unit) shown.append(Object.assign(document.createElement("span"), { className: "countdown__unit", textContent: unit }));
  return shown;
}

customElements.define("count-down", CountDown);
