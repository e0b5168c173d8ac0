/* What this device keeps for its reader; without storage, as long as the page is open. */
const memory = new Map();
const { path = "" } = document.body.dataset; // of a host that other series may share
const nameOf = (key) => `companion${path}:${key}`;

export function load(key) {
  try {
    return memory.get(key) ?? JSON.parse(localStorage.getItem(nameOf(key)));
  } catch {
    return memory.get(key) ?? null;
  }
}

/** Save a value, or forget it when it is null; return it. */
export function save(key, value) {
  try {
    if (value === null) localStorage.removeItem(nameOf(key));
    else localStorage.setItem(nameOf(key), JSON.stringify(value));
    memory.delete(key);
  } catch {
    memory.set(key, value);
  }
  return value;
}

/** Hear of what another tab has saved. */
export const onSaved = (key, hear) => addEventListener("storage", (saved) => saved.key === nameOf(key) && hear(saved));

/** A key of one's own: what is sent twice with it is there once. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
