/* The entrance: the secret is behind the #, so that it reaches no log; it goes up once, in a form. */
import "./app.js";

const form = document.getElementById("enter");
const token = decodeURIComponent(location.hash.slice(1));
if (token) {
  history.replaceState(null, "", location.pathname);
  form.elements.token.value = token;
  form.querySelector(".enter__link").hidden = true;
}
form.addEventListener("submit", () => {
  const { token, link } = form.elements;
  token.value ||= link.value.trim().split("#").pop();
  link.value = "";
});
