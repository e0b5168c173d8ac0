"""What visitors see of a board: the whole of it, one card, or what says the same as a draft."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import merges, rating, room_code
from companion.board.cards import Card, Viewer, card_of
from companion.board.input import one_line
from companion.board.order import in_order, matches
from companion.board.paging import PAGE, PAGE_MOST, Selection
from companion.board.recording import moment
from companion.board.rows import GONE, has_mute, visible_question
from companion.board.rules import SLOW_GAP, SLOW_MINUTES, BoardState
from companion.board.similarity import alike as find_alike
from companion.board.talk_state import TalkState
from companion.board.visitors import pseudonym
from companion.errors import Refused
from companion.store.models import PUBLIC, HeldVote, Mute, Question, Status, Talk, Vote

COMPARED = 500
OWN = 0  # no question has this number
_ME: sa.BindParameter[str] = sa.bindparam("me")
_HERE: sa.BindParameter[int] = sa.bindparam("talk")
_IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
# Made once, for many come at once.
_MARKS = sa.union_all(
    *(
        sa.select(sa.func.coalesce(Question.merged_into, Question.id))
        .join(table, Question.id == table.question_id)
        .where(sa.or_(Question.id.in_(_IDS), Question.merged_into.in_(_IDS)), table.voter == _ME)
        for table in (Vote, HeldVote)
    ),
    sa.select(sa.literal(OWN)).where(
        sa.or_(
            sa.exists().where(Question.talk_id == _HERE, Question.author == _ME),
            sa.exists().where(Mute.talk_id == _HERE, Mute.author == _ME),
        )
    ),
)


@dataclass(frozen=True)
class Board:
    """A talk's board as one visitor sees it at one revision.

    Revisions can be compared only within one ``epoch``: another database counts its own.
    ``needs_code`` says that this visitor has still to give the room code.
    Of the ``total`` that everybody may see, ``found`` hold what is looked for. The ``cards`` are
    the first of them, as many as the ``selection`` has, and after these what is the visitor's own.
    """

    epoch: str
    revision: int
    public_revision: int
    state: BoardState
    moderated: bool
    cards: tuple[Card, ...]
    mine: tuple[Card, ...]
    selection: Selection
    found: int
    total: int
    muted: bool = False
    requires_name: bool = False
    needs_code: bool = False
    needs_sign_in: bool = False
    slow_until: datetime | None = None
    asks_again_at: datetime | None = None
    rated_from: datetime | None = None

    @property
    def is_personal(self) -> bool:
        """Whether more than votes is one visitor's own here: something asked, or a mute."""
        own = any(card.own or card.follows for card in self.cards)
        return bool(own or self.mine or self.muted or self.asks_again_at)

    @property
    def voted(self) -> tuple[Card, ...]:
        """Return what of this the visitor has voted for."""
        return tuple(card for card in self.cards if card.voted)

    def without_votes(self) -> Board:
        """Return it as somebody sees it who has voted for nothing."""
        return replace(self, cards=tuple(replace(card, voted=False) for card in self.cards))

    @property
    def hidden(self) -> int:
        """Return how many more there are than are shown."""
        return max(0, self.found - len(self.cards))

    @property
    def last(self) -> Card | None:
        """Return the card that the page ends with; those after it are there for other reasons."""
        return self.cards[: self.selection.shown][-1] if self.cards and self.hidden else None

    @property
    def wider(self) -> int | None:
        """Return how many to show next, None when that is more than a page can hold."""
        return self.selection.shown + PAGE if self.selection.shown < PAGE_MOST else None

    @property
    def slow(self) -> bool:
        """Whether each person may ask only now and then."""
        return self.slow_until is not None

    @property
    def true_until(self) -> datetime | None:
        """When some of this is no longer so, though nobody does anything; None for never."""
        ends = [end for end in (self.slow_until, self.asks_again_at, self.rated_from) if end]
        return min(ends, default=None)

    @property
    def slow_minutes(self) -> int:
        """How many minutes are between two questions of one person when the board is slow."""
        return SLOW_MINUTES


def board(session: Session, talk: TalkState, visitor: str | None, selection: Selection) -> Board:
    """Return the board as a visitor sees it, or as a stranger does when there is none."""
    rules = talk.rules
    me = _me(talk.row, visitor)
    found = _found(session, talk.row, selection) if selection.find else None
    rows, muted, total = _questions(session, talk.row, me, selection, found)
    viewer = _viewer(session, me, rows)
    cards = _cards(talk, rows, viewer)
    return Board(
        epoch=_epoch(talk.row),
        revision=talk.revision,
        public_revision=talk.row.public_revision if talk.row else 0,
        state=rules.state,
        moderated=rules.moderated,
        cards=_shown(cards, selection, found),
        mine=tuple(sorted((card for card in cards if card.own), key=lambda card: -card.id)),
        selection=selection,
        found=len(found.ids) if found else total,
        total=total,
        muted=muted,
        requires_name=rules.requires_name,
        needs_code=_needs_code(session, talk, me),
        slow_until=rules.slow_until,
        asks_again_at=_asks_again_at(talk, cards),
        rated_from=rating.begins(talk),
    )


def for_visitor(session: Session, talk: TalkState, visitor: str | None, seen: Board) -> Board:
    """Return the board as a visitor sees it, given the board as a stranger does.

    Only whoever has asked something costs as much as a board of their own.
    """
    me = _me(talk.row, visitor)
    if talk.row is None or not me:
        return seen
    marks = _marks(session, talk.row, me, [card.id for card in seen.cards])
    if OWN in marks:
        return board(session, talk, visitor, seen.selection)
    needs_code = _needs_code(session, talk, me)
    if not marks and needs_code == seen.needs_code:
        return seen
    cards = (replace(card, voted=True) if card.id in marks else card for card in seen.cards)
    return replace(seen, cards=tuple(cards), needs_code=needs_code)


def _marks(session: Session, row: Talk, me: str, ids: Sequence[int]) -> frozenset[int]:
    """Return what of some questions somebody has voted for, and OWN where more is theirs."""
    asked = {"me": me, "talk": row.id, "ids": ids}
    return frozenset(session.connection().execute(_MARKS, asked).scalars())


def needs_code(session: Session, talk: TalkState, visitor: str | None) -> bool:
    """Whether a visitor has still to give the room code, where there is something to do."""
    return _needs_code(session, talk, _me(talk.row, visitor))


def _needs_code(session: Session, talk: TalkState, me: str) -> bool:
    if not talk.rules.requires_code or talk.rules.state is BoardState.CLOSED or talk.row is None:
        return False
    return not room_code.is_admitted(session, talk.row, me)


def _shown(cards: Iterable[Card], selection: Selection, found: _Found | None) -> tuple[Card, ...]:
    """Return the first of the cards, and what else concerns the visitor of those that match."""
    public = [card for card in cards if card.status in PUBLIC]
    if found:
        wanted = set(found.ids)
        public = [card for card in public if card.id in wanted]
    beyond = public[selection.shown :]
    mine = [card for card in beyond if card.own or card.follows or card.id == selection.at]
    return (*public[: selection.shown], *mine)


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
    group = session.scalars(sa.select(Question).where(merges.of(question.id))).all()
    viewer = _viewer(session, me, group)
    [found] = _cards(talk, [question], viewer)
    return found


def is_long(session: Session, slug: str) -> bool:
    """Whether a talk's board has more than a page, so that a link has to say what it leads to."""
    public = sa.select(Question.id).join(Talk, Talk.id == Question.talk_id)
    beyond = public.where(Talk.slug == slug, Question.status.in_(PUBLIC)).offset(PAGE).limit(1)
    return session.scalar(beyond) is not None


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
    rows = session.scalars(sa.select(Question).where(Question.id.in_([id for id, _ in found])))
    questions = {row.id: row for row in rows}
    viewer = _viewer(session, me, questions.values())
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


class _Found(NamedTuple):
    """Which questions hold what is looked for, in order, of how many that are public."""

    ids: list[int]
    total: int


def _found(session: Session, row: Talk | None, selection: Selection) -> _Found:
    if row is None:
        return _Found([], 0)
    asked = sa.func.coalesce(Question.prompt, "")
    words = Question.text + " " + Question.detail + " " + Question.name + " " + asked
    wanted = (
        sa.select(Question.id, words).where(_public(row)).order_by(*in_order(row, selection.sort))
    )
    sought = selection.find.casefold().split()
    # Through the connection: there may be thousands, and nobody needs them as objects.
    public = session.connection().execute(wanted).all()
    return _Found([id for id, text in public if matches(text, sought)], len(public))


def _public(row: Talk) -> sa.ColumnElement[bool]:
    return sa.and_(Question.talk_id == row.id, Question.status.in_(PUBLIC))


def _questions(
    session: Session, row: Talk | None, me: str, selection: Selection, found: _Found | None
) -> tuple[Sequence[Question], bool, int]:
    """Return a page of the board in order, whether ``me`` is muted, and how many are public.

    With the page come what ``me`` asked and has not taken back, what that was merged into, and the
    question that a link leads to. All in one query: whoever is muted has asked something.
    """
    if row is None:
        return [], False, 0
    order = in_order(row, selection.sort)
    first = sa.select(Question.id).where(_public(row)).order_by(*order).limit(selection.shown)
    page = Question.id.in_(found.ids[: selection.shown] if found else first)
    mine = sa.and_(Question.talk_id == row.id, Question.author == me)
    wanted: list[sa.Select[Any]] = [sa.select(Question.id).where(page)]
    if me:
        wanted += [sa.select(Question.id).where(mine), sa.select(Question.merged_into).where(mine)]
    if selection.at:
        wanted += [sa.select(Question.id).where(_public(row), Question.id == selection.at)]
    total = sa.select(sa.func.count()).where(_public(row)).scalar_subquery()
    kept = sa.select(Question, has_mute(row, me), total).order_by(*order)
    here = Question.id.in_(sa.union_all(*wanted)), Question.status != Status.WITHDRAWN
    rows = session.execute(kept.where(*here)).all()
    public = found.total if found else rows[0][2] if rows else 0
    return [question for question, _, _ in rows], bool(rows and rows[0][1]), public


def _viewer(session: Session, me: str, questions: Collection[Question]) -> Viewer:
    """Return what of some questions a visitor voted for and asked, what was merged being one."""
    if not me or not questions:
        return Viewer(me)
    ids = [question.id for question in questions]
    root = sa.func.coalesce(Question.merged_into, Question.id)
    voted = session.scalars(
        sa.union(
            *(
                sa.select(root)
                .join(table, Question.id == table.question_id)
                .where(
                    sa.or_(Question.id.in_(ids), Question.merged_into.in_(ids)), table.voter == me
                )
                for table in (Vote, HeldVote)
            )
        )
    )
    follows = {asked.merged_into for asked in questions if asked.author == me and asked.merged_into}
    return Viewer(me, frozenset(voted), frozenset(follows))
