/* Tells the page around this frame how tall it would like to be, if that is one that may show it and asks. */
const parents = document.body.dataset.parents.split(" ");
let asker = "";

function answer() {
  const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
  if (asker) parent.postMessage({ companion: "height", height }, asker);
}

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || source === window || !parents.includes(origin) || data?.companion !== "hello") return;
  asker = origin;
  answer();
});
new ResizeObserver(answer).observe(document.documentElement);
