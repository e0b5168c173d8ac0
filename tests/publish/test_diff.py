"""What is shown of a change, and that it is soon found."""

import time
from dataclasses import replace

import pytest

from companion.publish import block, data, diff
from companion.store.models import Status
from tests.support.entries import ENTRY

MANY, SECONDS = 500, 2.0


@pytest.mark.parametrize("written", [block.markdown, data.written])
def test_a_long_page_of_which_much_changes_keeps_nobody_waiting(written):
    before = [replace(ENTRY, number=number, text=f"Bee {number}?") for number in range(MANY)]
    after = [replace(entry, votes=entry.number + 1, answer="Yes.") for entry in before]
    old, new = written(before).encode(), written(after).encode()

    begun = time.perf_counter()
    found = [diff.hunks(old, new), diff.patch("talk.md", old, new)]

    assert time.perf_counter() - begun < SECONDS
    assert all(found)


def test_a_late_answer_is_shown_as_what_it_adds():
    before = [replace(ENTRY, number=number, text=f"Bee {number}?") for number in range(3)]
    after = [replace(before[0], status=Status.ANSWERED, answer="Yes.", votes=2), *before[1:]]

    [hunk] = diff.hunks(block.markdown(before).encode(), block.markdown(after).encode())

    assert [(run.kind, run.lines) for run in hunk.runs if run.kind != "kept"] == [
        ("removed", ("Not answered yet",)),
        ("added", ("2 votes", "", "**Answer:**", "", "Yes.")),
    ]
    assert (hunk.line, hunk.before, hunk.after) == (3, (2, 9), (2, 13))
