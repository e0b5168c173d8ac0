from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from companion.board.richtext import answer_to_html, headline_to_html, to_html
from tests.support.html import part

REL = 'rel="noopener noreferrer nofollow ugc"'
ALLOWED = {"p", "code", "pre", "a", "span", "br"}


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("", ""),
        ("one line", "<p>one line</p>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>\n"),
        ("use `x < 1`", "<p>use <code>x &lt; 1</code></p>\n"),
        ("```\na < b\n  c\n```", "<pre><code>a &lt; b\n  c\n</code></pre>\n"),
        ("```python\nx\n```", "<pre><code>x\n</code></pre>\n"),
        ('```"><script>\nx\n```', "<pre><code>x\n</code></pre>\n"),
        ("```\nnever closed", "<pre><code>never closed</code></pre>\n"),
        ("~~~\nx\n~~~", "<pre><code>x\n</code></pre>\n"),
    ],
)
def test_paragraphs_and_code(typed, html):
    assert to_html(typed) == html


@pytest.mark.parametrize(
    "typed",
    [
        "# no heading",
        "*no* **emphasis**",
        "- no list",
        "1. no list",
        "> no quotation",
        "[no link](/talks/talk)",
        "![no image](x)",
        "| no | table |",
        "---",
        "no\n---",
        "&amp; &copy;",
    ],
)
def test_everything_else_is_only_text(typed):
    found = part(to_html(typed))

    text = "".join(found.itertext())
    assert "".join(text.split()) == "".join(typed.split())
    assert {element.tag for element in found.iter()} <= {"body", "p", "br"}


def test_a_bare_address_is_a_link():
    assert to_html("see https://example.org/bees.") == (
        f'<p>see <a href="https://example.org/bees" {REL}>https://example.org/bees</a>.</p>\n'
    )


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("https://bank.example@evil.example/login", "evil.example"),
        ("https://bank.example:443@evil.example/login", "evil.example"),
        ("https://xn--bnk-qla.example/login", "xn--bnk-qla.example"),
        ("https://example.org.@evil.example", "evil.example"),
        ("https://EXAMPLE.org/", "example.org"),
        ("https://bänk.example/login", "xn--bnk-qla.example"),
    ],
)
def test_a_link_whose_text_could_deceive_says_its_host(typed, host):
    found = part(to_html(typed))
    [link] = found.iter("a")
    [said] = found.iter("span")

    assert said.text == f"({host})"
    assert urlsplit(link.get("href")).hostname == host


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox(1)",
        "file:///etc/passwd",
        "mailto:ada@example.org",
        "ada@example.org",
        "example.org",
        "www.example.org",
        "//example.org",
        "ftp://example.org/a",
        "[x](javascript:alert(1))",
        "<javascript:alert(1)>",
        "<https://example.org>",
    ],
)
def test_other_schemes_and_half_addresses_stay_text(typed):
    hrefs = [element.get("href") for element in part(to_html(typed)).iter("a")]

    assert [href for href in hrefs if not href.startswith("https://")] == []


XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</p></div><script>alert(1)</script>",
    "`</code><script>alert(1)</script>`",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "```x onmouseover=alert(1)\ny\n```",
    '```" onmouseover="alert(1)\ny\n```',
    'https://example.org/"onmouseover="alert(1)',
    "https://example.org/'onmouseover='alert(1)",
    "https://example.org/<script>alert(1)</script>",
    "https://example.org/`onclick=alert(1)`",
    "https://example.org/?a=1&amp;b=<b>",
    'https://example.org"><img src=x onerror=alert(1)>',
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<hx-partial hx-target='#board'>gone</hx-partial>",
    "{{ 7 * 7 }} {% raw %}",
    "\u202e<script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!-- --><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
]


def harmless(html: str) -> None:
    found = part(html)
    for element in list(found.iter())[1:]:
        assert element.tag in ALLOWED
        allowed = {"a": {"href", "rel"}, "span": {"class"}}.get(element.tag, set())
        assert set(element.attrib) <= allowed
        if element.tag == "a":
            assert element.get("href").startswith(("http://", "https://"))
            assert element.get("rel") == "noopener noreferrer nofollow ugc"


@pytest.mark.parametrize("typed", XSS)
def test_nothing_typed_becomes_markup(typed):
    harmless(to_html(typed))
    harmless(to_html(f"before {typed} after"))


@given(st.text(alphabet=st.sampled_from("`~<>\"'&:/@.[]()!#*-_ \n\thtpsjavcriex0é")))
def test_whatever_is_typed_is_harmless(typed):
    harmless(to_html(typed))


@given(st.lists(st.sampled_from([*"[]()*_.:/ab ", "http", "://", "http://"])).map("".join))
@example("ab.org[http://p://")
def test_whatever_an_answer_links_to_it_can_be_shown(typed):
    answer_to_html(typed)


@pytest.mark.parametrize("typed", ["`" * 1_000, "https://a.b/" * 80, "[" * 1_000, "``` " * 250])
def test_the_longest_detail_is_quick(typed):
    harmless(to_html(typed))


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("use `x < 1`?", "use <code>x &lt; 1</code>?"),
        (
            "see https://example.org/bees?",
            f'see <a href="https://example.org/bees" {REL}>https://example.org/bees</a>?',
        ),
        ("Why *not* [so](https://example.org)?", None),
        ("# no heading, - no list, > no quotation", "# no heading, - no list, &gt; no quotation"),
        ("    no code by indenting", "    no code by indenting"),
        ("```no fence```", "<code>no fence</code>"),
        ("` one alone", "` one alone"),
    ],
)
def test_a_headline_has_code_and_links_and_is_one_line(typed, html):
    found = headline_to_html(typed)

    assert "<p>" not in found
    assert html is None or found == html


@pytest.mark.parametrize("typed", XSS)
def test_nothing_typed_into_a_headline_becomes_markup(typed):
    harmless(headline_to_html(typed))


@pytest.mark.parametrize(
    ("typed", "words", "host"),
    [
        ("[the paper](https://example.org/a)", "the paper", "example.org"),
        ("[`code`](https://example.org/a)", "code", "example.org"),
        ("[https://bank.example](https://evil.example)", "https://bank.example", "evil.example"),
        ("[http://a.example.org](http://a.example)", "http://a.example.org", "a.example"),
        ("[a b](HTTPS://example.org)", "a b", "example.org"),
    ],
)
@pytest.mark.parametrize("reads", [to_html, answer_to_html])
def test_a_link_with_words_says_where_it_leads(reads, typed, words, host):
    found = part(reads(typed))
    [link], [said] = found.iter("a"), found.iter("span")

    assert ("".join(link.itertext()), said.text) == (words, f"({host})")
    assert link.get("rel") == "noopener noreferrer nofollow ugc"


@pytest.mark.parametrize("reads", [to_html, answer_to_html])
@pytest.mark.parametrize(
    "address", ["/talks/talk", "//evil.example", "mailto:a@b.org", "data:text/html,x", "#a", "x"]
)
def test_a_link_leads_to_the_web_or_is_none(reads, address):
    assert "<a " not in reads(f"[no link]({address})")
