"""What visitors see of a board: the whole of it, one card, or what says the same as a draft."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import merges, room_code
from companion.board.cards import Card, Viewer, card_of
from companion.board.input import one_line
from companion.board.order import matches, ordered
from companion.board.recording import moment
from companion.board.rows import GONE, has_mute, visible_question
from companion.board.rules import SLOW_GAP, SLOW_MINUTES, BoardState
from companion.board.similarity import alike as find_alike
from companion.board.talk_state import TalkState
from companion.board.visitors import pseudonym
from companion.errors import Refused
from companion.store.models import PUBLIC, HeldVote, Question, Status, Talk, Vote

COMPARED = 500


@dataclass(frozen=True)
class Board:
    """A talk's board as one visitor sees it at one revision.

    Revisions can be compared only within one ``epoch``: another database counts its own.
    ``needs_code`` says that this visitor has still to give the room code.
    """

    epoch: str
    revision: int
    public_revision: int
    state: BoardState
    moderated: bool
    cards: tuple[Card, ...]
    mine: tuple[Card, ...]
    sort: str
    find: str
    total: int
    muted: bool = False
    requires_name: bool = False
    needs_code: bool = False
    needs_sign_in: bool = False
    slow_until: datetime | None = None
    asks_again_at: datetime | None = None

    @property
    def slow(self) -> bool:
        """Whether each person may ask only now and then."""
        return self.slow_until is not None

    @property
    def true_until(self) -> datetime | None:
        """When some of this is no longer so, though nobody does anything; None for never."""
        ends = [end for end in (self.slow_until, self.asks_again_at) if end]
        return min(ends, default=None)

    @property
    def slow_minutes(self) -> int:
        """How many minutes are between two questions of one person when the board is slow."""
        return SLOW_MINUTES


def board(session: Session, talk: TalkState, visitor: str | None, sort: str, find: str) -> Board:
    """Return the board as a visitor sees it, or as a stranger does when there is none."""
    find, rules = one_line(find), talk.rules
    me = _me(talk.row, visitor)
    rows, muted = _questions(session, talk.row, me)
    viewer = _viewer(session, talk.row, me, rows)
    cards = _cards(talk, rows, viewer)
    public = [card for card in cards if card.status in PUBLIC]
    return Board(
        epoch=_epoch(talk.row),
        revision=talk.revision,
        public_revision=talk.row.public_revision if talk.row else 0,
        state=rules.state,
        moderated=rules.moderated,
        cards=tuple(ordered([card for card in public if matches(card, find)], sort)),
        mine=tuple(sorted((card for card in cards if card.own), key=lambda card: -card.id)),
        sort=sort,
        find=find,
        total=len(public),
        muted=muted,
        requires_name=rules.requires_name,
        needs_code=_needs_code(session, talk, me),
        slow_until=rules.slow_until,
        asks_again_at=_asks_again_at(talk, cards),
    )


def _needs_code(session: Session, talk: TalkState, me: str) -> bool:
    """Whether a visitor has still to give the room code, where there is something to do."""
    if not talk.rules.requires_code or talk.rules.state is BoardState.CLOSED or talk.row is None:
        return False
    return not room_code.is_admitted(session, talk.row, me)


def _asks_again_at(talk: TalkState, cards: Iterable[Card]) -> datetime | None:
    """Return when a visitor may ask again, None where that is at once."""
    last = max((card.asked_at for card in cards if card.own), default=None)
    if last is None or not talk.rules.slow or last + SLOW_GAP <= talk.now:
        return None
    return last + SLOW_GAP


def card(session: Session, talk: TalkState, visitor: str | None, question_id: int) -> Card:
    """Return one entry of the board; raises Refused when there is no such question."""
    if talk.row is None:
        raise Refused(GONE)
    me = _me(talk.row, visitor)
    question = visible_question(session, talk.row, me, question_id)
    group = session.scalars(sa.select(Question).where(merges.of(question.id)))
    viewer = _viewer(session, talk.row, me, group)
    [found] = _cards(talk, [question], viewer)
    return found


def alike(session: Session, talk: TalkState, visitor: str | None, text: str) -> tuple[Card, ...]:
    """Return what is on the board already and likely says the same as ``text``."""
    if talk.row is None:
        return ()
    public = sa.select(Question.id, Question.text).filter_by(talk_id=talk.row.id)
    wanted = public.where(Question.status.in_(PUBLIC)).order_by(Question.votes.desc())
    known = [(row.id, row.text) for row in session.execute(wanted.limit(COMPARED))]
    found = find_alike(one_line(text), known)
    if not found:
        return ()
    me = _me(talk.row, visitor)
    rows, _ = _questions(session, talk.row, me)
    questions = {row.id: row for row in rows}
    viewer = _viewer(session, talk.row, me, rows)
    return tuple(card_of(questions[id], viewer, talk.row) for id, _ in found)


def _me(row: Talk | None, visitor: str | None) -> str:
    """Return who a visitor is on a talk, "" for a stranger."""
    return pseudonym(row.key, visitor) if row and visitor else ""


def _cards(talk: TalkState, rows: Iterable[Question], viewer: Viewer) -> list[Card]:
    if talk.row is None:
        return []
    return [card_of(row, viewer, talk.row, moment(row, talk)) for row in rows]


def _epoch(row: Talk | None) -> str:
    """Return what tells this database's board from another's, without telling the talk's key."""
    return sha256(f"epoch:{row.key}".encode()).hexdigest()[:8] if row else ""


def _questions(session: Session, row: Talk | None, me: str) -> tuple[list[Question], bool]:
    """Return what has been asked and not taken back, and whether ``me`` is muted.

    Both in one query: whoever is muted has asked something.
    """
    if row is None:
        return [], False
    kept = sa.select(Question, has_mute(row, me)).where(Question.talk_id == row.id)
    found = session.execute(kept.where(Question.status != Status.WITHDRAWN)).all()
    return [question for question, _ in found], bool(found and found[0][1])


def _viewer(session: Session, row: Talk | None, me: str, questions: Iterable[Question]) -> Viewer:
    """Return what a visitor has voted for and asked, what was merged counting as one."""
    if row is None or not me:
        return Viewer()
    root = sa.func.coalesce(Question.merged_into, Question.id)
    voted = session.scalars(
        sa.union(
            *(
                sa.select(root)
                .join(table, Question.id == table.question_id)
                .where(Question.talk_id == row.id, table.voter == me)
                for table in (Vote, HeldVote)
            )
        )
    )
    follows = {asked.merged_into for asked in questions if asked.author == me and asked.merged_into}
    return Viewer(me, frozenset(voted), frozenset(follows))
