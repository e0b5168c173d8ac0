/** The desk that is about to be swapped in, if there is one; with a refusal comes one that is not. */
export function freshDesk(tasks) {
  const shown = tasks.filter(({ swapSpec }) => swapSpec.style !== "none");
  return shown.map(({ fragment }) => fragment.querySelector?.("#desk")).find(Boolean);
}
