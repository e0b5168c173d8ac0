"""The rules of the board: who may ask, vote, edit and withdraw, when, and what that changes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import merges
from companion.board.cards import EDITABLE, Card, Viewer, card_of
from companion.board.input import Draft, one_line
from companion.board.recording import Moment, moment
from companion.board.rules import BoardState, House, scheduled
from companion.board.similarity import alike as find_alike
from companion.board.visitors import pseudonym
from companion.errors import Refused
from companion.store.engine import AFRESH, insert_once
from companion.store.events import (
    DeskChanged,
    QuestionEdited,
    QuestionHeld,
    QuestionHidden,
    QuestionOpened,
    TalkChanged,
)
from companion.store.models import PUBLIC, Mute, Question, Status, Talk, Vote
from companion.store.writer import Change
from companion.talks.page import TalkPage

SLOW_MINUTES = 2
SLOW_GAP, SLOW_SPAN = timedelta(minutes=SLOW_MINUTES), timedelta(minutes=5)
FLOOD_SPAN = timedelta(seconds=30)
COMPARED = 500
GONE = "This question is not on the board any more."
MAX_ID = 2**31 - 1


@dataclass(frozen=True)
class Asked:
    """What became of a draft."""

    id: int
    status: Status


@dataclass(frozen=True)
class Board:
    """A talk's board as one visitor sees it at one revision.

    Revisions can be compared only within one ``epoch``: another database counts its own.
    """

    epoch: str
    revision: int
    listed: int
    state: BoardState
    moderated: bool
    cards: tuple[Card, ...]
    mine: tuple[Card, ...]
    sort: str
    find: str
    total: int
    muted: bool = False
    needs_name: bool = False
    slow: bool = False

    @property
    def slow_minutes(self) -> int:
        """How many minutes are between two questions of one person when the board is slow."""
        return SLOW_MINUTES


def ask(change: Change, house: House, visitor: str, draft: Draft) -> Asked:
    """Put a question on the board, or before a moderator; the same key twice is one question."""
    talk = talk_row(change.session, house.slug)
    house, author = house.under(talk), pseudonym(talk.key, visitor)
    before = change.session.scalar(sa.select(Question).filter_by(talk_id=talk.id, key=draft.key))
    if before:
        return _asked_before(before, author, draft)
    _refuse_asking(change.session, house, talk, author, draft)
    held = house.moderated or is_muted(change.session, talk, author)
    question = Question(
        talk_id=talk.id,
        key=draft.key,
        author=author,
        kind=draft.kind,
        text=draft.text,
        detail=draft.detail,
        name=draft.name,
        status=Status.WAITING if held else Status.OPEN,
        asked_at=house.now,
    )
    change.session.add(question)
    _notice_flood(change.session, house, talk)
    change.session.flush()
    if held:
        change.announce(QuestionHeld(*count_change(change.session, talk), question.id))
    else:
        change.announce(QuestionOpened(*count_listing(change.session, talk), question.id))
    return Asked(question.id, question.status)


def _refuse_asking(session: Session, house: House, talk: Talk, author: str, draft: Draft) -> None:
    if house.state is not BoardState.OPEN:
        raise Refused(why_closed(house.state))
    if house.needs_name and not draft.name:
        raise Refused("Give your name, please: this board takes no anonymous questions.")
    last = sa.select(sa.func.max(Question.asked_at)).filter_by(talk_id=talk.id, author=author)
    asked_at = session.scalar(last) if house.slow else None
    if asked_at and asked_at + SLOW_GAP > house.now:
        wait = int((asked_at + SLOW_GAP - house.now).total_seconds()) + 1
        raise Refused(
            "Many people are asking just now, so each may ask one question every "
            f"{SLOW_MINUTES} minutes. Nothing you typed is lost.",
            retry_after=wait,
        )


def is_muted(session: Session, talk: Talk, author: str) -> bool:
    """Whether what somebody posts on a talk is held for a moderator."""
    return session.get(Mute, (talk.id, author)) is not None


def _notice_flood(session: Session, house: House, talk: Talk) -> None:
    """Begin slow mode when more questions come at once than anybody could read."""
    if not house.flood or house.slow:
        return
    recent = sa.select(sa.func.count()).select_from(Question).filter_by(talk_id=talk.id)
    asked = session.scalar(recent.where(Question.asked_at > house.now - FLOOD_SPAN)) or 0
    if asked >= house.flood:
        talk.slow_until = house.now + SLOW_SPAN


def _asked_before(question: Question, author: str, draft: Draft) -> Asked:
    if question.author != author:
        raise Refused("This form was sent by somebody else. Reload the page to get your own.")
    same = (question.text, question.detail) == (draft.text, draft.detail)
    if not same and not question.edited_at:
        raise Refused("An earlier version of this has arrived. Edit it under your questions.")
    return Asked(question.id, question.status)


def why_closed(state: BoardState) -> str:
    """Say why a board does not take what it is given."""
    if state is BoardState.VOTES:
        return "The board takes votes only now."
    return "The board is closed."


def edit(change: Change, house: House, visitor: str, question_id: int, draft: Draft) -> Asked:
    """Change the words of one's own question until it is answered; what was held stays held."""
    talk = talk_row(change.session, house.slug)
    house = house.under(talk)
    if house.state is not BoardState.OPEN:
        raise Refused(why_closed(house.state))
    question = _own_question(change.session, talk, visitor, question_id)
    if question.status not in EDITABLE:
        raise Refused("This has been dealt with and cannot be changed any more.")
    words = (draft.text, draft.detail, draft.kind)
    if words == (question.text, question.detail, question.kind):
        return Asked(question.id, question.status)
    if question.id == talk.now_id:
        raise Refused("This is being answered just now and cannot be changed any more.")
    was_open = question.status is Status.OPEN
    question.text, question.detail, question.kind = words
    question.original_text = question.original_detail = None
    question.edited_at = house.now
    if house.moderated or is_muted(change.session, talk, question.author):
        question.status = Status.WAITING
        free_slots(talk, question.id)
    change.session.flush()
    _announce_edit(change, talk, question, was_open=was_open)
    return Asked(question.id, question.status)


def _announce_edit(change: Change, talk: Talk, question: Question, *, was_open: bool) -> None:
    if was_open:
        event = QuestionHidden if question.status is Status.WAITING else QuestionEdited
        change.announce(event(*count_listing(change.session, talk), question.id))
    else:
        change.announce(QuestionHeld(*count_change(change.session, talk), question.id))


def withdraw(change: Change, house: House, visitor: str, question_id: int) -> None:
    """Take one's own question back, whatever the board's state; twice is once."""
    talk = talk_row(change.session, house.slug)
    question = _own_question(change.session, talk, visitor, question_id)
    if question.status is Status.WITHDRAWN:
        return
    if question.status not in EDITABLE:
        raise Refused("This has been dealt with and cannot be taken back any more.")
    was_open = question.status is Status.OPEN
    question.status = Status.WITHDRAWN
    free_slots(talk, question.id)
    released = merges.merged_into(change.session, question.id)
    for other in released:
        # It may never have been approved by itself.
        other.status = merges.status_before(change.session, other)
        other.merged_into = None
    merges.recount(change.session, question)
    if was_open:
        change.announce(QuestionHidden(*count_listing(change.session, talk), question.id))
    else:
        change.announce(DeskChanged(*count_change(change.session, talk)))
    for other in released:
        if other.status in PUBLIC:
            change.announce(QuestionOpened(*count_listing(change.session, talk), other.id))
        else:
            change.announce(QuestionHeld(*count_change(change.session, talk), other.id))


def free_slots(talk: Talk, question_id: int) -> None:
    """Have a question be neither the one that is answered now nor the next."""
    talk.now_id = None if talk.now_id == question_id else talk.now_id
    talk.next_id = None if talk.next_id == question_id else talk.next_id


def note_new_page(change: Change, slug: str) -> None:
    """Record that the talk's own file says something else now."""
    talk = talk_row(change.session, slug)
    change.announce(TalkChanged(*count_listing(change.session, talk)))


def revision(session: Session, slug: str) -> int:
    """Return the revision of a talk's board, 0 while nobody has written on it."""
    return session.scalar(sa.select(Talk.revision).filter_by(slug=slug)) or 0


def board(session: Session, house: House, visitor: str | None, sort: str, find: str) -> Board:
    """Return the board as a visitor sees it, or as a stranger does when there is none."""
    find = one_line(find)
    talk = talk_named(session, house.slug)
    house = house.under(talk)
    questions = _questions(session, talk)
    viewer = _viewer(session, talk, visitor, questions)
    page = _recorded(house, talk)
    cards = [card_of(row, viewer, talk, _moment(row, talk, page)) for row in questions if talk]
    public = [card for card in cards if card.status in PUBLIC]
    return Board(
        epoch=_epoch(talk),
        revision=talk.revision if talk else 0,
        listed=talk.listed if talk else 0,
        state=house.state,
        moderated=house.moderated,
        cards=tuple(_ordered([card for card in public if _matches(card, find)], sort)),
        mine=tuple(sorted((card for card in cards if card.own), key=lambda card: -card.id)),
        sort=sort,
        find=find,
        total=len(public),
        muted=bool(talk and viewer.me and is_muted(session, talk, viewer.me)),
        needs_name=house.needs_name,
        slow=house.slow,
    )


def card(session: Session, house: House, visitor: str | None, question_id: int) -> Card:
    """Return one entry of the board; raises Refused when there is no such question."""
    talk = talk_named(session, house.slug)
    if talk is None:
        raise Refused(GONE)
    me = pseudonym(talk.key, visitor) if visitor else ""
    question = _question(session, talk, me, question_id)
    group = session.scalars(sa.select(Question).where(merges.of(question.id)))
    viewer = _viewer(session, talk, visitor, group)
    return card_of(question, viewer, talk, _moment(question, talk, _recorded(house, talk)))


def _recorded(house: House, talk: Talk | None) -> TalkPage | None:
    """Return the talk's page, as the desk has moved its times, once its recording is placed."""
    is_placed = talk is not None and talk.recorded_from is not None
    return scheduled(house.page, talk) if house.page and is_placed else None


def _moment(question: Question, talk: Talk, page: TalkPage | None) -> Moment | None:
    return moment(question, talk, page) if page else None


def alike(session: Session, house: House, visitor: str | None, text: str) -> tuple[Card, ...]:
    """Return what is on the board already and likely says the same as ``text``."""
    talk = talk_named(session, house.slug)
    if talk is None:
        return ()
    public = sa.select(Question.id, Question.text).filter_by(talk_id=talk.id)
    wanted = public.where(Question.status.in_(PUBLIC)).order_by(Question.votes.desc())
    known = [(row.id, row.text) for row in session.execute(wanted.limit(COMPARED))]
    found = find_alike(one_line(text), known)
    if not found:
        return ()
    questions = {row.id: row for row in _questions(session, talk)}
    viewer = _viewer(session, talk, visitor, questions.values())
    return tuple(card_of(questions[id], viewer, talk) for id, _ in found)


def _epoch(talk: Talk | None) -> str:
    """Return what tells this database's board from another's, without telling the talk's key."""
    return sha256(f"epoch:{talk.key}".encode()).hexdigest()[:8] if talk else ""


def _questions(session: Session, talk: Talk | None) -> list[Question]:
    if talk is None:
        return []
    kept = sa.select(Question).filter_by(talk_id=talk.id)
    return list(session.scalars(kept.where(Question.status != Status.WITHDRAWN)))


def _viewer(
    session: Session, talk: Talk | None, visitor: str | None, questions: Iterable[Question]
) -> Viewer:
    """Return what a visitor has voted for and asked, what was merged counting as one."""
    if talk is None or not visitor:
        return Viewer()
    me = pseudonym(talk.key, visitor)
    root = sa.func.coalesce(Question.merged_into, Question.id)
    votes = sa.select(root).join(Vote, Question.id == Vote.question_id)
    voted = session.scalars(votes.where(Question.talk_id == talk.id, Vote.voter == me))
    follows = {row.merged_into for row in questions if row.author == me and row.merged_into}
    return Viewer(me, frozenset(voted), frozenset(follows))


def _ordered(cards: list[Card], sort: str) -> list[Card]:
    """Put answered ones last and pinned ones first; else the older, or with `recent` the newer."""

    def place(card: Card) -> tuple[bool, bool, int, int]:
        votes, turn = (0, -card.id) if sort == "recent" else (-card.votes, card.id)
        return card.status is Status.ANSWERED, not card.pinned, votes, turn

    return sorted(cards, key=place)


def _matches(card: Card, find: str) -> bool:
    sought = find.casefold().split()
    text = f"{card.text} {card.detail} {card.name}".casefold()
    return all(word in text for word in sought)


def talk_named(session: Session, slug: str) -> Talk | None:
    """Return a talk's row as it is now, or None while nobody has written on it."""
    return session.scalar(sa.select(Talk).filter_by(slug=slug))


def talk_row(session: Session, slug: str) -> Talk:
    """Return a talk's row, made on first use, locked until the change is over."""
    wanted = sa.select(Talk).filter_by(slug=slug).with_for_update().execution_options(**AFRESH)
    talk = session.scalar(wanted)
    if talk is None:
        insert_once(session, Talk, slug=slug, key=secrets.token_hex(32), revision=0, listed=0)
        talk = session.scalars(wanted).one()
    return talk


def _question(session: Session, talk: Talk, me: str, question_id: int) -> Question:
    """Return a question that ``me`` may see; to others, what is held might as well not exist."""
    wanted = sa.select(Question).filter_by(id=question_id, talk_id=talk.id)
    wanted = wanted.execution_options(**AFRESH)
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


def count_change(session: Session, talk: Talk) -> tuple[str, int, int]:
    """Count one change of the board; return what every event begins with."""
    after = talk.listed
    talk.revision += 1
    session.flush()
    return talk.slug, talk.revision, after


def count_listing(session: Session, talk: Talk) -> tuple[str, int, int]:
    """Count one change that everybody hears of."""
    after = talk.listed
    talk.revision = talk.listed = talk.revision + 1
    session.flush()
    return talk.slug, talk.revision, after
