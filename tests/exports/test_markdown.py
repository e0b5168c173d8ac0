"""Markdown: what people wrote is read as they wrote it, by whichever Markdown there is."""

import io
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from companion.board import richtext
from companion.board.richtext import headline_to_html
from companion.exports.dataset import Choice
from companion.exports.markdown import write
from companion.exports.printable import legible
from companion.store.models import Kind, Status
from tests.support.pages import Page, text_of

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = (
    "<script>alert(1)</script>",
    "{{ site.title }} {% include x %} {% endraw %}",
    "# heading\n---\n| a | b |\n|---|---|\n| c | d |",
    "`code` **bold** _it_ ~~no~~ [a](javascript:b) ![i](j) &copy; <!-- x --> $$m$$",
    "1. one\n2. two\n\n    indented\n\n```\nfence\n```\n> quote\n- item\n+ item\n* item\n=====",
    "\\*kept\\* a\\",
    "🐝 שלום 'w'*3 " + "w" * 300,
)


def written(record) -> str:
    out = io.BytesIO()
    write(record, out)
    return out.getvalue().decode()


def outline(record) -> list[tuple[str, str]]:
    """Return every block of a file with its text, as a reader sees them."""
    html = READER.render(written(record))
    body = next(Page(html).elements("body"))
    return [(block.tag, text_of(block)) for block in body]


def test_a_board_reads_like_this(taken, board, change):
    change(board["answered"], name="Ada")

    assert (
        written(taken(Choice(declined=True)))
        == """\
# A talk about bees

Grace Hopper

5 March 2026, 12:00–13:00 (Europe/London) · [Talk page](https://qa.example.org/talks/talk)

5 asked · 1 answered · 1 open · 1 merged · 1 declined · 1 waiting · 1 comment · 6 votes

## Answered

### How do bees find home?

3 votes · from Ada · answered at 12:50

**Answer:**

By the <strong>sun</strong>.

And by landmarks.

## Open

### Why do bees dance?

2 votes · asked by 2 people

In <code>hives</code>.

## Comments

### There is a book on this.

1 vote

## Waiting for a moderator

### Is this still to be read?

0 votes

## Merged into others

### What makes bees dance?

0 votes · merged into “Why do bees dance?”

## Declined

### Is this off the topic?

0 votes · off topic
"""
    )


def test_a_talk_without_questions_says_that_there_are_none(taken):
    assert written(taken()).endswith("\n0 asked · 0 answered · 0 votes\n")


def test_where_it_was_taken_up_leads_there(plain_record):
    entry = replace(
        plain_record.entries[0], offset=2467, link="https://v.example.org/a (b)#t=2467s"
    )

    text = written(replace(plain_record, entries=(entry,)))

    assert "[at 41:07 in the recording](https://v.example.org/a%20%28b%29#t=2467s)" in text


def test_a_merged_one_is_named_even_when_its_other_half_is_not_there(plain_record):
    entry = replace(plain_record.entries[0], status=Status.MERGED, merged_into=9)

    assert "merged into question 9" in written(replace(plain_record, entries=(entry,)))


def hostile(plain_record, text):
    entry = replace(plain_record.entries[0], text=text, author=text, detail=text)
    comment = replace(entry, kind=Kind.COMMENT, status=Status.ANSWERED)
    return replace(plain_record, title=text, speaker=text, entries=(entry, comment))


@pytest.mark.parametrize("text", HOSTILE)
def test_text_does_nothing(plain_record, text):
    record = hostile(plain_record, text)
    said = " ".join(text.split())
    shown = headline_to_html(said).striptags()

    found = outline(record)

    assert not [mark for mark in ("{{", "{%", "<script", "<!--") if mark in written(record)]
    assert [tag for tag, _ in found if tag[0] == "h"] == ["h1", "h2", "h3", "h2", "h3"]
    assert [words for tag, words in found if tag == "h1"] == [said]
    assert {words for tag, words in found if tag == "h3"} == {shown}
    assert f"0 votes · from {said}" in {said for _, said in found}


@given(text=st.text(min_size=1).map(legible).filter(str.strip))
@example("a\n===")
@example("\\")
def test_any_text_comes_back(plain_record, text):
    record = replace(plain_record, entries=(replace(plain_record.entries[0], text=text),))

    [(_, found)] = [(tag, said) for tag, said in outline(record) if tag == "h3"]

    assert found == " ".join(text.split())


@given(text=st.text(min_size=1).map(legible).filter(str.strip))
@example("```\nif a < b: {{ c }}\n\n| d\n```\nand `x | y` at https://example.org/a_b_c?d=*e*")
@example("- not a list\n\n1. nor this\n\n    nor code")
def test_a_detail_is_read_as_on_the_board(plain_record, text):
    entry = replace(plain_record.entries[0], detail=text)
    shown = Page(str(richtext.to_html(text)))

    blocks = outline(replace(plain_record, entries=(entry,)))
    after = next(at for at, (tag, _) in enumerate(blocks) if tag == "h3") + 2

    shown_text = text_of(next(shown.elements("body"))).replace(" ", "")
    hosts = "".join(text_of(host) for host in shown.classed("link-host")).replace(" ", "")
    found = "".join(said for _, said in blocks[after:]).replace(" ", "")
    assert found == shown_text.replace(hosts, "") if hosts else found == shown_text
