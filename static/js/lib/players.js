/* Players load when asked to, never before: until then nothing is fetched from elsewhere.
   A question's time plays the recording from there. */
const SANDBOX = "allow-scripts allow-same-origin allow-presentation allow-popups";
const ALLOW = "autoplay; fullscreen; encrypted-media; picture-in-picture";

function load(figure, src = figure.dataset.embed) {
  const frame = document.createElement("iframe");
  frame.sandbox = SANDBOX;
  frame.allow = ALLOW;
  frame.loading = "lazy";
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  frame.title = figure.dataset.embedTitle;
  frame.src = src;
  figure.dataset.loaded = "";
  figure.replaceChildren(frame);
  frame.focus({ preventScroll: true });
}

/** Play from a question's second; where no player is to be seen, the link leads to one. */
function playFrom(event, link) {
  const figure = document.querySelector(".embed--recording");
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
  if (elsewhere || !figure?.getClientRects().length) return;
  event.preventDefault();
  load(figure, link.dataset.play);
  figure.scrollIntoView({ block: "center" });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".embed__load");
  const link = event.target.closest("[data-play]");
  if (button) load(button.closest(".embed"));
  if (link) playFrom(event, link);
});
