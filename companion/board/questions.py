"""The rules of the board: who may ask, edit and withdraw, when, and what that changes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from companion.board import answering, ballots, history, merges, provisional, rating, room_code
from companion.board.arranging import forget_place, forget_who
from companion.board.cards import Viewer, card_of
from companion.board.clusters import forget_titles
from companion.board.content_hash import changed_meanwhile, hash_of_words
from companion.board.drawing import forget_author
from companion.board.events import (
    AskerTold,
    BallotsChanged,
    DeskChanged,
    QuestionChanged,
    QuestionEdited,
    QuestionHeld,
    QuestionHidden,
    QuestionOpened,
    QuestionShown,
    RulesChanged,
    TalkChanged,
)
from companion.board.input import Draft, refuse_short
from companion.board.newcomers import Standing
from companion.board.recording import moment
from companion.board.rows import (
    count_change,
    count_public_change,
    free_slots,
    has_mute,
    is_muted,
    own_question,
)
from companion.board.rules import SLOW_GAP, SLOW_SPAN
from companion.board.talk_state import LockedTalk
from companion.board.visitors import pseudonym
from companion.errors import Refused
from companion.messages import gettext, ngettext
from companion.store import deliveries
from companion.store.engine import AFRESH
from companion.store.models import EDITABLE, PUBLIC, Question, Status
from companion.store.writer import Change

FLOOD_SPAN = timedelta(seconds=30)
GONE_WORDS = "(deleted)"
BUILT_ON = (Status.ANSWERED, Status.MERGED)  # an answer, or others' votes
ANSWERED_NOW = gettext("This is being answered just now. Add what you want to say as a comment.")


@dataclass(frozen=True)
class Asked:
    """What became of a draft."""

    id: int
    status: Status


class History(NamedTuple):
    """What a talk's questions say about a new one and about who asks it.

    ``known`` is the question with the same key, ``last`` when its asker has asked before.
    """

    known: int | None
    muted: bool
    recent: int
    last: datetime | None


NOBODY_NEW = Standing()


def ask(
    change: Change,
    talk: LockedTalk,
    visitor: str,
    draft: Draft,
    standing: Standing = NOBODY_NEW,
    *,
    runs_talk: bool = False,
) -> Asked:
    """Put a question on the board, or before a moderator; the same key twice is one question."""
    row, author = talk.row, pseudonym(talk.row.key, visitor)
    found = _history(change.session, talk, author, draft.key)
    if found.known:
        return _asked_before(change.session.get_one(Question, found.known), author, draft)
    _refuse_asking(talk, draft, found.last)
    prompt = _prompt(change.session, talk, draft)
    room_code.refuse_outsiders(change.session, talk, author, runs_talk=runs_talk)
    is_held = _is_kept_apart(change.session, talk, author, standing)
    is_held = is_held or talk.rules.moderated or found.muted
    question = _new_question(talk, author, draft, prompt, is_held=is_held)
    change.session.add(question)
    change.session.flush()
    deliveries.queue(change.session, row.slug, [(deliveries.ASKED, question.id)], talk.now)
    begins_slow = prompt is None and _notice_flood(talk, found.recent + 1)
    if is_held:
        change.announce(QuestionHeld(*count_change(change.session, row), question.id))
    else:
        announce_shown(change, talk, QuestionOpened, question)
    if begins_slow:
        change.announce(RulesChanged(*count_public_change(change.session, row)))
    return Asked(question.id, question.status)


def _prompt(session: Session, talk: LockedTalk, draft: Draft) -> str | None:
    """Return what a draft answers, None where it answers nothing; raises Refused."""
    if draft.answers_to is None:
        return None
    return answering.open_prompt(session, talk, draft.answers_to).text


def _new_question(
    talk: LockedTalk, author: str, draft: Draft, prompt: str | None, *, is_held: bool
) -> Question:
    question = Question(
        talk_id=talk.row.id,
        key=draft.key,
        author=author,
        kind=draft.kind,
        text=draft.text,
        detail=draft.detail,
        name=draft.name,
        status=Status.WAITING if is_held else Status.OPEN,
        asked_at=talk.now,
        answers_to=draft.answers_to,
    )
    set_committed_value(question, "prompt", prompt)  # else it would be asked for
    return question


def _is_kept_apart(session: Session, talk: LockedTalk, author: str, standing: Standing) -> bool:
    """Whether somebody is held because many new people came at once."""
    is_one_of_many = standing.over_budget or (standing.in_crowd and talk.rules.slow)
    return is_one_of_many and provisional.hold(session, talk.row.id, author, talk.now)


def _history(session: Session, talk: LockedTalk, author: str, key: str) -> History:
    """Return all that has to be known before a question is added, in one query.

    Many answer a prompt at once, which is no flood.
    """
    asked = sa.select(Question).filter_by(talk_id=talk.row.id)
    known = asked.filter_by(key=key).with_only_columns(Question.id)
    recent = asked.where(Question.asked_at > talk.now - FLOOD_SPAN, Question.answers_to.is_(None))
    last = asked.filter_by(author=author).with_only_columns(sa.func.max(Question.asked_at))
    found = sa.select(
        known.scalar_subquery(),
        has_mute(talk.row, author),
        recent.with_only_columns(sa.func.count()).scalar_subquery(),
        last.scalar_subquery(),
    )
    return History(*session.execute(found).one())


def _refuse_asking(talk: LockedTalk, draft: Draft, last: datetime | None) -> None:
    talk.rules.refuse_unless_open()
    if talk.rules.requires_name and not draft.name:
        raise Refused(
            gettext("Give your name, please: this board takes no anonymous questions."),
            field="name",
        )
    if talk.rules.slow and last and last + SLOW_GAP > talk.now:
        raise _refusal_until(talk, last + SLOW_GAP)


def _refusal_until(talk: LockedTalk, until: datetime) -> Refused:
    """Return the refusal of slow mode, which says when one may ask again."""
    wait = math.ceil((until - talk.now).total_seconds())
    at = until.astimezone(talk.page.zone)
    return Refused(
        ngettext(
            "Many people are asking just now, so each waits a little between two questions. "
            "Send it again in %(num)s minute, at %(clock)s. Nothing you typed is lost.",
            "Many people are asking just now, so each waits a little between two questions. "
            "Send it again in %(num)s minutes, at %(clock)s. Nothing you typed is lost.",
            math.ceil(wait / 60),
            clock=at.strftime("%H:%M:%S"),
        ),
        retry_after=wait + 1,
    )


def _notice_flood(talk: LockedTalk, recent: int) -> bool:
    """Begin slow mode when more come at once than anybody could read; return whether it began."""
    begins = bool(talk.rules.flood) and not talk.rules.slow and recent >= talk.rules.flood
    if begins:
        talk.row.slow_until = talk.now + SLOW_SPAN
    return begins


def _asked_before(question: Question, author: str, draft: Draft) -> Asked:
    if question.author != author:
        raise Refused(
            gettext(
                "This was sent already, by somebody else or by you before your cookie changed. "
                "See whether it is on the board; reload the page to ask something else."
            ),
        )
    if question.status is Status.WITHDRAWN:  # its words are gone, and stay so
        return Asked(question.id, question.status)
    same = (question.text, question.detail) == (draft.text, draft.detail)
    if not same and not question.edited_at:
        raise Refused(
            gettext("An earlier version of this has arrived. Edit it under your questions.")
        )
    return Asked(question.id, question.status)


def edit(
    change: Change,
    talk: LockedTalk,
    visitor: str,
    question_id: int,
    draft: Draft,
    expected_version: object = None,
    *,
    runs_talk: bool = False,
) -> Asked:
    """Change the words of one's own question until it is answered; what was held stays held.

    ``expected_version``, where it is known, is the hash of the words that were shown.
    """
    talk.rules.refuse_unless_open()
    question = own_question(change.session, talk.row, visitor, question_id)
    room_code.refuse_outsiders(change.session, talk, question.author, runs_talk=runs_talk)
    if question.answers_to is None:
        refuse_short(draft.text)
    if question.status not in EDITABLE:
        raise Refused(
            gettext(
                "This has been dealt with and cannot be changed any more. Ask anew what is missing."
            ),
        )
    shown = (question.text, question.detail, question.kind)
    if (draft.text, draft.detail, draft.kind) == shown:
        return Asked(question.id, question.status)
    if expected_version is not None and expected_version != hash_of_words(*shown):
        raise changed_meanwhile(question.kind, _last_writer(question))
    if question.id == talk.row.now_id:
        raise Refused(ANSWERED_NOW)
    was_open = question.status is Status.OPEN
    _reword(change.session, talk, question, draft)
    _announce_edit(change, talk, question, was_open=was_open)
    return Asked(question.id, question.status)


def _reword(session: Session, talk: LockedTalk, question: Question, draft: Draft) -> None:
    """Have a question say something else, which may be for a moderator to read first."""
    question.text, question.detail, question.kind = draft.text, draft.detail, draft.kind
    question.original_text = question.original_detail = None
    question.edited_at = talk.now
    if talk.rules.moderated or is_muted(session, talk.row, question.author):
        question.status = Status.WAITING
        free_slots(talk.row, question.id)
    session.flush()


def _last_writer(question: Question) -> str:
    """Return who wrote what it says now: moderators keep what was asked beside it."""
    return (
        gettext("Another window of yours")
        if question.original_text is None
        else gettext("A moderator")
    )


def _announce_edit(change: Change, talk: LockedTalk, question: Question, *, was_open: bool) -> None:
    if not was_open:
        change.announce(QuestionHeld(*count_change(change.session, talk.row), question.id))
    elif question.status is Status.WAITING:
        change.announce(QuestionHidden(*count_public_change(change.session, talk.row), question.id))
    else:
        announce_shown(change, talk, QuestionEdited, question)


def announce_shown(
    change: Change, talk: LockedTalk, event: type[QuestionShown], question: Question
) -> None:
    """Announce what has become of a question that everybody sees, and how it looks now."""
    where = count_public_change(change.session, talk.row)
    card = card_of(question, Viewer(), talk.row, moment(question, talk))
    change.announce(event(*where, question.id, card=card, state=talk.rules.state))


def withdraw(change: Change, talk: LockedTalk, visitor: str, question_id: int) -> None:
    """Take one's own question back, whatever the board's state; twice is once."""
    question = own_question(change.session, talk.row, visitor, question_id)
    if question.status is Status.WITHDRAWN:
        return
    if question.status not in EDITABLE:
        raise Refused(
            gettext(
                "This has been dealt with and cannot be taken back any more. "
                "Ask a moderator for it."
            ),
        )
    _take_back(change, talk, question)


def delete_own(change: Change, talk: LockedTalk, visitor: str) -> None:
    """Delete all that one asked, answered and drew; what others built on stays, without a name."""
    author = pseudonym(talk.row.key, visitor)
    forget_titles(change, talk, author)
    forget_who(change.session, talk.row, author)
    for poll in ballots.forget(change.session, talk.row, author):
        change.announce(BallotsChanged(*count_change(change.session, talk.row), poll))
    rating.forget(change.session, talk.row, author)
    forget_author(change, talk, author)
    mine = sa.select(Question).filter_by(talk_id=talk.row.id, author=author)
    left = mine.where(Question.status != Status.WITHDRAWN).order_by(Question.id)
    for question in change.session.scalars(left.execution_options(**AFRESH)).all():
        if question.status in BUILT_ON:
            _take_name_away(change, talk, question)
        else:
            _take_back(change, talk, question)


def _take_name_away(change: Change, talk: LockedTalk, question: Question) -> None:
    if not question.name:
        return
    question.name = ""
    if question.status in PUBLIC:
        announce_shown(change, talk, QuestionChanged, question)
    else:
        change.announce(DeskChanged(*count_change(change.session, talk.row)))


def _take_back(change: Change, talk: LockedTalk, question: Question) -> None:
    row = talk.row
    was_open = question.status is Status.OPEN
    question.status = Status.WITHDRAWN
    forget_words(change.session, question)
    free_slots(row, question.id)
    released = _release(change.session, question)
    for each in (question, *released):  # a vote may have been taken back while they were one
        merges.recount(change.session, each)
    if was_open:
        change.announce(QuestionHidden(*count_public_change(change.session, row), question.id))
    else:
        change.announce(DeskChanged(*count_change(change.session, row)))
    for other in released:
        if other.status in PUBLIC:
            announce_shown(change, talk, QuestionOpened, other)
        else:
            change.announce(QuestionHeld(*count_change(change.session, row), other.id))
        if other.author:
            change.announce(AskerTold(*count_change(change.session, row), other.author))


def forget_words(session: Session, question: Question) -> None:
    """Delete what a question says, here and in the desk's log; the row keeps counts and key."""
    question.text, question.detail, question.name, question.reason_words = GONE_WORDS, "", "", ""
    question.labels, question.original_text, question.original_detail = "", None, None
    history.forget_words(session, question.talk_id, question.id)
    forget_place(session, question.id)


def _release(session: Session, question: Question) -> list[Question]:
    """Have what was merged into a question stand for itself again, as it did before; return it."""
    released = merges.merged_into(session, question.id)
    if released:
        before = history.statuses_before(session, [question.talk_id], Status.MERGED)
    for other in released:
        # It may never have been approved by itself.
        other.status, other.merged_into = before.get(other.id, Status.WAITING), None
    return released


def note_new_page(change: Change, talk: LockedTalk) -> None:
    """Record that the talk's own file says something else now."""
    change.announce(TalkChanged(*count_public_change(change.session, talk.row)))
