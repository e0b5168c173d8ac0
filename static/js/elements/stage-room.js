/* What goes or comes by the clock moves nothing that is in view: it keeps its room, or waits outside, until nobody looks. */
const isIn = (element, phase) => element.dataset.when.split(" ").includes(phase);

export function keepRoom(stage, before, after) {
  for (const element of stage.querySelectorAll("[data-when]:not(.chip)")) {
    const wasSeen = "leaving" in element.dataset || (isIn(element, before) && !("arriving" in element.dataset));
    const isSeen = isIn(element, after);
    element.toggleAttribute("data-leaving", wasSeen && !isSeen);
    element.toggleAttribute("data-arriving", !wasSeen && isSeen);
  }
}

export function giveRoomBack(stage) {
  for (const element of stage.querySelectorAll("[data-leaving], [data-arriving]")) {
    delete element.dataset.leaving;
    delete element.dataset.arriving;
  }
}
