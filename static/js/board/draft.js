/* The draft: kept on this device until the server has acknowledged it, with one key of its own. */
import { load, newKey, onSaved, save } from "../lib/storage.js";

const { talk, draft: kind = "draft" } = document.body.dataset; // a note on the wall is another draft
const DRAFT = `${kind}:${talk}`;
const NAME = "name";

/** What waits here: {text, detail, kind, key, isTried, isWaiting}, or null. */
export function draft() {
  return load(DRAFT);
}

/** Keep what is typed; a text that was changed after an attempt is a new question. */
export function keep({ text, detail, kind }) {
  if (!text.trim() && !detail.trim()) return discard();
  const old = draft();
  const isSame = old && old.text === text && old.detail === detail && old.kind === kind;
  if (isSame) return old;
  const key = old && !old.isTried ? old.key : newKey();
  return save(DRAFT, { text, detail, kind, key, isTried: false, isWaiting: false });
}

export const mark = (state) => draft() && save(DRAFT, { ...draft(), ...state });

export function discard() {
  save(DRAFT, null);
}

/** Hear of a draft that another tab has sent. */
export function onDiscarded(hear) {
  onSaved(DRAFT, ({ oldValue, newValue }) => {
    if (oldValue && newValue === null) hear(JSON.parse(oldValue).text);
  });
}

export function recallName({ elements }) {
  const { isUsed, name } = load(NAME) ?? { isUsed: false, name: "" };
  const check = elements.namedItem("ask-named");
  check.checked ||= isUsed;
  elements.name.value ||= name;
  elements.name.disabled = !check.checked;
}

export function keepName({ elements }) {
  const { checked: isUsed } = elements.namedItem("ask-named");
  elements.name.disabled = !isUsed;
  save(NAME, { isUsed, name: elements.name.value });
}
