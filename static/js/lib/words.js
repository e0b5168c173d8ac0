/* What scripts say, in the page's language: English stands in the code, other languages come with the page. */
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const { lang } = document.documentElement;
const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

/** How days and figures are written: in English as in Britain. */
export const locale = lang === "en" ? "en-GB" : lang;

/** A sentence; each value goes where its name stands, as %(name)s. */
export const gettext = (id, values = {}) => fill(words[id] ?? id, values);

/** A sentence about one thing or several; %(num)s is how many. */
export function ngettext(one, many, num, values = {}) {
  const said = words[""] && words[one]?.[formOf(num)];
  return fill(said ?? (num === 1 ? one : many), { num, ...values });
}

/* Each number below 200 has its form, and beyond that those of the same last two digits above 100. */
const formOf = (num) => words[""][num < 200 ? num : 100 + (num % 100)];
