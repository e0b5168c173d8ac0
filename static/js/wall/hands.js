/* What hands have. In one's own: what others do to it is only remembered. In others': it is shown where their hand is,
   until the server has it elsewhere. */
const ECHO = 1_000; // what one does oneself is told to everybody, within that
const held = []; // a note that is lifted again before the answer came is here twice
const aloft = new Map(); // by id, where the server had it when it was lifted
const own = new Map(); // by whatever is told of, until when that is likely one's own doing
const placeOf = ({ dataset: { x, y, cluster } }) => [x, y, cluster].join();

export const isHeld = ({ id }) => held.includes(id);

export function hold(what) {
  held.push(what.id);
  delete what.dataset.aloft;
  what.style.setProperty("--lifted", "1");
}

/** Let go of something once, as it was held once; return whether anything is still held. */
export function letLoose(what) {
  held.splice(held.indexOf(what.id), 1);
  if (!isHeld(what)) what.style.removeProperty("--lifted");
  return held.length > 0;
}

export function isAloft(what) {
  if (aloft.has(what.id) && aloft.get(what.id) !== placeOf(what)) land(what.id);
  return aloft.has(what.id);
}

export function raise(what) {
  if (!aloft.has(what.id)) aloft.set(what.id, placeOf(what));
  what.style.setProperty("--lifted", "1");
  what.dataset.aloft = "held";
}

/** What has been fetched anew since, or is not shown any more, is in nobody's hand either. */
export function land(id) {
  const what = document.getElementById(id);
  if (!aloft.delete(id) || !what || isHeld(what)) return;
  what.style.removeProperty("--lifted");
  what.dataset.aloft = "landing";
}

export const claim = (what) => own.set(what, Infinity);
export const release = (what) => own.set(what, performance.now() + ECHO);
export const isOwn = (what) => performance.now() < (own.get(what) ?? 0);
