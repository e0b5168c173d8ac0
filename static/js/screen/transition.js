/* Only another picture comes in with a transition; what has not changed stays still. */
const pictureOf = (html) => new DOMParser().parseFromString(html, "text/html").getElementById("screen")?.dataset.picture;

htmx.registerExtension("companion-picture", {
  htmx_before_swap(source, { ctx, tasks }) {
    if (source.id !== "screen" || pictureOf(ctx.text) !== source.dataset.picture) return true;
    for (const { swapSpec } of tasks) if (swapSpec) swapSpec.transition = false;
    return true;
  },
});
