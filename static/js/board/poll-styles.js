/* The first poll of a page that had none brings a style sheet: it is here before the poll is, or what is read would move. */
const LINKS = "link[rel=stylesheet]";
const addresses = (part) => [...part.querySelectorAll(LINKS)].map((link) => link.getAttribute("href"));
const awaited = new Set();

/** Whether what is fresh will look as it should; if not yet, `then` is called once it will, or never can. */
export function areStyled(fresh, then) {
  const wanted = addresses(fresh);
  const here = addresses(document);
  for (const href of wanted) if (!here.includes(href)) fetchSheet(href, then);
  return !wanted.some((href) => awaited.has(href));
}

function fetchSheet(href, then) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  awaited.add(href);
  for (const end of ["load", "error"]) link.addEventListener(end, () => then(awaited.delete(href)));
  document.head.append(link);
}
