/* For those who run the talk: the laser, and the log, which somebody who reads it reads to the last. */
import { refresher } from "../lib/refresher.js";
import "./pen-laser.js";

const { refresh, refreshSoon } = refresher("wall-log");
const isRead = () => document.querySelector("#wall-log[open]");

document.addEventListener("toggle", ({ target }) => target.id === "wall-log" && isRead() && refresh(), { capture: true });
document.addEventListener("companion:arranged", () => isRead() && refreshSoon(1_000, 3_000));
