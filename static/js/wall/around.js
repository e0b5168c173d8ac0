/* What stands around the part that is fetched comes and goes with it; what the page is about is marked, and in sight. */
import { wall } from "./places.js";

const write = document.getElementById("wall-write");
const choices = document.getElementById("wall-choices");
const arranged = () => document.getElementById(document.getElementById("arrange")?.dataset.arranged ?? "");
const named = () => document.getElementById(location.hash.match(/^#(cluster-\d+)$/)?.[1] ?? "");
const look = (at) => at?.scrollIntoView({ block: "nearest", inline: "nearest" });

/** Nobody loses what is being typed: whoever sends it is told why it comes too late. */
const isInUse = () =>
  write.contains(document.activeElement) || write.querySelector("#note-text").value || write.querySelector("#note-problem").textContent;

/** There is a form while notes are taken, and there are choices while there are notes. */
function follow() {
  const isTaken = wall().dataset.writable !== undefined;
  write.hidden = !isTaken && (write.hidden || !isInUse());
  choices.hidden = !document.getElementById("wall-map");
  arranged()?.toggleAttribute("data-chosen", true);
}

document.addEventListener("htmx:after:swap", follow);
document.getElementById("wall-shows").addEventListener("click", () => setTimeout(() => look(arranged())));
follow();
requestAnimationFrame(() => look(named())); // the map is laid out later than the browser looks
setTimeout(() => look(arranged()));
