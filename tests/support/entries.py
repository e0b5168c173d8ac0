"""An entry of a record, to be varied."""

from datetime import UTC, datetime

from companion.exports.dataset import QuestionRecord
from companion.store.models import Kind, Status
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
