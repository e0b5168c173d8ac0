/* Links and forms of a frame open beside it (the page's base says so); those to a place within it stay. */
addEventListener("click", ({ target }) => {
  const link = target.closest?.('a[href^="#"]');
  if (link) link.target = "_self";
}, { capture: true });
