/* The desk, the speaker view and the big screen: told that something changed, they fetch their part. */
import { io } from "../vendor/socket.io-4.8.4.esm.min.js";
import { forget, sample } from "./clock.js";

const SOON = 150;
const POLL = 6_000;
const REFUSED_WAIT = 30_000;
const { talk, view, part: id, fragment } = document.body.dataset;
const between = (least, most) => least + Math.random() * (most - least);
const socket = io({ auth: { talk, view }, transports: ["websocket"], reconnectionDelay: 1_000, reconnectionDelayMax: 5_000 });
let isFrozen = false;
let running = null;
let again = false;
let soon = 0;
export const part = () => document.getElementById(id);

/** Fetch what is shown if it has changed, or in any case when that is asked for. */
export async function catchUp({ isForced = false } = {}) {
  if (isFrozen) return;
  if (running) {
    again = true;
    return running;
  }
  running = fetchPart(isForced);
  await running;
  running = null;
  if (!again) return;
  again = false;
  await catchUp();
}

export function catchUpSoon(least = SOON, most = SOON) {
  clearTimeout(soon);
  soon = setTimeout(catchUp, between(least, most));
}

/** Let what is shown stay as it is, whatever happens, until it is let go. */
export function freeze(wanted) {
  isFrozen = wanted;
  if (!isFrozen) catchUp();
}

async function fetchPart(isForced) {
  const { query, revision } = part().dataset;
  const sent = Date.now();
  try {
    const answer = await fetch(`${fragment}?${query}${isForced ? "" : `&since=${revision}`}`, { headers: { "HX-Request": "true" } });
    sample(Number(answer.headers.get("Companion-Now") ?? NaN), sent, Date.now());
    say("reached");
    if (answer.status === 401 || answer.status === 403) location.reload();
    if (answer.status === 200) await show(await answer.text(), query);
  } catch {
    say("unreachable");
  }
}

/** Another tab may have been chosen, or the picture frozen, while the answer was on its way. */
async function show(text, query) {
  if (isFrozen || part().dataset.query !== query) return;
  const transition = document.body.dataset.page === "screen" && !matchMedia("(prefers-reduced-motion: reduce)").matches;
  await htmx.swap({ sourceElement: part(), target: part(), swap: "outerMorph", text, transition });
}

const say = (what) => document.dispatchEvent(new CustomEvent(`companion:${what}`));
const isLive = (is) => (document.body.dataset.live = is ? "on" : "off");

socket.on("connect", async () => {
  await catchUp();
  isLive(socket.connected);
  say("back");
});
socket.on("disconnect", (reason) => {
  isLive(false);
  if (reason !== "io client disconnect") catchUpSoon(500, 1_500);
});
socket.on("connect_error", () => {
  isLive(false);
  if (!socket.active) setTimeout(() => socket.connect(), REFUSED_WAIT);
});
socket.on("fragments", () => catchUpSoon());
socket.on("tally", ({ votes }) => isFrozen || Object.entries(votes).forEach(count));
socket.on("signed_out", () => location.reload());
socket.on("going_away", () => {
  socket.disconnect();
  setTimeout(() => socket.connect(), between(1_000, 4_000));
});

function count([question, votes]) {
  const figure = document.getElementById(`question-${question}-votes`);
  if (figure) figure.textContent = votes;
}

setInterval(() => socket.connected || document.hidden || catchUp(), POLL);
document.addEventListener("companion:phase", () => catchUpSoon(200, 1_500));
document.addEventListener("companion:reconnect", () => socket.disconnect().connect());
document.addEventListener("companion:wake", () => {
  forget();
  catchUp();
});
addEventListener("offline", () => socket.disconnect());
addEventListener("online", () => socket.connect());
