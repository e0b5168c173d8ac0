/* The colours of notes, in their order, and what they are called. */
import { gettext } from "../lib/words.js";

export const NAMES = {
  "": gettext("plain"),
  yellow: gettext("yellow"),
  orange: gettext("orange"),
  red: gettext("red"),
  pink: gettext("pink"),
  purple: gettext("purple"),
  blue: gettext("blue"),
  green: gettext("green"),
  grey: gettext("grey"),
};
