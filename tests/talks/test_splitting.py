"""Where a page's frontmatter ends is the same for whoever looks, and as python-frontmatter says."""

from __future__ import annotations

import frontmatter
from hypothesis import given
from hypothesis import strategies as st

from companion.talks import qablock
from companion.talks.splitting import UnclosedError, split

LINES = ["---", "----", "--- ", "---\t", "--", " ---", "title: A", "", "Body", "```"]
TEXTS = st.lists(st.sampled_from([*LINES, qablock.OPENING, qablock.CLOSING]), max_size=9)


class Unread(frontmatter.YAMLHandler):
    """Splits, and leaves the header as it is."""

    def load(self, fm):
        return {"header": fm}


def place_of(text):
    """Return where the Q&A is said to be, or what is said of it."""
    try:
        block = qablock.find(text)
    except qablock.MisplacedError as error:
        return error.line, error.message
    return block and (block.opening.number, block.closing.number)


@given(TEXTS)
def test_a_page_is_split_as_the_library_does(lines):
    text = "\n".join(["---", *lines, "End"])
    try:
        parts = split(text)
    except UnclosedError:
        assert frontmatter.parse(text, handler=Unread()) == ({}, text)
        return

    known = frontmatter.parse(text, handler=Unread())
    assert known == ({"header": parts.header}, parts.body.strip())
    assert text.split("\n")[parts.body_line :] == parts.body.split("\n")[1:]
    header = parts.header.split("\n")[1:-1]
    assert text.split("\n")[parts.header_line :][: len(header)] == header


@given(TEXTS)
def test_what_does_not_begin_with_dashes_has_no_frontmatter(lines):
    assert split("\n".join(["Bees", *lines])) is None


@given(TEXTS, st.sampled_from(["\r\n", "\r"]), st.sampled_from(["", "\ufeff"]))
def test_the_qa_is_found_below_it_however_lines_end(lines, newline, mark):
    lines = ["---", *lines]

    assert place_of(mark + newline.join(lines)) == place_of("\n".join(lines))
