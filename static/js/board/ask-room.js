/* Where the ask form was stays free until the page is opened anew, or the form is back. */
const form = () => document.getElementById("ask-form");
const strip = () => document.getElementById("now-strip");
let room = 0;

function roomBelowStrip() {
  return document.getElementById("board-scroll").getBoundingClientRect().top - strip().getBoundingClientRect().bottom;
}

export function measureAskRoom() {
  if (form()) room = roomBelowStrip();
}

/** What could not be sent stands in that room now, and takes its part of it. */
export function keepAskRoom() {
  const { style } = strip();
  style.marginBlockEnd = `${room}px`;
  style.marginBlockEnd = `${Math.max(0, 2 * room - roomBelowStrip())}px`;
}

export function giveAskRoomBack() {
  strip().style.marginBlockEnd = "";
}
