"""An entry of a record, to be varied, and counts."""

from datetime import UTC, datetime

from companion.board.counts import Counts
from companion.exports.dataset import QuestionRecord
from companion.store.models import COUNTED, Kind, Status
from companion.talks import Phase

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
