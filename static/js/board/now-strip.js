/* One line at the top of the board says what is being answered, whatever of the list waits. */
function show() {
  const strip = document.getElementById("now-strip");
  const card = document.querySelector('.question [data-status="now"]')?.closest(".question");
  const text = card?.querySelector(".question__text").textContent ?? "";
  const shown = strip.querySelector("a");
  if (card ? shown?.hash === `#${card.id}` && shown.textContent === text : !shown) return;
  strip.replaceChildren(...(card ? words(card, text) : []));
}

function words({ id }, text) {
  const [label, link] = [document.createElement("b"), document.createElement("a")];
  label.textContent = "Now:";
  Object.assign(link, { href: `#${id}`, textContent: text, dir: "auto" });
  return [label, " ", link];
}

document.addEventListener("htmx:after:swap", show);
