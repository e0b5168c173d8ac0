/* A text's direction is its own: browsers that keep the node may keep the direction of the text before. */
const OWN = "[dir=auto], bdi";
const FIELD = "input, textarea";

htmx.registerExtension("companion-direction", {
  htmx_before_morph_node(_element, { oldNode, newNode }) {
    if (oldNode.matches?.(OWN) && !oldNode.matches(FIELD) && !oldNode.querySelector(FIELD) && oldNode.textContent !== newNode.textContent) {
      oldNode.replaceChildren();
    }
    return true;
  },
});
