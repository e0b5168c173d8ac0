/* The lists that notes and clusters are in: their order, how many wait, and how large the map is. */
const ROW = 120;
const FEW = 25;
const inbox = () => document.getElementById("wall-inbox");
const rank = ({ dataset: { x, y, id } }) => [Math.floor(Number(y) / ROW), Number(x), Number(id)];

function isBefore(one, other) {
  const at = one.findIndex((figure, place) => figure !== other[place]);
  return at >= 0 && one[at] < other[at];
}

/** What comes after a note or cluster in a list, null for nothing; the server has them from the top, and in one row from the left. */
export function after(what, id) {
  const mine = rank(what);
  const others = [...document.getElementById(id).children];
  return others.find((other) => other !== what && isBefore(mine, rank(other))) ?? null;
}

/** Have something be in a list, before another one where that matters, the focus kept. */
export function bring(what, id, next) {
  const list = document.getElementById(id);
  if (what.parentElement === list && (next === undefined || what.nextElementSibling === next)) return;
  const focused = document.activeElement;
  if (list.moveBefore) list.moveBefore(what, next ?? null);
  else list.insertBefore(what, next ?? null);
  if (document.activeElement !== focused) focused.focus({ preventScroll: true });
}

/** The map is as large as what is on it, with some room to the right and below. */
export function makeRoom(...sizes) {
  const { style } = document.getElementById("wall-notes");
  ["--width", "--height"].forEach((name, at) => {
    if (sizes[at] > (parseFloat(style.getPropertyValue(name)) || 0)) style.setProperty(name, `${sizes[at]}px`);
  });
}

/** Of the notes that are not placed yet a page has the first. */
export function count() {
  document.getElementById("wall-waiting").textContent = inbox().children.length + Number(inbox().dataset.more);
}

/** Whether many that wait have been placed, and others wait that the page does not have yet. */
export const awaitsMore = () => Number(inbox().dataset.more) > 0 && inbox().children.length < FEW;
