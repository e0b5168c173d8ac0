/* Equals do not change places under an eye: only where nobody sees it, or once the board has been calm for a while. */
import { isInView } from "./idle.js";
import { compare } from "./order.js";

const CALM = 10_000;
let wanted = "";
let wantedSince = 0;

const idsOf = (cards) => cards.map(({ id }) => id).join();

/** Whether it is time to put the cards that are shown in the order of a page opened now. */
export function mayTidy(shown) {
  const order = idsOf([...shown].sort(compare));
  if (order !== wanted) [wanted, wantedSince] = [order, Date.now()];
  return order !== idsOf(shown) && (!isInView() || Date.now() - wantedSince > CALM);
}
