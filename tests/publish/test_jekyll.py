"""A site built by Jekyll shows what people wrote, as they wrote it, and nothing of it does more."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.board import richtext
from companion.exports.dataset import QuestionRecord
from companion.publish.block import markdown
from companion.publish.splice import spliced
from companion.store.models import Status
from tests.support.entries import ENTRY
from tests.support.hostile import TEXTS, hostile_pages, hostile_texts
from tests.support.html import part
from tests.support.jekyll import build_site, needs_jekyll

pytestmark = [pytest.mark.slow, needs_jekyll]
REAL = Path(__file__).parents[3] / "shared" / "real-talks"
EMPTY = re.compile(r"<(li|ul|ol|blockquote)( [^>]*)?>\s*</\1>")
HOST = re.compile(r' <span class="link-host">.*?</span>')
BEFORE = re.compile(r"\s*<p>(?:Not answered yet|<strong>Answer:</strong>)</p>\s*")
ISOLATES = re.compile("[\u2068\u2069]")
FRONT = "---\ntitle: Bees\n---\n\n"
DETAIL = """- not a list
  1. nor this
# no heading
---
> no quote

Setext
======
| a | b |
|---|---|

```
code {{ site.title }} {% raw %} <b>

  --> <!-- /companion:qa -->
```
after `{{ in }}line` https://example.org/a_b?c=1&d=2"""
ANSWER = """**bold** *slanted* [a link](https://example.org/?a="b"&c=(d))

- one
- two
  - nested

    ```
    nested {{ code }}

      more
    ```
- three

7. first
8. second

> quoted
> - list

# no heading
<div>no html {{ site.title }}</div>"""


class Reader(HTMLParser):
    """Reads the text of each heading by its id, and which elements are in it."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: dict[str, str] = {}
        self.elements: list[tuple[str, str]] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.inside:
            self.elements.append((self.inside, tag))
        if tag == "h3":
            self.inside = dict(attrs)["id"] or ""
            self.headings[self.inside] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "h3":
            self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.headings[self.inside] += data


def plain(text: str) -> str:
    """Undo what kramdown does to everybody's quotes, and to white space."""
    marks = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "…": "..."})
    return " ".join(text.translate(marks).split())


def written(entries: list[QuestionRecord]) -> str:
    block = markdown(entries)
    return spliced(Path("talk.md"), f"{FRONT}before\n".encode(), block).decode() + "\nafter\n"


def build(folder: Path, page: str) -> str:
    site = folder / "site"
    site.mkdir(exist_ok=True)
    (site / "talk.md").write_text(page, encoding="utf-8", newline="")
    return (build_site(site) / "talk.html").read_text(encoding="utf-8")


def numbered(texts: list[str], **values: object) -> list[QuestionRecord]:
    return [replace(ENTRY, number=at, text=text, **values) for at, text in enumerate(texts)]


def headings_of(html: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    reader = Reader()
    reader.feed(HOST.sub("", html))
    return {key: plain(text) for key, text in reader.headings.items()}, reader.elements


def on_the_board(text: str) -> str:
    return richtext.headline_to_html(" ".join(text.split()))


def check_headings(html: str, texts: list[str]) -> None:
    shown = (f'<h3 id="qa-{at}">{on_the_board(text)}</h3>' for at, text in enumerate(texts))
    assert headings_of(html) == headings_of("".join(shown))
    assert html.startswith("<p>before</p>")
    assert html.endswith("<p>after</p>\n")


def test_every_text_is_shown_as_on_the_board(tmp_path):
    check_headings(build(tmp_path, written(numbered(list(TEXTS)))), list(TEXTS))


@given(st.lists(hostile_texts.filter(str.strip), min_size=30, max_size=60))
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_text(tmp_path, texts):
    check_headings(build(tmp_path, written(numbered(texts))), texts)


def text_of(html: str) -> str:
    root = part(html)
    return "".join(root.itertext())


def test_names_and_details_are_text_too(tmp_path):
    entries = [
        replace(ENTRY, number=at, text="Bees?", author=text, detail=text, askers=2)
        for at, text in enumerate(TEXTS)
    ]

    html = build(tmp_path, written(entries))

    for at, text in enumerate(TEXTS):
        last = at + 1 == len(TEXTS)
        end = "<!-- /companion:qa -->" if last else f'<h3 id="qa-{at + 1}"'
        shown = ISOLATES.sub("", text_of(html[html.index(f'<h3 id="qa-{at}"') : html.index(end)]))
        detail = text_of(richtext.to_html(text))
        by = f"Asked by {text} and 1 other"
        assert plain(shown) == plain(f"Bees? Not answered yet · {by} {detail}")


def said(html: str) -> tuple[str, list[str]]:
    """Return the text of some HTML, and its elements but for paragraphs, breaks and empty lists.

    A list's first number belongs to its element.
    """
    for _ in range(9):
        html = EMPTY.sub("", html)
    root = part(HOST.sub("", html))
    kept = (item for item in root.iter() if item.tag not in ("p", "br"))
    elements = [item.tag + item.get("start", "") for item in kept]
    return plain("".join(root.itertext())), elements


@pytest.mark.parametrize("part", ["detail", "answer"])
@given(pages=st.lists(hostile_pages.filter(str.strip), min_size=20, max_size=40))
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_details_and_answers_say_what_they_say_on_the_board(tmp_path, part, pages):
    entries = [
        replace(ENTRY, number=at, text="Bees?", **{part: page}) for at, page in enumerate(pages)
    ]
    on_the_board = richtext.to_html if part == "detail" else richtext.answer_to_html

    html = build(tmp_path, written(entries)).partition("<!-- /companion:qa -->")[0]

    shown = [BEFORE.sub("", one) for one in re.split(r'<h3 id="qa-\d+".*?</h3>', html)[1:]]
    assert [said(one) for one in shown] == [said(on_the_board(page)) for page in pages]


@pytest.mark.parametrize(
    ("link", "href"),
    [
        ("https://youtu.be/a_b_c-d?t=2467&x=1", "https://youtu.be/a_b_c-d?t=2467&x=1"),
        ("https://vimeo.com/1#t=2467s", "https://vimeo.com/1#t=2467s"),
        (
            'https://example.org/*a*_(b)?c={{ site.title }}&d="e"|<f>',
            "https://example.org/*a*_%28b%29?c=%7B%7B%20site.title%20%7D%7D&d=%22e%22%7C%3Cf%3E",
        ),
    ],
)
def test_a_link_into_the_recording_leads_there(tmp_path, link, href):
    entry = replace(ENTRY, text="Bees?", status=Status.ANSWERED, offset=2467, link=link)

    html = build(tmp_path, written([entry]))

    [found] = part(html).iter("a")
    assert found.get("href") == href
    assert "".join(found.itertext()) == "Answered at 41:07 in the recording"


def test_an_answer_keeps_its_form_and_does_nothing_else(tmp_path):
    entry = replace(ENTRY, text="Bees?", detail=DETAIL, answer=ANSWER, status=Status.ANSWERED)

    html = build(tmp_path, written([entry]))

    assert "<strong>bold</strong> <em>slanted</em> <a href=" in html
    assert '<ol start="7">' in html
    assert "<p>- not a list<br />\n1. nor this<br />\n# no heading<br />\n---<br />" in html
    for shown in (
        "code {{ site.title }} {% raw %} <b>\n\n  --> <!-- /companion:qa -->\n",
        "nested {{ code }}\n\n  more\n",
        "{{ in }}line",
        "<div>no html {{ site.title }}</div>",
        "https://example.org/a_b?c=1&d=2",
    ):
        assert shown in text_of(html)
    root = part(html)
    items = [" ".join("".join(item.itertext()).split()) for item in root.iter("li")]
    assert items == [
        "one", "two nested nested {{ code }} more", "nested nested {{ code }} more", "three",
        "first", "second", "list",
    ]  # fmt: skip


@pytest.mark.skipif(not REAL.is_dir(), reason="the real pages are not here")
def test_the_rest_of_real_pages_stays_as_it_was(tmp_path):
    block = markdown(numbered(list(TEXTS), detail=DETAIL, answer=ANSWER))
    before, after = tmp_path / "before", tmp_path / "after"
    for site in (before, after):
        site.mkdir()
    for page in REAL.glob("*.md"):
        content = page.read_bytes()
        (before / page.name).write_bytes(content)
        (after / page.name).write_bytes(spliced(page, content, block))

    old, new = build_site(before), build_site(after)

    pages = [page.name for page in old.glob("*.html")]
    assert len(pages) == 7
    for name in pages:
        html = (new / name).read_text()
        start, end = html.index("<!-- companion:qa -->"), html.index("<!-- /companion:qa -->")
        assert html[start:end].count("<h3") == len(TEXTS)
        assert html[:start].strip() == (old / name).read_text().strip()
        assert html[end:].strip() == "<!-- /companion:qa -->"
