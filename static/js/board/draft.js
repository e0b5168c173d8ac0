/* The draft: kept on this device until the server has acknowledged it, with one key of its own. */
import { keep as store, newKey, recall } from "../lib/storage.js";

const { talk } = document.body.dataset;
const DRAFT = `companion:draft:${talk}`;
const NAME = "companion:name";

/** What waits here: {text, detail, kind, key, isTried, isWaiting}, or null. */
export function draft() {
  return recall(DRAFT);
}

/** Keep what is typed; a text that was changed after an attempt is a new question. */
export function keep({ text, detail, kind }) {
  if (!text.trim() && !detail.trim()) return drop();
  const old = draft();
  const isSame = old && old.text === text && old.detail === detail && old.kind === kind;
  if (isSame) return old;
  const key = old && !old.isTried ? old.key : newKey();
  return store(DRAFT, { text, detail, kind, key, isTried: false, isWaiting: false });
}

export const mark = (state) => draft() && store(DRAFT, { ...draft(), ...state });

export function drop() {
  store(DRAFT, null);
}

/** Hear of a draft that another tab has sent. */
export function onDropped(tell) {
  addEventListener("storage", ({ key, oldValue, newValue }) => {
    if (key === DRAFT && oldValue && newValue === null) tell(JSON.parse(oldValue).text);
  });
}

export const savedName = () => recall(NAME) ?? { isUsed: false, name: "" };
export const saveName = (name) => store(NAME, name);
