"""The programme in figures: each talk with what was asked on its board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from companion.board.counts import by_status
from companion.board.talk_state import TalkState
from companion.store.models import Status


@dataclass(frozen=True)
class TalkFigures:
    """One talk with what was asked on its board; comments count nowhere."""

    talk: TalkState
    asked: int
    answered: int
    open: int
    waiting: int


def programme(session: Session, talks: Iterable[TalkState]) -> list[TalkFigures]:
    """Return a line for each talk, in as many queries for many talks as for one."""
    counted = by_status(session)
    return [_line(talk, counted[talk.slug]) for talk in talks]


def figures(session: Session, talk: TalkState) -> TalkFigures:
    """Return the line of one talk, and read what was asked on no other."""
    return _line(talk, by_status(session, talk.slug)[talk.slug])


def _line(talk: TalkState, counts: Counter[Status]) -> TalkFigures:
    return TalkFigures(
        talk=talk,
        asked=counts.total(),
        answered=counts[Status.ANSWERED],
        open=counts[Status.OPEN],
        waiting=counts[Status.WAITING],
    )
