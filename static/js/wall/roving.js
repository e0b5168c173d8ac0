/* Of all notes Tab reaches one, with its buttons; arrow keys go from note to note, as they are read. */
const all = () => [...document.querySelectorAll("#wall .note")];
const listOf = (note) => note.parentElement;
let current = "";

/** Have one note, the last that had the focus, be what Tab reaches. */
export function settle() {
  const notes = all();
  const one = notes.find(({ id }) => id === current) ?? notes[0];
  for (const note of notes) setOrder(note, note === one ? 0 : -1);
}

function setOrder(note, order) {
  for (const each of [note, ...note.querySelectorAll("a, button")]) each.tabIndex = order;
  note.setAttribute("aria-labelledby", `${note.id}-text ${note.id}-meta`);
  if (order === 0) sayWhere(note);
}

/** Which of how many it is in its list, for a list does not say so of what has the focus. */
function sayWhere(note) {
  const notes = [...listOf(note).querySelectorAll(":scope > .note")];
  note.setAttribute("aria-posinset", notes.indexOf(note) + 1);
  note.setAttribute("aria-setsize", notes.length);
}

function firstOf(list) {
  return list?.querySelector(":scope > .note") ?? null;
}

/** The first note of the next list that has one: of those not placed, of a cluster, or of the others. */
function across(note, by) {
  const lists = [...new Set(all().map(listOf))];
  return firstOf(lists[lists.indexOf(listOf(note)) + by]);
}

/** The note to which a key leads from another one, null for none, undefined where it is no such key. */
export function led(note, key) {
  const [notes, forward] = [all(), document.documentElement.dir === "rtl" ? -1 : 1];
  const at = notes.indexOf(note);
  const ways = {
    ArrowUp: () => notes[at - 1] ?? null,
    ArrowDown: () => notes[at + 1] ?? null,
    ArrowLeft: () => across(note, -forward),
    ArrowRight: () => across(note, forward),
    Home: () => notes[0],
    End: () => notes[notes.length - 1],
  };
  return ways[key]?.();
}

document.addEventListener("focusin", ({ target }) => {
  const note = target.closest?.("#wall .note");
  if (!note) return;
  if (note.id !== current) document.querySelectorAll("#wall .note[tabindex='0']").forEach((other) => setOrder(other, -1));
  current = note.id;
  setOrder(note, 0);
});
settle();
