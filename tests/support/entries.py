"""An entry of a record, to be varied, what is published of some, and counts."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from companion.board.counts import Counts
from companion.exports.dataset import QuestionRecord
from companion.publish.block import markdown
from companion.store.models import COUNTED, Kind, Status
from companion.talks import Phase
from tests.support.hostile import hostile_texts

ENTRY = QuestionRecord(
    number=1,
    kind=Kind.QUESTION,
    text="",
    detail="",
    author="",
    status=Status.OPEN,
    reason="",
    votes=0,
    askers=1,
    asked_at=datetime(2026, 3, 5, 12, tzinfo=UTC),
    phase=Phase.TALK,
    answered_at=None,
    offset=None,
    link="",
    answer="",
    labels=(),
    merged_into=None,
)
published_blocks = st.lists(hostile_texts, min_size=1, max_size=4).map(
    lambda texts: markdown(
        replace(ENTRY, number=at, text=f"{text} ?", detail=text, answer=text, author=text)
        for at, text in enumerate(texts)
    )
)


def counts_of(
    asked=0, open=0, answered=0, merged=0, declined=0, waiting=0, comments=0, votes=0
) -> Counts:
    """Return how many there are of what, by their names."""
    by_status = dict.fromkeys(COUNTED, 0) | {
        Status.OPEN: open,
        Status.ANSWERED: answered,
        Status.MERGED: merged,
        Status.DECLINED: declined,
        Status.WAITING: waiting,
    }
    return Counts(asked, by_status, comments, votes)
