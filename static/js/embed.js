/* Players load when asked to, never before: until then nothing is fetched from elsewhere. */
const SANDBOX = "allow-scripts allow-same-origin allow-presentation allow-popups";
const ALLOW = "fullscreen; encrypted-media; picture-in-picture";

function offer() {
  document.querySelectorAll(".embed:not([data-loaded]) .embed__load").forEach((button) => (button.hidden = false));
}

function load(figure) {
  const frame = document.createElement("iframe");
  frame.sandbox = SANDBOX;
  frame.allow = ALLOW;
  frame.loading = "lazy";
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  frame.title = figure.dataset.embedTitle;
  frame.src = figure.dataset.embed;
  figure.dataset.loaded = "";
  figure.replaceChildren(frame);
  frame.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".embed__load");
  if (button) load(button.closest(".embed"));
});
document.addEventListener("htmx:after:swap", offer);
offer();
