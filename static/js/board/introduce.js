/* A browser whose cookie has gone gets another one with the board, and its socket has to come back with it: once. */
import { emit } from "../lib/request.js";
import { refresh } from "./refresh.js";

let isAsked = false;
let isOver = false;

/** What an acknowledgement means: one to a browser without a cookie is none yet, unless coming back has not helped. */
export function fromStranger(reply) {
  if (reply?.field !== "cookie" || isOver) return reply;
  if (!isAsked) {
    document.addEventListener("companion:reached", () => emit("reconnect"), { once: true });
    refresh({ isWhole: true });
  }
  isAsked = true;
  return { again: true };
}

document.addEventListener("companion:back", () => (isOver = isAsked));
