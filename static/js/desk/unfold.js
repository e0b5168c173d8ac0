/* What is unfolded low on the screen comes into view: the dock stands before it. */
document.addEventListener("toggle", ({ target }) => {
  if (!target.open || !target.closest("#desk-cards > li")) return;
  target.lastElementChild.scrollIntoView({ block: "nearest", behavior: "instant" });
}, { capture: true });
