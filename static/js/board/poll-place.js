/* A poll that opens, and a rating, move nothing that is typed, held or read: they wait, and the line at the top of the board says so. */
import { refresher } from "../lib/refresher.js";
import { gettext } from "../lib/words.js";
import { isBusy, isTouched } from "./busy.js";
import { areStyled } from "./poll-styles.js";

const LOOKS = 600;
const FIELDS = "textarea, input:not([type=radio], [type=checkbox])";
const shown = (part) => [...part.querySelectorAll(".poll, #rating-form")].map(({ id }) => id).join();
const asked = (part) => part.querySelector('.poll[data-state="open"] .poll__text bdi, #rating-title')?.textContent ?? "";
/** A rating is long: whoever has scrolled reads what it would push away. */
const isRead = (id) => id === "rating" && scrollY > 0;
const mayMove = (id) => !isTouched() && !isBusy() && !document.activeElement.matches(FIELDS) && !isRead(id);
export const places = { polls: refresher("polls"), rating: refresher("rating") };
const asks = {};
const waits = {};
export const labelOf = (id) => (id === "rating" ? gettext("Rating:") : gettext("Poll:"));

/** Where something waits that asks, and what. */
export const waiting = () => Object.entries(waits).find(([, text]) => text) ?? [];

/** Whether a fresh part may be laid in now; where it takes other room it waits until nobody minds. */
export function mayLayIn(place, fresh) {
  const { id } = place;
  const isSame = shown(fresh) === shown(place);
  const text = asked(fresh);
  if (!isSame && text && text !== asks[id]) document.getElementById("announcer").textContent = `${labelOf(id)} ${text}`;
  asks[id] = text;
  if (isSame || mayMove(id)) delete waits[id];
  else waits[id] = text;
  return !(id in waits) && areStyled(fresh, () => (isSame ? bring([id]) : bringCalmly(id, text)));
}

/** Whether what has waited, or was asked for, may be laid in now; else it is fetched again. */
export const mayCome = ({ id }, fresh) => areStyled(fresh, () => bring([id]));

function bringCalmly(id, text) {
  waits[id] = text;
  if (mayMove(id)) bring([id]);
}

function bring(ids = Object.keys(waits)) {
  for (const id of ids) {
    delete waits[id];
    places[id].refresh();
  }
}

document.addEventListener("click", ({ target }) => target.closest("#now-strip") && bring());
setInterval(() => bring(Object.keys(waits).filter(mayMove)), LOOKS);
