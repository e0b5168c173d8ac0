"""Texts that try to be more than text: Markdown, HTML, Liquid, YAML, and the page's own marks."""

from hypothesis import strategies as st

TEXTS = (
    "{{ site.title }} and {% raw %} x {% endraw %}",
    "--> <!-- /companion:qa --> and <!-- companion:qa -->",
    "--- # heading | table | a",
    "Is it C# or F#",
    "1. first of all 2) second",
    "* star *em* _em_ __strong__ `code` [x](y) ![i](j)",
    "a -- b --- c, as in git --amend",
    ": a definition",
    "===== a heading",
    "$$x^2$$ costs $5 ~~now~~ ~~~",
    "is $a_1 < b*c$ so?",
    "^ the end",
    "| a | b |",
    "<script>alert(1)</script> &amp; & <b>x</b> &lt; &#42;",
    "{: .cls} {::nomarkdown} {:toc} {#id}",
    "[^1]: a note [a]: http://b *[HTML]: abbr",
    "\\ one \\\\ two \\* three \\",
    "x" * 300,
    "מה שלום הדבורים?",
    "\u202ebackwards\u202c 🐝 bees 👩‍🔬",
    "    four spaces in front",
    "``` a fence",
    "http://example.org/a_b_c*d* <https://x.y>",
    "<!-- a comment that never ends",
    "'quoted' \"text\" <<x>> ...",
    "{% include x %} {{ '{{' }} \\{{ x }} {% assign a = 1 %}",
    "=cmd|' /C calc'!A0",
    "null",
    "yes: no",
    "- a\u2028b\u0085c\x0bd",
    "{{",
    "{%",
    "%}",
)
MARKS = st.text(st.sampled_from("{}%<>!-=#*_`~|[]()\\:$^+&;'\".1a \u05d0"), min_size=1)
ANY = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)
hostile_texts = st.one_of(st.sampled_from(TEXTS), MARKS, ANY)
BLOCKS = (
    *(
        "",
        "- item",
        "  - nested",
        "+",
        "1. one",
        "2. two",
        "> quote",
        ">",
        "```",
        "~~~",
        "    code",
    ),
    *("# heading", "---", "***", "**b** *i* `c`", "`a{{b}}`", "_x_", "\\*", "\ttab"),
    *("[a link](https://example.org/a_b)", "https://example.org/x?a=1&b=2"),
)
hostile_pages = st.lists(st.one_of(hostile_texts, st.sampled_from(BLOCKS)), max_size=9).map(
    "\n".join
)
