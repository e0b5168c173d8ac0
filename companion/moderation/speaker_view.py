"""What the speaker sees: what is asked now, what comes, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from companion.board.talk_state import TalkState
from companion.moderation.answers import SKIPPED
from companion.moderation.controls import Message, message_of
from companion.moderation.desk_cards import DeskCard, card_for_speaker, in_order
from companion.moderation.snapshot import BoardSnapshot
from companion.store.models import Question, Status, Tab
from companion.talks.phase import Phase

UPCOMING = 2


@dataclass(frozen=True)
class Queue:
    """What the speaker sees: what is asked now, what comes, and how long it takes."""

    revision: int
    now: DeskCard | None
    upcoming: tuple[DeskCard, ...]
    open: int
    answered: int
    pace: int | None
    message: Message
    speaker_may_advance: bool
    unanswered: tuple[DeskCard, ...]
    answered_cards: tuple[DeskCard, ...]
    skipped: tuple[DeskCard, ...]


def queue(session: Session, talk: TalkState, typed: Mapping[int, str]) -> Queue:
    """Return what the speaker sees, which is what everybody may see and the chair's message.

    ``typed`` are the answers that could not be saved, by question.
    """
    snapshot = BoardSnapshot(session, talk)
    left = [row for row in snapshot.ranked() if row.reason != SKIPPED]
    skipped = [row for row in snapshot.ranked() if row.reason == SKIPPED]
    answered, now = snapshot.of(Status.ANSWERED), snapshot.slot("now_id")
    return Queue(
        revision=talk.revision,
        now=card_for_speaker(now) if now else None,
        upcoming=_for_speaker(snapshot.upcoming(UPCOMING), typed),
        open=snapshot.asked(Status.OPEN),
        answered=snapshot.asked(Status.ANSWERED),
        pace=_pace(snapshot, answered),
        message=message_of(talk),
        speaker_may_advance=bool(talk.row and talk.row.speaker_may_advance),
        unanswered=_for_speaker(_still_open(snapshot, left), typed),
        answered_cards=_for_speaker(in_order(answered, Tab.ANSWERED), typed),
        skipped=_for_speaker(skipped, typed),
    )


def _for_speaker(rows: Iterable[Question], typed: Mapping[int, str]) -> tuple[DeskCard, ...]:
    return tuple(card_for_speaker(row, typed.get(row.id, "")) for row in rows)


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
