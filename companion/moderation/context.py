"""One deed: what it touches is compared before and after, kept for undoing, and announced."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from companion.board.questions import (
    GONE,
    MAX_ID,
    count_change,
    count_listing,
    free_slots,
    talk_row,
)
from companion.board.rules import House
from companion.errors import Refused
from companion.moderation.roles import Actor
from companion.store.engine import AFRESH
from companion.store.events import (
    AskerTold,
    BoardChanged,
    DeskChanged,
    Event,
    MessageChanged,
    QuestionChanged,
    QuestionHidden,
    QuestionOpened,
    RulesChanged,
    ViewsChanged,
    VotesChanged,
)
from companion.store.models import PUBLIC, Deed, Mute, Question, Status, Talk
from companion.store.writer import Change

SHOWN = ("status", "kind", "text", "detail", "pinned", "answer", "askers", "edited_at")
OWN = ("reason", "handled_by", "labels", "original_text", "original_detail")
TIMES = ("answered_at", "now_at", "merged_into")
QUESTION = (*SHOWN, *OWN, *TIMES)
RULES = ("board", "approve_first", "names", "slow_until")
HOURS = ("qa_began_at", "ended_at", "extra_minutes", "recorded_from")
VIEWS = ("ranked", "drives")
SLOTS = ("now_id", "next_id")
MESSAGE = ("message", "message_at", "message_read_at")
TALK = (*RULES, *HOURS, *VIEWS, *SLOTS, *MESSAGE)
MARK = 4
MANY = 20  # more at once are read anew by everybody, which is less than telling of each
Fields = dict[str, Any]
Diffs = dict[str, list[Any]]


class Work:
    """What somebody at the desk holds while they do one thing."""

    def __init__(self, change: Change, house: House, actor: Actor) -> None:
        """Lock the talk, and remember how it was."""
        self.change, self.session, self.actor = change, change.session, actor
        self.talk = talk_row(change.session, house.slug)
        self.house = house.under(self.talk)
        self.now = house.now
        self._keep_slots_open()
        self._talk_before = fields_of(self.talk, TALK)
        self._rows: dict[int, Question] = {}
        self._before: dict[int, Fields] = {}
        self._votes: dict[int, int] = {}
        self._dropped = False

    def question(self, question_id: int) -> Question:
        """Return a question of this talk, about to be touched; raises Refused."""
        wanted = sa.select(Question).filter_by(id=question_id, talk_id=self.talk.id)
        wanted = wanted.execution_options(**AFRESH)
        found = self.session.scalar(wanted) if 0 < question_id <= MAX_ID else None
        if found is None or found.status is Status.WITHDRAWN:
            raise Refused(GONE)
        return self.touch(found)

    def touch(self, question: Question, before: Fields | None = None) -> Question:
        """Remember how a question was, ``before`` if it is not as it is now."""
        if question.id not in self._rows:
            self._rows[question.id] = question
            self._before[question.id] = fields_of(question, QUESTION) | (before or {})
            self._votes[question.id] = question.votes
        return question

    def drop(self, question: Question) -> None:
        """Delete a question for good, and every word of it."""
        free_slots(self.talk, question.id)
        self._talk_before |= fields_of(self.talk, SLOTS)
        self.session.delete(question)
        self.session.flush()
        self._dropped = True
        del self._rows[question.id]
        was_public = self._before.pop(question.id)["status"] in PUBLIC
        forget_words(self.change, self.talk, question.id)
        counted = count_listing if was_public else count_change
        where = counted(self.session, self.talk)
        self._tell(QuestionHidden(*where, question.id) if was_public else DeskChanged(*where))
        self._tell_asker(question.author)

    def done(self, what: str, question_id: int | None = None, more: Fields | None = None) -> bool:
        """Log the deed and tell who has to hear of it; return whether it changed anything."""
        self.session.flush()
        self._keep_slots_open()
        changed = {id: self._diffs(id) for id in sorted(self._rows)}
        questions = {id: diffs for id, diffs in changed.items() if diffs}
        talk = _diffs(self._talk_before, fields_of(self.talk, TALK))
        if not (questions or talk or more):
            return False
        if question_id is None and len(questions) == 1:
            question_id = next(iter(questions))
        before: Fields = {"questions": questions, "talk": talk, **(more or {})}
        if not self._dropped:  # what was deleted is logged already, and stays so
            self.log(what, question_id, json.dumps(before))
        self._announce(questions, talk)
        return True

    def _keep_slots_open(self) -> None:
        """Have nothing be now or next that is not open, whatever has become of it."""
        for slot in SLOTS:
            id = getattr(self.talk, slot)
            row = self.session.get(Question, id) if id else None
            if row is None or row.status is not Status.OPEN:
                setattr(self.talk, slot, None)
        if self.talk.next_id == self.talk.now_id:
            self.talk.next_id = None

    def log(self, what: str, question_id: int | None, before: str = "") -> None:
        """Write down who did what."""
        deed = Deed(
            talk_id=self.talk.id,
            at=self.now,
            who=self.actor.name,
            role=self.actor.role,
            what=what,
            question_id=question_id,
            before=before,
            session=self.actor.session,
        )
        self.session.add(deed)
        self.session.flush()

    def _diffs(self, id: int) -> Diffs:
        return _diffs(self._before[id], fields_of(self._rows[id], QUESTION))

    def _announce(self, questions: dict[int, Diffs], talk: Diffs) -> None:
        before = len(self.change.happened)
        if talk.keys() & {*RULES, *HOURS}:
            self._tell(RulesChanged(*count_listing(self.session, self.talk)))
        moved = {id for slot in SLOTS for id in talk.get(slot, []) if id}
        self._announce_questions(questions, moved)
        for fields, event in ((VIEWS, ViewsChanged), (MESSAGE, MessageChanged)):
            if talk.keys() & set(fields):
                self._tell(event(*count_change(self.session, self.talk)))
        if len(self.change.happened) == before:
            self._tell(DeskChanged(*count_change(self.session, self.talk)))
        for id, diffs in questions.items():
            if diffs.keys() & {"status", "reason", "answer"}:
                self._tell_asker(self._rows[id].author)

    def _announce_questions(self, questions: dict[int, Diffs], moved: set[int]) -> None:
        ids = sorted(moved | questions.keys() | self._recounted())
        if sum(self._is_shown(id, questions.get(id, {})) for id in ids) > MANY:
            self._tell(BoardChanged(*count_listing(self.session, self.talk)))
            return
        for id in ids:
            self._announce_question(id, questions.get(id, {}), moved=id in moved)

    def _recounted(self) -> set[int]:
        return {id for id, row in self._rows.items() if row.votes != self._votes[id]}

    def _is_shown(self, id: int, diffs: Diffs) -> bool:
        """Whether everybody sees a question, or did before the deed."""
        row = self._rows.get(id)
        return row is not None and bool({row.status, *diffs.get("status", [])} & set(PUBLIC))

    def _announce_question(self, id: int, diffs: Diffs, *, moved: bool) -> None:
        row = self._rows.get(id) or self.session.get(Question, id)
        if row is None:
            return
        is_public = row.status in PUBLIC
        was_public = diffs["status"][0] in PUBLIC if "status" in diffs else is_public
        shown = moved or bool(diffs.keys() & set(SHOWN))
        if is_public and not was_public:
            self._tell(QuestionOpened(*count_listing(self.session, self.talk), id))
        elif was_public and not is_public:
            self._tell(QuestionHidden(*count_listing(self.session, self.talk), id))
        elif is_public and shown:
            self._tell(QuestionChanged(*count_listing(self.session, self.talk), id))
        if is_public and id in self._recounted():
            self._tell(VotesChanged(*count_change(self.session, self.talk), id, row.votes))

    def _tell(self, event: Event) -> None:
        self.change.announce(event)

    def _tell_asker(self, author: str) -> None:
        """Have one person look again at what they asked; it is told to nobody else."""
        if author:
            where = count_change(self.session, self.talk)
            self._tell(AskerTold(*where, author))

    def tell_asker(self, author: str) -> None:
        """Have one person look again, for another reason than a question of theirs."""
        self._tell_asker(author)


def by(work: Work) -> str:
    """Return the name that is put to a decision."""
    return work.actor.called


def mark(author: str) -> str:
    """Return what tells authors apart at the desk without saying who they are."""
    return author[:MARK] or "the room"


def set_mute(work: Work, author: str, wanted: bool) -> bool:
    """Have somebody be muted or not; return whether that changed anything."""
    row = work.session.get(Mute, (work.talk.id, author))
    if (row is not None) is wanted:
        return False
    if row is None:
        work.session.add(Mute(talk_id=work.talk.id, author=author, at=work.now))
    else:
        work.session.delete(row)
    work.session.flush()
    work.tell_asker(author)
    return True


def forget_words(change: Change, talk: Talk, question_id: int) -> None:
    """Take what a question said out of every deed that could have put it back."""
    deeds = sa.select(Deed).where(Deed.talk_id == talk.id, Deed.before != "")
    for deed in change.session.scalars(deeds):
        before = json.loads(deed.before)
        if before["questions"].pop(str(question_id), None) is not None:
            deed.before = json.dumps(before) if before["questions"] else ""


def fields_of(row: Question | Talk, names: tuple[str, ...]) -> Fields:
    """Return fields as they are kept in a deed."""
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _diffs(before: Fields, after: Fields) -> Diffs:
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}
