/* One line at the top of the board says what is being answered, whatever of the list waits. */
function show() {
  const strip = document.getElementById("now-strip");
  const card = document.querySelector('.question [data-status="now"]')?.closest(".question");
  const text = card?.querySelector(".question__text").textContent ?? "";
  const shown = strip.querySelector("a");
  if (card ? shown?.hash === `#${card.id}` && shown.lastChild.textContent === text : !shown) return;
  strip.replaceChildren(...(card ? [link(card, text)] : []));
}

function link({ id }, text) {
  const [link, label, question] = ["a", "b", "bdi"].map((name) => document.createElement(name));
  link.href = `#${id}`;
  label.textContent = "Now:";
  question.textContent = text;
  link.append(label, " ", question);
  return link;
}

document.addEventListener("htmx:after:swap", show);
