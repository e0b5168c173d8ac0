"""What the speaker sees: what is asked now, what comes, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from companion.board.talk_state import TalkState
from companion.moderation.answers import SKIPPED
from companion.moderation.controls import Message, message_of
from companion.moderation.desk_cards import DeskCard, card_for_speaker
from companion.moderation.snapshot import BoardSnapshot
from companion.store.models import Question, Status
from companion.talks.phase import Phase

UPCOMING, SHOWN, SHOWN_MOST = 2, 20, 1_000


@dataclass(frozen=True)
class Turn:
    """Whose turn it is of what stayed open: the card, the how-manieth it is, and its neighbours."""

    card: DeskCard | None = None
    place: int = 0
    before: int | None = None
    after: int | None = None

    @property
    def following(self) -> int:
        """Return which one to show once this one is dealt with, 0 when it is the last."""
        return self.after or self.before or 0


@dataclass(frozen=True)
class Queue:
    """What the speaker sees: what is asked now, what comes, and how long it takes.

    Of what was answered and what was skipped the first ``shown`` are here; the others are ``left``.
    """

    revision: int
    now: DeskCard | None
    upcoming: tuple[DeskCard, ...]
    open: int
    answered: int
    pace: int | None
    message: Message
    speaker_may_advance: bool
    unanswered: tuple[DeskCard, ...]
    turn: Turn
    answered_cards: tuple[DeskCard, ...]
    skipped: tuple[DeskCard, ...]
    all_skipped: int
    shown: int
    left: int

    @property
    def widened(self) -> int | None:
        """Return how many are shown where that was asked for, else None."""
        return self.shown if self.shown > SHOWN else None


def queue(
    session: Session, talk: TalkState, typed: Mapping[int, str], at: int = 0, shown: int = SHOWN
) -> Queue:
    """Return what the speaker sees, which is what everybody may see and the chair's message.

    ``typed`` are the answers that could not be saved, by question; ``at`` is the question that is
    to be answered, of those that stayed open.
    """
    snapshot = BoardSnapshot(session, talk)
    left = [row for row in snapshot.ranked() if row.reason != SKIPPED]
    skipped = [row for row in snapshot.ranked() if row.reason == SKIPPED]
    answered, now = snapshot.of(Status.ANSWERED), snapshot.slot("now_id")
    unanswered = _for_speaker(_still_open(snapshot, left), typed)
    shown = min(max(shown, SHOWN), SHOWN_MOST)
    done = sorted(answered, key=_answered_at, reverse=True)
    first = [row for place, row in enumerate(done) if place < shown or row.id in typed]
    return Queue(
        revision=talk.revision,
        now=card_for_speaker(now) if now else None,
        upcoming=_for_speaker(snapshot.upcoming(UPCOMING), typed),
        open=snapshot.asked(Status.OPEN),
        answered=snapshot.asked(Status.ANSWERED),
        pace=_pace(snapshot, answered),
        message=message_of(talk),
        speaker_may_advance=bool(talk.row and talk.row.speaker_may_advance),
        unanswered=unanswered,
        turn=_turn(unanswered, at),
        answered_cards=_for_speaker(first, typed),
        skipped=_for_speaker(skipped[:shown], typed),
        all_skipped=len(skipped),
        shown=shown,
        left=len(done) - len(first) + len(skipped[shown:]),
    )


def _for_speaker(rows: Iterable[Question], typed: Mapping[int, str]) -> tuple[DeskCard, ...]:
    return tuple(card_for_speaker(row, typed.get(row.id, "")) for row in rows)


def _answered_at(row: Question) -> tuple[datetime, int]:
    return row.answered_at or row.asked_at, row.id


def _turn(cards: tuple[DeskCard, ...], at: int) -> Turn:
    """Return the one that was asked for, else the first, and its neighbours."""
    if not cards:
        return Turn()
    ids = [card.id for card in cards]
    place = ids.index(at) if at in ids else 0
    before = ids[place - 1] if place else None
    after = ids[place + 1] if place + 1 < len(ids) else None
    return Turn(cards[place], place + 1, before, after)


def _still_open(snapshot: BoardSnapshot, ranked: list[Question]) -> list[Question]:
    slots = [row for row in (snapshot.slot("now_id"), snapshot.slot("next_id")) if row]
    return [*slots, *ranked]


def _pace(snapshot: BoardSnapshot, answered: list[Question]) -> int | None:
    """Return about how many more questions there is time for, None when nobody can know."""
    spans = [
        (row.answered_at - row.now_at).total_seconds()
        for row in answered
        if row.now_at and row.answered_at and row.answered_at > row.now_at
    ]
    talk = snapshot.talk
    if not spans or talk.phase not in (Phase.TALK, Phase.QA):
        return None
    left = (talk.schedule.ends - talk.now).total_seconds()
    return int(left // (sum(spans) / len(spans)))
