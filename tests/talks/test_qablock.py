"""Where the published Q&A stands in a talk's file, and what is said when that is unclear."""

import time

import pytest

from companion.talks import qablock

FRONT = "---\ntitle: Bees\n---\n"
OPEN, CLOSE = qablock.OPENING, qablock.CLOSING


def between(text):
    block = qablock.find(text)
    return None if block is None else text[block.start : block.end]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{FRONT}Bees.\n", None),
        (f"{FRONT}{OPEN}\n\nQ&A\n\n{CLOSE}\n", "\nQ&A\n\n"),
        (f"{FRONT}{OPEN}\r\nQ&A\r\n{CLOSE}", "Q&A\r\n"),
        (f"\ufeff{FRONT}   <!--companion:QA-->  \rQ&A\r<!--/Companion:qa-->\rafter", "Q&A\r"),
        (f"{FRONT}{OPEN}\n{CLOSE}\n", ""),
        (f"{FRONT}```\nfence\n\n{OPEN}\nnot closed\n{CLOSE}\n", "not closed\n"),
        (f"{FRONT}Write `{OPEN}` in it.\n", None),
        (f"{FRONT}```\ncode\n```\n{OPEN}\nQ&A\n{CLOSE}\n", "Q&A\n"),
        (f"{FRONT}{OPEN}\nQ&A\n{CLOSE}\n<!-- never closed\n", "Q&A\n"),
        (f"{FRONT}<!-- one --> two <!-- three\nfour -->\n{OPEN}\nQ&A\n{CLOSE}\n", "Q&A\n"),
        (f"{OPEN}\nno frontmatter\n{CLOSE}\n", "no frontmatter\n"),
    ],
)
def test_the_block_is_what_stands_between_two_lines(text, found):
    assert between(text) == found


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (f"{FRONT}\n{OPEN}\nQ&A\n", 5, "is not closed"),
        (f"{FRONT}Q&A\n{CLOSE}\n", 5, "has no"),
        (f"{FRONT}{OPEN}\n{OPEN}\n{CLOSE}\n", 5, "again before"),
        (f"{FRONT}{OPEN}\n{CLOSE}\n\n{OPEN}\n{CLOSE}\n", 7, "a second"),
        (f"{FRONT}{OPEN}\n{CLOSE}\n{CLOSE}\n", 6, "a second"),
        (f"{FRONT}{CLOSE}\n{OPEN}\n", 4, "has no"),
        (f"{FRONT}```\n{OPEN}\n{CLOSE}\n```\n", 5, "in a block of code"),
        (f"{FRONT}{OPEN}\n~~~~\n{CLOSE}\n~~~~\n", 6, "in a block of code"),
        (f"---\ntitle: |\n  Bees\n{OPEN}\n{CLOSE}\n---\n", 4, "in the frontmatter"),
        (f"{FRONT}Text {OPEN}\n{CLOSE}\n", 4, "a line of its own"),
        (f"{FRONT}    {OPEN}\n", 4, "a line of its own"),
        (f"{FRONT}<!-- hidden\n{OPEN}\n{CLOSE}\n", 5, "inside the comment of line 4"),
        (f"{FRONT}Bees.\n<!-- never closed\n", 5, "without its end"),
        (f"{FRONT}\r{OPEN}\r", 5, "is not closed"),
    ],
)
def test_what_is_unclear_is_told_with_its_line(text, line, message):
    with pytest.raises(qablock.MisplacedError, match=message) as told:
        qablock.find(text)
    assert told.value.line == line


def test_the_page_keeps_its_published_questions_apart(read):
    body = f"Bees dance at noon.\n\n{OPEN}\n\n### Why?\n{{: #qa-7}}\n\n{CLOSE}\n\nAfter.\n"

    page = read(body=body)

    assert page.html == "<p>Bees dance at noon.</p>\n<p>After.</p>"
    assert page.qa_html == '<h2 id="h-qa-7">Why?</h2>'
    assert page.summary == "Bees dance at noon."


def test_links_in_published_questions_are_neither_meeting_nor_recording(read):
    video = "[Answered at 41:07](https://vimeo.com/123456789#t=2467s)"
    body = f"Bees.\n\n{OPEN}\n\n{video}\n\n[x](https://meet.google.com/kxv-nvyh-cbt)\n\n{CLOSE}\n"

    page = read(body=body)

    assert (page.meeting, page.recording, page.frame_hosts) == (None, None, ())
    assert "https://vimeo.com/123456789#t=2467s" in page.qa_html


def test_the_report_names_the_line_of_what_is_unclear(complaints):
    assert complaints(body=f"Bees.\n\n{OPEN}\n") == [
        f"9: warning: `{OPEN}` is not closed; add a line `{CLOSE}`"
    ]
    assert complaints(body="Bees.\n\n<!-- never closed\n") == []


@pytest.mark.slow
def test_fences_that_never_close_are_not_sought_again_and_again():
    longest_first = "\n".join("`" * length + "x" for length in range(400, 2, -1))
    text = f"{FRONT}{longest_first}\n" + "~~~x\n" * 30_000 + f"{OPEN}\n{CLOSE}\n"

    began = time.process_time()
    assert between(text) == ""
    assert time.process_time() - began < 10
