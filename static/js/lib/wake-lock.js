/* A screen that is looked at and not touched stays lit. */
async function stayAwake() {
  if (document.hidden) return;
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    /* A low battery may refuse: then the device does as it does. */
  }
}

document.addEventListener("visibilitychange", stayAwake);
document.addEventListener("pointerdown", stayAwake, { once: true });
stayAwake();
