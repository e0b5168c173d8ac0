/* What a part of the page says may be so until a moment only, which it names. */
import { everySecond, now } from "./clock.js";

/** Call something once that moment of the element with this id has come. */
export function whenItIsOver(id, call) {
  everySecond(() => {
    const part = document.getElementById(id);
    if (!part?.dataset.trueUntil || now() < Number(part.dataset.trueUntil)) return;
    delete part.dataset.trueUntil;
    call();
  });
}
