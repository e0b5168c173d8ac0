/* Counters under the fields: how much is left, amber near the end, and how much is too much. */
const NEAR = 40;
const length = (field) => [...field.value.trim()].length;
const figure = new Intl.NumberFormat("en");

/** What is wrong with a field's length, in words; "" when nothing is. */
export function problemOf(field) {
  const over = length(field) - Number(field.dataset.most);
  const least = Number(field.dataset.least ?? 0);
  if (over > 0) return `That is ${figure.format(over)} ${over === 1 ? "character" : "characters"} too long.`;
  if (length(field) < least) return `A few more words, please: at least ${least} characters.`;
  return "";
}

function recount(field) {
  const hint = document.getElementById(`${field.id}-count`);
  hint.dataset.words ??= hint.textContent;
  const left = Number(field.dataset.most) - length(field);
  hint.dataset.tone = left < 0 ? "over" : left <= NEAR ? "near" : "";
  if (!length(field)) hint.textContent = hint.dataset.words;
  else hint.textContent = left < 0 ? `${figure.format(-left)} too many` : `${figure.format(left)} left`;
}

document.addEventListener("input", (event) => {
  const fields = event.target.matches?.("form") ? event.target.querySelectorAll("[data-most]") : [event.target];
  for (const field of fields) if (field.dataset?.most) recount(field);
});
