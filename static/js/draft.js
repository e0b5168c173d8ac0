/* The draft: kept on this device until the server has acknowledged it, with one key of its own. */
const { talk } = document.body.dataset;
const DRAFT = `companion:draft:${talk}`;
const NAME = "companion:name";

/** What waits here: {text, detail, kind, key, isTried, isWaiting}, or null. */
export function draft() {
  return read(DRAFT);
}

/** Keep what is typed; a text that was changed after an attempt is a new question. */
export function keep({ text, detail, kind }) {
  if (!text.trim() && !detail.trim()) return drop();
  const old = draft();
  const isSame = old && old.text === text && old.detail === detail && old.kind === kind;
  if (isSame) return old;
  const key = old && !old.isTried ? old.key : newKey();
  return write(DRAFT, { text, detail, kind, key, isTried: false, isWaiting: false });
}

export const mark = (state) => draft() && write(DRAFT, { ...draft(), ...state });

export function drop() {
  write(DRAFT, null);
}

/** Hear of a draft that another tab has sent. */
export function onDropped(tell) {
  addEventListener("storage", ({ key, oldValue, newValue }) => {
    if (key === DRAFT && oldValue && newValue === null) tell(JSON.parse(oldValue).text);
  });
}

export const savedName = () => read(NAME) ?? { isUsed: false, name: "" };
export const saveName = (name) => write(NAME, name);

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const memory = new Map();

function read(key) {
  try {
    return memory.get(key) ?? JSON.parse(localStorage.getItem(key));
  } catch {
    return memory.get(key) ?? null;
  }
}

function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    memory.delete(key);
  } catch {
    memory.set(key, value);
  }
  return value;
}
