/* What not everybody needs comes once it may be used; which of it is there, the body says. */
import { load as kept } from "../lib/storage.js";
import { arranges } from "./places.js";
import { isMap } from "./shows.js";

const { body } = document;
const { talk } = body.dataset;
const has = (selector) => () => document.querySelector(selector) !== null;
const PARTS = {
  votes: [() => has(".note__vote")() || kept(`votes:${talk}`), () => import("./vote.js")],
  writing: [() => has("#wall-write:not([hidden])")() || kept(`outbox:${talk}`), () => import("./write.js")],
  map: [isMap, () => import("./map.js")],
  arranging: [arranges, () => import("./arranging.js")],
  drawing: [has("#pens"), () => import("./drawing.js")],
  staff: [has("#wall-log"), () => import("./staff.js")],
};
const asked = new Set();
const here = new Set();

function bring() {
  Object.entries(PARTS).filter(([name, [isWanted]]) => !asked.has(name) && isWanted()).forEach(([name]) => load(name));
}

/** What does not arrive is asked for again when something changes; until then its forms are plain ones. */
async function load(name) {
  asked.add(name);
  try {
    await PARTS[name][1]();
  } catch (error) {
    asked.delete(name);
    throw error;
  }
  here.add(name);
  body.dataset.parts = [...here].join(" ");
}

for (const event of ["htmx:after:swap", "companion:shows", "companion:back"]) document.addEventListener(event, bring);
bring();
