"""What the big screen shows the room; nothing in it that not everybody may know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from companion.board.cards import Card, stranger_card
from companion.board.rules import BoardState
from companion.board.talk_state import TalkState
from companion.moderation.snapshot import BoardSnapshot
from companion.store.models import Question, Status, Talk

RANKED, RANKED_UPCOMING = 12, 3


@dataclass(frozen=True)
class Screen:
    """What the room sees; nothing in it that not everybody may know."""

    revision: int
    now: Card | None
    upcoming: tuple[Card, ...]
    ranked: tuple[Card, ...]
    open: int
    answered: int
    state: BoardState


def screen(session: Session, talk: TalkState) -> Screen:
    """Return what the room sees."""
    snapshot = BoardSnapshot(session, talk)
    row = talk.row
    ranked = snapshot.ranked() if row and row.ranked else []
    following = snapshot.upcoming(RANKED_UPCOMING) if ranked else [snapshot.slot("next_id")]
    now = snapshot.slot("now_id")
    return Screen(
        revision=talk.revision,
        now=stranger_card(now, row) if now and row else None,
        upcoming=_for_strangers(following, row),
        ranked=_for_strangers(ranked[:RANKED], row),
        open=snapshot.asked(Status.OPEN),
        answered=snapshot.asked(Status.ANSWERED),
        state=talk.rules.state,
    )


def _for_strangers(questions: Iterable[Question | None], row: Talk | None) -> tuple[Card, ...]:
    return tuple(stranger_card(question, row) for question in questions if question and row)
