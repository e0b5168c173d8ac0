/* Signing in with a passkey, and making one: what the browser answers goes up in the page's own form. */
import "./app.js";
import { gettext } from "./lib/words.js";

const CANCELLED = gettext("No passkey was given. Try again, or choose another way.");
const HERE_ALREADY = gettext("There is a passkey for you on this device already.");
const LOST = gettext("The server did not answer. Try again in a moment.");
const form = document.querySelector("form[data-passkey]");
const Key = window.PublicKeyCredential;
const canRead = Boolean(Key?.parseRequestOptionsFromJSON && Key.parseCreationOptionsFromJSON);

const asks = {
  use: (asked) => navigator.credentials.get({ publicKey: Key.parseRequestOptionsFromJSON(asked) }),
  make: (asked) => navigator.credentials.create({ publicKey: Key.parseCreationOptionsFromJSON(asked) }),
};

function say(words) {
  form.querySelector("[role=alert]").textContent = words;
}

async function challenge() {
  const answer = await fetch(form.dataset.challenge, { method: "POST" }).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

async function ask(event) {
  event.preventDefault();
  say("");
  const asked = await challenge();
  if (!asked) return say(LOST);
  try {
    const key = await asks[form.dataset.passkey](asked);
    form.elements.answer.value = JSON.stringify(key);
    form.submit();
  } catch (error) {
    say(error.name === "InvalidStateError" ? HERE_ALREADY : CANCELLED);
  }
}

if (form && canRead) {
  form.hidden = false;
  for (const hint of document.querySelectorAll("[data-without-passkeys]")) hint.hidden = true;
  form.addEventListener("submit", ask);
}
