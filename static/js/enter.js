/* The entrance: the secret is behind the #, so that it reaches no log; it goes up once, in a form. */
import "./app.js";
import { gettext } from "./lib/words.js";

const form = document.getElementById("enter");

function take() {
  const token = secret(location.hash.slice(1));
  if (!token) return;
  history.replaceState(null, "", location.pathname);
  form.elements.token.value = token;
  form.querySelector(".enter__link").hidden = true;
  sayWhat(token);
}

/** Say what the link opens, before anybody goes in. */
async function sayWhat(token) {
  const answer = await fetch(form.dataset.what, { method: "POST", body: new URLSearchParams({ token }) }).catch(() => null);
  const what = answer?.ok ? await answer.text() : "";
  if (what) document.getElementById("enter-title").textContent = gettext("Sign in as %(role)s", { role: what });
}

/** Some mail programs escape what is behind the #; what is escaped wrongly is taken as it is. */
function secret(hash) {
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
}

addEventListener("hashchange", take);
form.addEventListener("submit", () => {
  const { token, link } = form.elements;
  token.value ||= secret(link.value.trim().split("#").pop());
  link.value = "";
});
take();
