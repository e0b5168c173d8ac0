/* Where the browser keeps no cookie for this frame, what is sent goes as a plain form, and so to the talk's own page. */
const NAME = "companion-try";
const KIND = location.protocol === "https:" ? "Secure; SameSite=None; Partitioned" : "SameSite=Lax";

/** What holds for a cookie of ours that no script sees holds for this one. */
function keepsCookies() {
  const write = (value, age) => (document.cookie = `${NAME}=${value}; Path=${location.pathname}; Max-Age=${age}; ${KIND}`);
  write("1", 60);
  const isKept = document.cookie.includes(NAME);
  write("", 0);
  return isKept;
}

if (!keepsCookies()) {
  document.getElementById("stranger").hidden = false;
  addEventListener("submit", (event) => event.target.method === "post" && event.stopImmediatePropagation(), { capture: true });
}
