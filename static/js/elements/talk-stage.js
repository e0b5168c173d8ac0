/* <talk-stage>: changes phase by the server's clock, and draws the line of how the talk runs to scale. */
import { everySecond, now } from "../lib/clock.js";
import { emit } from "../lib/request.js";

const PHASES = [["ends", "over"], ["qa", "qa"], ["starts", "talk"], ["doors", "doors"]];

class TalkStage extends HTMLElement {
  static observedAttributes = ["data-phase", "data-doors", "data-starts", "data-qa", "data-ends"];
  #update = () => this.update();

  connectedCallback() {
    this.stop = everySecond(this.#update);
    addEventListener("resize", this.#update);
  }

  disconnectedCallback() {
    this.stop();
    removeEventListener("resize", this.#update);
  }

  /** A morph sets one attribute after another: what they say counts once all are there. */
  attributeChangedCallback() {
    if (this.isConnected) queueMicrotask(this.#update);
  }

  update() {
    this.showPhase();
    for (const line of this.querySelectorAll(".hour")) draw(line, this.dataset);
  }

  showPhase() {
    const [, phase] = PHASES.find(([at]) => now() >= Number(this.dataset[at])) ?? [null, "upcoming"];
    if (this.dataset.phase === phase) return;
    this.dataset.phase = phase;
    emit("phase");
  }
}

/** Widths to scale, and the marker as far as the clock is, whatever the labels need. */
function draw(line, { doors, starts, qa, ends }) {
  const marks = [...new Set([doors, starts, qa, ends].map(Number))];
  const spans = marks.slice(1).map((mark, index) => mark - marks[index]);
  line.style.gridTemplateColumns = spans.map((span) => `minmax(max-content, ${span}fr)`).join(" ");
  const at = marks.filter((mark) => now() >= mark).length - 1;
  const part = line.children[Math.min(at, spans.length - 1)];
  const within = part ? Math.min(1, (now() - marks[at]) / (spans[at] ?? 1)) : 0;
  const reached = part ? (part.offsetLeft + part.offsetWidth * within) / line.offsetWidth : 0;
  line.style.setProperty("--hour-elapsed", Math.min(1, reached || 0).toFixed(4));
}

customElements.define("talk-stage", TalkStage);
