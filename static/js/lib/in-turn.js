/* One request at a time for one thing: two that go different ways may arrive in the other order. */
const last = new Map();

export const isInTurn = (key) => last.has(key);

/** Send once all that was sent for the same key has been answered, or was given up. */
export async function inTurn(key, send) {
  const turn = (last.get(key) ?? Promise.resolve()).then(send, send);
  last.set(key, turn);
  try {
    return await turn;
  } finally {
    if (last.get(key) === turn) last.delete(key);
  }
}
