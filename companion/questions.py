"""The rules of the board: who may ask, vote, edit and withdraw, when, and what that changes."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import Session

from companion import richtext
from companion.db import insert_once
from companion.events import (
    QuestionEdited,
    QuestionHidden,
    QuestionOpened,
    TalkChanged,
    VotesChanged,
)
from companion.identity import pseudonym
from companion.models import PUBLIC, Kind, Question, Status, Talk, Vote
from companion.talks.page import Phase, TalkPage
from companion.writer import Change

TEXT_MIN, TEXT_MAX, DETAIL_MAX, NAME_MAX = 10, 300, 1_000, 60
KEY = re.compile(r"[0-9A-Za-z-]{8,64}")
GONE = "This question is not on the board any more."
UNSEEN = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\ufeff\uffa0")
EDITABLE = frozenset({Status.WAITING, Status.OPEN})
MAX_ID = 2**31 - 1
# What joins letters and emoji is kept where it joins something, once.
JOINED_MANY = re.compile("([\u200c\u200d])[\u200c\u200d]+")
JOINS_NOTHING = re.compile(r"(?<!\S)[\u200c\u200d]|[\u200c\u200d](?!\S)")


class Refused(Exception):
    """The person may not, or cannot; the text is safe to show."""

    def __init__(self, message: str, retry_after: int | None = None) -> None:
        """Say why, and after how many seconds it may be tried again if waiting helps."""
        super().__init__(message)
        self.retry_after = retry_after


class BoardState(StrEnum):
    """What attendees may do on a board."""

    OPEN = "open"
    VOTES = "votes"
    CLOSED = "closed"


@dataclass(frozen=True)
class Draft:
    """What somebody wants to put on the board, cleaned and of a proper length."""

    text: str
    detail: str
    kind: Kind
    name: str
    key: str


@dataclass(frozen=True)
class Asked:
    """What became of a draft."""

    id: int
    status: Status


@dataclass(frozen=True)
class Card:
    """One entry of the board; ``own`` and ``voted`` are False as a stranger sees it."""

    id: int
    key: str
    kind: Kind
    text: str
    detail: str
    name: str
    status: Status
    votes: int
    asked_at: datetime
    edited: bool
    own: bool = False
    voted: bool = False

    @property
    def detail_html(self) -> Markup:
        """Return the detail as safe HTML."""
        return richtext.to_html(self.detail)

    @property
    def editable(self) -> bool:
        """Whether its author may still change it, as far as its status goes."""
        return self.status in EDITABLE


@dataclass(frozen=True)
class Board:
    """A talk's board as one visitor sees it at one revision."""

    revision: int
    listed: int
    state: BoardState
    moderated: bool
    cards: tuple[Card, ...]
    mine: tuple[Card, ...]
    sort: str
    find: str
    total: int


@dataclass(frozen=True)
class House:
    """What holds on a talk's board right now."""

    slug: str
    state: BoardState
    moderated: bool
    now: datetime


def house(page: TalkPage, now: datetime, *, moderated: bool) -> House:
    """Return what holds on a talk's board: its own page decides, else ``moderated``."""
    kept = moderated if page.moderated is None else page.moderated
    return House(page.slug, board_state(page, now), kept, now)


def board_state(page: TalkPage, now: datetime) -> BoardState:
    """Return what attendees may do: as the page says, else open until the talk is over."""
    if page.board_state:
        return BoardState(page.board_state)
    return BoardState.CLOSED if page.phase(now) is Phase.OVER else BoardState.OPEN


def read_draft(fields: Mapping[str, object]) -> Draft:
    """Clean what was typed; raises Refused when it is too short, too long or misshapen."""
    text = _one_line(_typed(fields, "text"))
    detail = _clean(_typed(fields, "detail")).strip()
    name = _one_line(_typed(fields, "name"))
    kind = _typed(fields, "kind") or Kind.QUESTION
    key = _typed(fields, "key") or secrets.token_hex(16)
    if kind not in set(Kind):
        raise Refused("Choose whether this is a question or a comment.")
    if not KEY.fullmatch(key):
        raise Refused("This form is damaged. Reload the page; what you typed is kept.")
    if len(text) < TEXT_MIN:
        raise Refused(f"Write at least {TEXT_MIN} characters, so that everyone can follow.")
    _refuse_longer(text, TEXT_MAX, f"The {kind}", "; put more into the detail")
    _refuse_longer(detail, DETAIL_MAX, "The detail")
    _refuse_longer(name, NAME_MAX, "The name")
    return Draft(text, detail, Kind(kind), name, key)


def _typed(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name, "")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(f"`{name}` must be text.")
    return value


def _refuse_longer(text: str, limit: int, what: str, advice: str = "") -> None:
    over = len(text) - limit
    if over > 0:
        raise Refused(f"{what} is {over:,} character{'' if over == 1 else 's'} too long{advice}.")


def _clean(text: str) -> str:
    """Compose characters, and leave out what is not to be seen or turns the text around."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(char for char in text if char in "\n\t\u200d\u200c" or _is_visible(char))
    text = JOINS_NOTHING.sub("", JOINED_MANY.sub(r"\1", text))
    return unicodedata.normalize("NFC", text)


def _is_visible(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn") and char not in UNSEEN


def _one_line(text: str) -> str:
    return " ".join(_clean(text).split())


def ask(change: Change, house: House, visitor: str, draft: Draft) -> Asked:
    """Put a question on the board, or before a moderator; the same key twice is one question."""
    talk = _talk(change.session, house.slug)
    author = pseudonym(talk.key, visitor)
    before = change.session.scalar(sa.select(Question).filter_by(talk_id=talk.id, key=draft.key))
    if before:
        return _asked_before(before, author, draft)
    if house.state is not BoardState.OPEN:
        raise Refused(_why_closed(house.state))
    question = Question(
        talk_id=talk.id,
        key=draft.key,
        author=author,
        kind=draft.kind,
        text=draft.text,
        detail=draft.detail,
        name=draft.name,
        status=Status.WAITING if house.moderated else Status.OPEN,
        asked_at=house.now,
    )
    change.session.add(question)
    change.session.flush()
    if question.status is Status.OPEN:
        change.announce(QuestionOpened(*_listing_changed(change.session, talk), question.id))
    return Asked(question.id, question.status)


def _asked_before(question: Question, author: str, draft: Draft) -> Asked:
    if question.author != author:
        raise Refused("This form was sent by somebody else. Reload the page to get your own.")
    same = (question.text, question.detail) == (draft.text, draft.detail)
    if not same and not question.edited_at:
        raise Refused("An earlier version of this has arrived. Edit it under your questions.")
    return Asked(question.id, question.status)


def _why_closed(state: BoardState) -> str:
    if state is BoardState.VOTES:
        return "The board takes votes only now."
    return "The board is closed."


def vote(change: Change, house: House, visitor: str, question_id: int, *, wanted: bool) -> int:
    """Have a visitor's vote be as wanted, once or many times over; return the question's votes."""
    if house.state is BoardState.CLOSED:
        raise Refused(_why_closed(house.state))
    talk = _talk(change.session, house.slug)
    voter = pseudonym(talk.key, visitor)
    question = _question(change.session, talk, voter, question_id)
    if question.status is not Status.OPEN:
        raise Refused("This question takes no votes any more.")
    if question.author == voter:
        raise Refused("Your own question counts without your vote.")
    if not _set_vote(change.session, question.id, voter, house.now, wanted=wanted):
        return question.votes
    votes = _count_vote(change.session, question.id, 1 if wanted else -1)
    change.announce(VotesChanged(*_changed(change.session, talk), question.id, votes))
    return votes


def _set_vote(
    session: Session, question_id: int, voter: str, now: datetime, *, wanted: bool
) -> bool:
    """Return whether that changed anything; the primary key decides, not this code."""
    if wanted:
        return insert_once(session, Vote, question_id=question_id, voter=voter, voted_at=now)
    taken = sa.delete(Vote).filter_by(question_id=question_id, voter=voter)
    return session.scalar(taken.returning(Vote.voter)) is not None


def _count_vote(session: Session, question_id: int, step: int) -> int:
    counted = sa.update(Question).filter_by(id=question_id).values(votes=Question.votes + step)
    return session.scalars(counted.returning(Question.votes)).one()


def edit(change: Change, house: House, visitor: str, question_id: int, draft: Draft) -> Asked:
    """Change the words of one's own question until it is answered; what was held stays held."""
    if house.state is not BoardState.OPEN:
        raise Refused(_why_closed(house.state))
    talk = _talk(change.session, house.slug)
    question = _own_question(change.session, talk, visitor, question_id)
    if question.status not in EDITABLE:
        raise Refused("This has been dealt with and cannot be changed any more.")
    words = (draft.text, draft.detail, draft.kind)
    if words == (question.text, question.detail, question.kind):
        return Asked(question.id, question.status)
    was_open = question.status is Status.OPEN
    question.text, question.detail, question.kind = words
    question.edited_at = house.now
    if house.moderated:
        question.status = Status.WAITING
    change.session.flush()
    if was_open:
        event = QuestionHidden if house.moderated else QuestionEdited
        change.announce(event(*_listing_changed(change.session, talk), question.id))
    return Asked(question.id, question.status)


def withdraw(change: Change, house: House, visitor: str, question_id: int) -> None:
    """Take one's own question back, whatever the board's state; twice is once."""
    talk = _talk(change.session, house.slug)
    question = _own_question(change.session, talk, visitor, question_id)
    if question.status is Status.WITHDRAWN:
        return
    if question.status not in EDITABLE:
        raise Refused("This has been dealt with and cannot be taken back any more.")
    was_open = question.status is Status.OPEN
    question.status = Status.WITHDRAWN
    change.session.flush()
    if was_open:
        seen = _listing_changed(change.session, talk)
        change.announce(QuestionHidden(*seen, question.id))


def note_new_page(change: Change, slug: str) -> None:
    """Record that the talk's own file says something else now."""
    talk = _talk(change.session, slug)
    change.announce(TalkChanged(*_listing_changed(change.session, talk)))


def revision(session: Session, slug: str) -> int:
    """Return the revision of a talk's board, 0 while nobody has written on it."""
    return session.scalar(sa.select(Talk.revision).filter_by(slug=slug)) or 0


def board(session: Session, house: House, visitor: str | None, sort: str, find: str) -> Board:
    """Return the board as a visitor sees it, or as a stranger does when there is none."""
    find = _one_line(find)
    talk = session.scalar(sa.select(Talk).filter_by(slug=house.slug))
    questions = _questions(session, talk)
    me = pseudonym(talk.key, visitor) if talk and visitor else ""
    voted = _voted(session, talk, me)
    public = [_card(row, me, voted) for row in questions if row.status in PUBLIC]
    own = [_card(row, me, voted) for row in questions if me and row.author == me]
    return Board(
        revision=talk.revision if talk else 0,
        listed=talk.listed if talk else 0,
        state=house.state,
        moderated=house.moderated,
        cards=tuple(_ordered([card for card in public if _matches(card, find)], sort)),
        mine=tuple(sorted(own, key=lambda card: -card.id)),
        sort=sort,
        find=find,
        total=len(public),
    )


def card(session: Session, house: House, visitor: str | None, question_id: int) -> Card:
    """Return one entry of the board; raises Refused when there is no such question."""
    talk = session.scalar(sa.select(Talk).filter_by(slug=house.slug))
    if talk is None:
        raise Refused(GONE)
    me = pseudonym(talk.key, visitor) if visitor else ""
    question = _question(session, talk, me, question_id)
    return _card(question, me, _voted(session, talk, me))


def _questions(session: Session, talk: Talk | None) -> list[Question]:
    if talk is None:
        return []
    kept = sa.select(Question).filter_by(talk_id=talk.id)
    return list(session.scalars(kept.where(Question.status != Status.WITHDRAWN)))


def _voted(session: Session, talk: Talk | None, voter: str) -> frozenset[int]:
    if talk is None or not voter:
        return frozenset()
    votes = sa.select(Vote.question_id).join(Question, Question.id == Vote.question_id)
    return frozenset(session.scalars(votes.where(Question.talk_id == talk.id, Vote.voter == voter)))


def _card(question: Question, me: str, voted: frozenset[int]) -> Card:
    return Card(
        id=question.id,
        key=question.key,
        kind=question.kind,
        text=question.text,
        detail=question.detail,
        name=question.name,
        status=question.status,
        votes=question.votes,
        asked_at=question.asked_at,
        edited=question.edited_at is not None,
        own=bool(me) and question.author == me,
        voted=question.id in voted,
    )


def _ordered(cards: list[Card], sort: str) -> list[Card]:
    """Put answered ones last; among equals the older is first, or with `recent` the newer."""
    if sort == "recent":
        return sorted(cards, key=lambda card: (card.status is Status.ANSWERED, -card.id))
    return sorted(cards, key=lambda card: (card.status is Status.ANSWERED, -card.votes, card.id))


def _matches(card: Card, find: str) -> bool:
    sought = find.casefold().split()
    text = f"{card.text} {card.detail} {card.name}".casefold()
    return all(word in text for word in sought)


def _talk(session: Session, slug: str) -> Talk:
    """Return a talk's row, made on first use, locked until the change is over."""
    wanted = sa.select(Talk).filter_by(slug=slug).with_for_update()
    talk = session.scalar(wanted)
    if talk is None:
        insert_once(session, Talk, slug=slug, key=secrets.token_hex(32), revision=0, listed=0)
        talk = session.scalars(wanted).one()
    return talk


def _question(session: Session, talk: Talk, me: str, question_id: int) -> Question:
    """Return a question that ``me`` may see; to others, what is held might as well not exist."""
    wanted = sa.select(Question).filter_by(id=question_id, talk_id=talk.id)
    question = session.scalar(wanted) if 0 < question_id <= MAX_ID else None
    if question is None or (question.status not in PUBLIC and question.author != me):
        raise Refused(GONE)
    return question


def _own_question(session: Session, talk: Talk, visitor: str, question_id: int) -> Question:
    me = pseudonym(talk.key, visitor)
    question = _question(session, talk, me, question_id)
    if question.author != me:
        raise Refused("Only the browser that asked this can change it.")
    return question


def _changed(session: Session, talk: Talk) -> tuple[str, int, int]:
    """Count one change of the board; return what every event begins with."""
    after = talk.listed
    talk.revision += 1
    session.flush()
    return talk.slug, talk.revision, after


def _listing_changed(session: Session, talk: Talk) -> tuple[str, int, int]:
    """Count one change that is more than a vote."""
    after = talk.listed
    talk.revision = talk.listed = talk.revision + 1
    session.flush()
    return talk.slug, talk.revision, after
