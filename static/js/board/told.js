/* What became of one's own questions: said by the tab's title while the page is in the background. */
const title = document.title;
const read = () => new Map([...document.querySelectorAll("#mine .mine__item")].map((item) => [item.id, words(item)]));
const words = (item) => item.querySelector(".mine__status").textContent.trim().replace(/[:;].*/s, "");
let known = read();

/** A card's own word on where it stands follows the line that was broadcast. */
function followStatus() {
  for (const line of document.querySelectorAll("#questions .question__status")) line.parentElement.dataset.status = line.dataset.stands;
}

function note() {
  followStatus();
  const now = read();
  const [news] = [...now].filter(([id, says]) => known.has(id) && known.get(id) !== says);
  if (news && document.hidden) document.title = `${news[1]} · ${title}`;
  known = now;
}

document.addEventListener("htmx:after:swap", note);
document.addEventListener("visibilitychange", () => document.hidden || (document.title = title));
