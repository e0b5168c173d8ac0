/* What was unfolded stays so when the desk or the speaker view is fetched anew. */
htmx.registerExtension("companion-open-details", {
  htmx_before_morph_attr: (element, { attrName }) => attrName !== "open" || !element.matches("details"),
});
