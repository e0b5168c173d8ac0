/* <talk-stage>: changes phase by the server's clock, and draws the line of how the talk runs to scale. */
import { everySecond, now } from "../lib/clock.js";
import { emit } from "../lib/request.js";
import { draw } from "./hour-line.js";
import { keepRoom } from "./stage-room.js";

const PHASES = [["ends", "over"], ["qa", "qa"], ["starts", "talk"], ["doors", "doors"]];

class TalkStage extends HTMLElement {
  static observedAttributes = ["data-phase", "data-doors", "data-starts", "data-qa", "data-ends"];
  #shown = "";
  #update = () => this.update();

  connectedCallback() {
    this.#shown = this.dataset.phase;
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

  /** The phase may be here already, by a morph. One that has passed while scripts came is told once all of them listen. */
  showPhase() {
    const [, phase] = PHASES.find(([at]) => now() >= Number(this.dataset[at])) ?? [null, "upcoming"];
    if (this.#shown === phase && this.dataset.phase === phase) return;
    if (this.hasAttribute("keeps-room")) keepRoom(this, this.#shown, phase);
    this.#shown = phase;
    this.dataset.phase = phase;
    queueMicrotask(() => emit("phase"));
  }
}

customElements.define("talk-stage", TalkStage);
