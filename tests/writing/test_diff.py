"""What is shown of a change, and that it is soon found."""

import random
import time
from dataclasses import replace
from string import ascii_letters, ascii_lowercase

import pytest

from companion.publish import block, data
from companion.store.models import Status
from companion.writing import diff
from tests.support.entries import ENTRY

MANY = 500
SECONDS = 10  # of the processor: many times what is needed, far less than by pairs of lines


@pytest.mark.parametrize("written", [block.markdown, data.written])
def test_a_long_page_of_which_much_changes_keeps_nobody_waiting(written):
    before = [replace(ENTRY, number=number, text=f"Bee {number}?") for number in range(MANY)]
    after = [replace(entry, votes=entry.number + 1, answer="Yes.") for entry in before]
    old, new = written(before).encode(), written(after).encode()

    begun = time.process_time()
    found = [diff.hunks(old, new), diff.patch("talk.md", old, new)]

    assert time.process_time() - begun < SECONDS
    assert all(found)


def test_a_page_of_which_every_line_changes_keeps_nobody_waiting():
    chance = random.Random(7)  # noqa: S311 (no secret)
    old, new = (
        "".join(["head\n", *(f"{chance.choice(letters)}\n" for _ in range(131_000)), "tail\n"])
        for letters in (ascii_lowercase, ascii_letters)
    )

    begun = time.process_time()
    [hunk] = diff.text_hunks(old, new)

    assert time.process_time() - begun < SECONDS
    assert [(run.kind, len(run.lines)) for run in hunk.runs] == [
        ("kept", 1), ("removed", 131_000), ("added", 131_000), ("kept", 1),
    ]  # fmt: skip


def test_a_late_answer_is_shown_as_what_it_adds():
    before = [replace(ENTRY, number=number, text=f"Bee {number}?") for number in range(3)]
    after = [replace(before[0], status=Status.ANSWERED, answer="Yes.", votes=2), *before[1:]]

    [hunk] = diff.hunks(block.markdown(before).encode(), block.markdown(after).encode())

    assert [(run.kind, run.lines) for run in hunk.runs if run.kind != "kept"] == [
        ("removed", ("Not answered yet",)),
        ("added", ("2 votes", "", "**Answer:**", "", "Yes.")),
    ]
    assert (hunk.line, hunk.before, hunk.after) == (3, (2, 9), (2, 13))
