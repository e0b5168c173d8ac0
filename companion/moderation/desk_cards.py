"""The desk's cards: what is looked for, in which order, and what only the desk knows of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from heapq import nsmallest

from companion.board.cards import OTHER, BaseCard, build_card
from companion.board.content_hash import content_hash, hash_of_words
from companion.board.input import one_line
from companion.board.order import matches
from companion.board.similarity import alike
from companion.moderation.answers import SKIPPED
from companion.moderation.context import TAG_LENGTH
from companion.moderation.merging import can_merge
from companion.moderation.snapshot import BoardSnapshot
from companion.store.models import ACTIVE, TABS, Question, Status, Tab

# A card with all that can be done to it takes 5 KB: so many are fetched anew at each change.
SHOWN, SHOWN_MOST, COMPARED, KNOWN, TARGETS = 16, 5_000, 30, 300, 100
FOLDED = 3
REASON_LABELS = {
    "off_topic": "off topic",
    "duplicate": "asked already",
    "unclear": "unclear",
    "unkind": "unkind",
    "no_time": "no time for it",
    "other": "no reason given",
    SKIPPED: "skipped by the speaker",
}
FILTERS = ("kind", "label", "author", "only")


@dataclass(frozen=True)
class Filters:
    """What a moderator looks for: a tab, if one was chosen, words, what else, and how many."""

    tab: Tab | None = None
    find: str = ""
    more: dict[str, str] = field(default_factory=dict)
    shown: int = SHOWN


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
    def answer_hash(self) -> str:
        """Return what a form sends back, so that it overwrites no other answer than this."""
        return content_hash(self.answer)

    @property
    def words_hash(self) -> str:
        """Return what a form sends back, so that it overwrites no other words than these."""
        return hash_of_words(self.text, self.detail, self.kind)


def read_filters(asked: Mapping[str, str]) -> Filters:
    """Return the filters that a query names; what is not known is left out."""
    tab = asked.get("tab", "")
    more = {name: one_line(asked[name][:60]) for name in FILTERS if asked.get(name)}
    find = one_line(asked.get("find", "")[:100])
    shown = _read_shown(asked.get("shown", ""))
    return Filters(Tab(tab) if tab in set(Tab) else None, find, more, shown)


def _read_shown(text: str) -> int:
    wanted = int(text[:9]) if text.isascii() and text.isdecimal() else 0
    return min(max(wanted, SHOWN), SHOWN_MOST)


class CardBuilder:
    """Makes the desk's cards, each with what is known about its author and its likes."""

    def __init__(self, snapshot: BoardSnapshot) -> None:
        """Look through a talk's questions for what belongs together."""
        self._snapshot = snapshot
        self._bursts = Counter(row.author for row in snapshot.of(Status.WAITING) if row.author)
        self._merged: dict[int, list[Question]] = {}
        for row in snapshot.of(Status.MERGED):
            self._merged.setdefault(row.merged_into or 0, []).append(row)

    def found(self, tab: Tab, filters: Filters) -> list[Question]:
        """Return what of one tab a moderator looks for, in order."""
        rows = [
            row
            for row in self._snapshot.rows.values()
            if TABS.get(row.status) is tab and self._matches(row, filters)
        ]
        return in_order(rows, tab)

    def cards(self, rows: Sequence[Question]) -> tuple[DeskCard, ...]:
        """Return cards; the first of them are compared with what was asked before.

        What is asked later never makes a card grow that somebody may be about to press.
        """
        known = self._known
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
        return tuple((row.id, row.text) for row in self._known[:TARGETS])

    @cached_property
    def _known(self) -> list[Question]:
        rows = self._snapshot.of(*ACTIVE)
        return nsmallest(
            KNOWN, rows, lambda row: (row.status is Status.WAITING, -row.votes, row.id)
        )

    def _matches(self, row: Question, filters: Filters) -> bool:
        more = filters.more
        return (
            _holds(row, filters.find)
            and more.get("kind", row.kind) == row.kind
            and more.get("author", row.author[:TAG_LENGTH]) == row.author[:TAG_LENGTH]
            and ("label" not in more or more["label"] in labels_of(row))
            and (more.get("only") != "unanswered" or not row.answer)
        )

    def _card(self, row: Question, known: Iterable[tuple[int, str]] = ()) -> DeskCard:
        older = ((id, text) for id, text in known if id < row.id)
        return build_card(
            DeskCard,
            row,
            original=row.original_text or "",
            labels=labels_of(row),
            answered_at=row.answered_at,
            now_at=row.now_at,
            reason=_reason(row),
            handled_by=row.handled_by,
            merged=tuple((other.id, other.text) for other in self._merged.get(row.id, [])),
            author=row.author[:TAG_LENGTH],
            burst=self._bursts[row.author] if row.status is Status.WAITING else 0,
            muted=row.id in self._snapshot.muted,
            alike=alike(row.text, older),
        )


def _holds(row: Question, find: str) -> bool:
    sought = find.casefold().split()
    return not sought or matches(f"{row.text} {row.detail} {row.name} {row.labels}", sought)


def _reason(row: Question) -> str:
    said = row.reason_words if row.reason == OTHER else ""
    return said or REASON_LABELS.get(row.reason, "")


def labels_of(row: Question) -> tuple[str, ...]:
    """Return a question's labels."""
    return tuple(row.labels.split(", ")) if row.labels else ()


def in_order(rows: list[Question], tab: Tab) -> list[Question]:
    """Put first what waits longest, what is most wanted, or else what is newest."""
    if tab is Tab.INCOMING:
        return sorted(rows, key=lambda row: row.id)
    if tab is Tab.OPEN:
        return sorted(rows, key=lambda row: (not row.pinned, -row.votes, row.id))
    if tab is Tab.ANSWERED:
        return sorted(rows, key=lambda row: (row.answered_at or row.asked_at, row.id), reverse=True)
    return sorted(rows, key=lambda row: -row.id)


def card_for_speaker(row: Question, typed: str = "") -> DeskCard:
    """Return a card without what only moderators may know: labels, old words, who did what."""
    return build_card(DeskCard, row, answered_at=row.answered_at, now_at=row.now_at, typed=typed)
