/* A link that names a line of the text leads to just that line. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-line]");
  const area = link && document.querySelector(link.hash);
  if (!area) return;
  event.preventDefault();
  const lines = area.value.split("\n");
  const at = Math.min(Number(link.dataset.line) || 1, lines.length) - 1;
  const start = lines.slice(0, at).reduce((sum, line) => sum + line.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + lines[at].length);
  area.scrollTop = (area.scrollHeight / lines.length) * at - area.clientHeight / 3;
});
