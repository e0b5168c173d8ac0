"""The desk's cards: what only the desk knows of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from companion.board.cards import OTHER, BaseCard, build_card
from companion.board.content_hash import content_hash, hash_of_words
from companion.board.similarity import alike
from companion.messages import gettext, pgettext
from companion.moderation.answers import SKIPPED
from companion.moderation.context import TAG_LENGTH
from companion.moderation.desk_filters import split_labels
from companion.moderation.desk_snapshot import DeskSnapshot
from companion.moderation.merging import can_merge
from companion.moderation.roles import as_called
from companion.store.models import Question, Status

COMPARED, TARGETS = 30, 100
REASON_LABELS = {
    "off_topic": gettext("off topic"),
    "duplicate": gettext("asked already"),
    "unclear": gettext("unclear"),
    "unkind": gettext("unkind"),
    "no_time": gettext("no time for it"),
    "other": gettext("no reason given"),
    SKIPPED: gettext("skipped by the speaker"),
}

HANDLINGS = {
    Status.DECLINED: (pgettext("question", "declined"), gettext("declined by %(who)s", who="")),
    Status.MERGED: (pgettext("question", "merged"), gettext("merged by %(who)s", who="")),
    Status.ARCHIVED: (gettext("not reached"), gettext("not reached by %(who)s", who="")),
}


@dataclass(frozen=True, kw_only=True)
class DeskCard(BaseCard):
    """A question as only the desk and, in part, the speaker may know it.

    ``typed`` is an answer that could not be saved, to be shown in its form again.
    """

    original: str = ""
    labels: tuple[str, ...] = ()
    answered_at: datetime | None
    reason: str = ""
    handled_by: str = ""
    merged: tuple[tuple[int, str], ...] = ()
    author: str = ""
    burst: int = 0
    muted: bool = False
    alike: tuple[tuple[int, str], ...] = ()
    now_at: datetime | None
    typed: str = ""

    @property
    def handling(self) -> str:
        """Return what became of it that is not for everybody: by whom, and why."""
        found = HANDLINGS.get(self.status)
        if found is None:
            return ""
        alone, by = found
        said = by.about(who=self.handled_by) if self.handled_by else alone
        if not self.reason:
            return said
        return gettext("%(done)s: %(reason)s", done=said, reason=self.reason)

    @property
    def answer_hash(self) -> str:
        """Return what a form sends back, so that it overwrites no other answer than this."""
        return content_hash(self.answer)

    @property
    def words_hash(self) -> str:
        """Return what a form sends back, so that it overwrites no other words than these."""
        return hash_of_words(self.text, self.detail, self.kind)


class CardBuilder:
    """Makes the desk's cards, each with what is known about its author and its likes."""

    def __init__(self, snapshot: DeskSnapshot) -> None:
        """Look through what was read for what belongs together."""
        self._snapshot = snapshot
        self._merged: dict[int, list[Question]] = {}
        for row in snapshot.of(Status.MERGED):
            self._merged.setdefault(row.merged_into or 0, []).append(row)

    def cards(self, rows: Sequence[Question]) -> tuple[DeskCard, ...]:
        """Return cards; the first of them are compared with what was asked before.

        What is asked later never makes a card grow that somebody may be about to press.
        """
        known = self._snapshot.known
        likes = {
            status: [(row.id, row.text) for row in known if can_merge(status, row.status)]
            for status in Status
        }
        return tuple(
            self._card(row, likes[row.status] if place < COMPARED else ())
            for place, row in enumerate(rows)
        )

    def card(self, row: Question | None) -> DeskCard | None:
        """Return one card."""
        return self._card(row) if row else None

    def targets(self) -> tuple[tuple[int, str], ...]:
        """Return what a question can be merged into, the most wanted first."""
        return tuple((row.id, row.text) for row in self._snapshot.known[:TARGETS])

    def _card(self, row: Question, known: Iterable[tuple[int, str]] = ()) -> DeskCard:
        older = ((id, text) for id, text in known if id < row.id)
        return build_card(
            DeskCard,
            row,
            original=row.original_text or "",
            labels=split_labels(row.labels),
            answered_at=row.answered_at,
            now_at=row.now_at,
            reason=_reason(row),
            handled_by=as_called(row.handled_by),
            merged=tuple((other.id, other.text) for other in self._merged.get(row.id, [])),
            author=row.author[:TAG_LENGTH],
            burst=self._snapshot.bursts[row.author] if row.status is Status.WAITING else 0,
            muted=row.id in self._snapshot.muted,
            alike=alike(row.text, older),
        )


def _reason(row: Question) -> str:
    said = row.reason_words if row.reason == OTHER else ""
    return said or REASON_LABELS.get(row.reason, "")


def card_for_speaker(row: Question, typed: str = "") -> DeskCard:
    """Return a card without what only moderators may know: labels, old words, who did what."""
    return build_card(DeskCard, row, answered_at=row.answered_at, now_at=row.now_at, typed=typed)
