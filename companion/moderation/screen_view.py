"""What the big screen shows the room; nothing in it that not everybody may know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from companion.board.cards import Card, stranger_card
from companion.board.polls import PollView, on_screen, records
from companion.board.room_code import code_of
from companion.board.rules import BoardState
from companion.board.talk_state import TalkState
from companion.moderation.snapshot import TopSnapshot
from companion.store.models import Question, Status, Talk
from companion.talks.phase import Phase

RANKED, UPCOMING = 5, 2


@dataclass(frozen=True)
class Screen:
    """What the room sees: what is Now, and the most wanted or else what comes next."""

    revision: int
    now: Card | None
    upcoming: tuple[Card, ...]
    ranked: tuple[Card, ...]
    open: int
    answered: int
    state: BoardState
    requires_code: bool
    poll: PollView | None
    room_code: str


def screen(session: Session, talk: TalkState, *, runs_talk: bool = False) -> Screen:
    """Return what the room sees; the room code only on a screen of those who run the talk.

    Anybody can open the page, from wherever they are.
    """
    snapshot, row = TopSnapshot(session, talk, RANKED), talk.row
    now = None if talk.is_over else snapshot.slot("now_id")
    ranked = _is_ranked(talk, now)
    return Screen(
        revision=talk.revision,
        now=stranger_card(now, row) if now and row else None,
        upcoming=_for_strangers(snapshot.upcoming(UPCOMING) if now and not ranked else (), row),
        ranked=_for_strangers(snapshot.upcoming(RANKED) if ranked else (), row),
        open=snapshot.asked(Status.OPEN),
        answered=snapshot.asked(Status.ANSWERED),
        state=talk.rules.state,
        requires_code=_requires_code(talk),
        poll=on_screen(records(session, row)),
        room_code=code_of(row) if row and runs_talk and _requires_code(talk) else "",
    )


def _requires_code(talk: TalkState) -> bool:
    return talk.rules.requires_code and talk.rules.state is not BoardState.CLOSED


def _is_ranked(talk: TalkState, now: Question | None) -> bool:
    """Whether the most wanted are listed: where the desk says so, and while nothing is Now."""
    is_on = now is None and talk.phase in (Phase.TALK, Phase.QA)
    is_wanted = bool(talk.row and talk.row.ranked)
    return not talk.is_over and (is_on or is_wanted)


def _for_strangers(questions: Iterable[Question], row: Talk | None) -> tuple[Card, ...]:
    return tuple(stranger_card(question, row) for question in questions if row)
