"""The block in a file of any bytes: everything around it stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from companion.errors import Refused
from companion.publish.splice import spliced
from companion.talks import qablock
from tests.support.entries import published_blocks

PATH = Path("talk.md")
OPEN, CLOSE = qablock.OPENING, qablock.CLOSING
BLOCK = "## Questions and answers\n\n### Why?"
REAL = Path(__file__).parents[3] / "shared" / "real-talks"
NEWLINES = ("\n", "\r\n", "\r")
FRONTS = ("", "---\ntitle: 'Bees'   \n---\n", '\ufeff---\r\ntitle: "Bees"\r\n---\r\n')
PIECES = st.sampled_from(
    [*NEWLINES, "  ", "text", "\t", "é\u2028", "```", "<!-- x -->", "| a |", "\0"]
)
AROUND = st.lists(PIECES, max_size=12).map("".join)


@given(front=st.sampled_from(FRONTS), around=AROUND, block=published_blocks, later=published_blocks)
@example(front=FRONTS[1], around="", block=BLOCK, later="")
def test_a_block_is_added_changed_and_found_again(front, around, block, later):
    content = f"{front}{around}".encode()

    first = spliced(PATH, content, block)

    assert first.startswith(content)
    assert spliced(PATH, first, block) == first
    second = spliced(PATH, first, later)
    assert spliced(PATH, second, block) == first
    found = qablock.find(first.decode())
    assert found
    inside = first.decode()[found.start : found.end]
    assert inside.replace("\r\n", "\n").replace("\r", "\n") == f"\n{block}\n\n"


@given(
    before=AROUND,
    after=AROUND,
    newlines=st.tuples(*[st.sampled_from(NEWLINES)] * 2),
    block=published_blocks,
)
def test_marks_that_are_there_keep_their_place_and_all_around_stays(before, after, newlines, block):
    before = f"---\ntitle: Bees\n---\n{before.replace('```', '')}{newlines[0]}"
    after = f"{newlines[1]}{after.replace('```', '')}"
    content = f"{before}{OPEN}{newlines[0]}old{newlines[1]}{CLOSE}{after}"

    new = spliced(PATH, content.encode(), block).decode()

    assert new.startswith(f"{before}{OPEN}{newlines[0]}")
    assert new.endswith(f"{CLOSE}{after}")
    own = new[len(before) : len(new) - len(after)]
    assert set(own.replace(newlines[0], "")) & {"\r", "\n"} == set()


@pytest.mark.parametrize(
    ("text", "gap", "end"),
    [
        ("a\n", "\n", "\n"),
        ("a\n\n", "", "\n"),
        ("a\n \n", "", "\n"),
        ("a", "\n\n", ""),
        ("a\n  ", "\n", ""),
        ("a\r\n\r\nb\r\n", "\r\n", "\r\n"),
        ("a\r\nb\nc\r\n", "\r\n", "\r\n"),
        ("a\rb\r", "\r", "\r"),
    ],
)
def test_at_the_end_of_a_page_there_is_one_empty_line_before(text, gap, end):
    newline = gap[: len(gap) // 2] if gap == "\n\n" else gap or "\n"
    block = f"\n{BLOCK}\n\n".replace("\n", newline)

    new = spliced(PATH, text.encode(), BLOCK).decode()

    assert new == f"{text}{gap}{OPEN}{newline}{block}{CLOSE}{end}"


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"---\ntitle: Bees\n---\r\n\rcaf\xe9\n", 5, "not UTF-8 text"),
        (f"---\ntitle: Bees\n---\n{OPEN}\n".encode(), 4, "is not closed"),
        (b"---\ntitle: Bees\n---\n<!-- never closed\n", 4, "without its end"),
    ],
)
def test_a_file_that_is_not_understood_is_refused_by_name_and_line(content, line, message):
    with pytest.raises(Refused, match=rf"talk\.md:{line}: .*{message}"):
        spliced(PATH, content, BLOCK)


def test_a_page_that_would_be_too_long_to_be_read_again_is_refused():
    with pytest.raises(Refused, match="longer than 256 KB"):
        spliced(PATH, b"a" * 200_000, "b" * 100_000)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real pages are not here")
def test_real_pages_get_lines_and_lose_none():
    for page in REAL.glob("*.md"):
        content = page.read_bytes()
        published = spliced(page, content, BLOCK)
        assert published == content + f"\n{OPEN}\n\n{BLOCK}\n\n{CLOSE}\n".encode(), page.name
        assert spliced(page, published, BLOCK) == published
