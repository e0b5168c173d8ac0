"""One action: what it touches is compared before and after, kept for undoing, and announced."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from companion.board import history, merges
from companion.board.events import (
    AskerTold,
    BoardChanged,
    DeskChanged,
    MessageChanged,
    PollsChanged,
    QuestionChanged,
    QuestionHidden,
    QuestionOpened,
    RulesChanged,
    ViewsChanged,
    VotesChanged,
)
from companion.board.questions import announce_shown
from companion.board.rows import (
    GONE,
    count_change,
    count_public_change,
    find_question,
    free_slots,
)
from companion.board.talk_state import LockedTalk, effective_schedule
from companion.board.wall_changes import Arranger
from companion.errors import Refused
from companion.moderation.roles import SCHEDULE, Actor
from companion.store import deliveries
from companion.store.models import PUBLIC, Action, Mute, Question, Role, Status, Talk
from companion.store.polls import Poll
from companion.store.writer import Change
from companion.talks.phase import Phase, Schedule

SHOWN = ("status", "kind", "text", "detail", "pinned", "answer", "askers", "edited_at")
OWN = ("reason", "reason_words", "handled_by", "labels", "original_text", "original_detail")
TIMES = ("answered_at", "now_at", "merged_into")
QUESTION = (*SHOWN, *OWN, *TIMES)
WALL = ("wall", "wall_pen")
RULES = (
    "board",
    "approve_first",
    "requires_name",
    "requires_code",
    "slow_until",
    "rating",
    "pulse",
    *WALL,
)
HOURS = ("qa_began_at", "ended_at", "extra_minutes", "recorded_from")
VIEWS = ("ranked", "speaker_may_advance", "code_number")
SLOTS = ("now_id", "next_id")
POLLS = ("polls",)
MESSAGE = ("message", "message_at", "message_read_at")
TALK = (*RULES, *HOURS, *VIEWS, *SLOTS, *MESSAGE, *POLLS)
TAG_LENGTH = 4
BY_SCHEDULE = Actor(str(SCHEDULE), Role.MODERATOR)
TOLD = ("status", "reason", "answer", "text", "detail", "merged_into")  # to whoever asked
UNAPPROVED = (Status.WAITING, Status.DECLINED)
MANY = 20  # more at once are read anew by everybody, which is less than telling of each
Fields = dict[str, Any]
Diffs = dict[str, list[Any]]


def arranger_of(actor: Actor) -> Arranger:
    """Return somebody who runs a talk as its wall knows them."""
    return Arranger(str(actor.called), sign_in=actor.sign_in)


class ActionContext:
    """What somebody at the desk holds while they do one thing to a talk.

    Rows are noted as they were before they are touched. `record` compares: only what differs is
    logged, can be undone, and is announced to those who see it.
    """

    def __init__(self, change: Change, talk: LockedTalk, actor: Actor) -> None:
        """Remember how a locked talk was."""
        self.change, self.session, self.actor = change, change.session, actor
        self.talk, self.row, self.now = talk, talk.row, talk.now
        self._keep_slots_open()
        self._talk_before = fields_of(self.row, TALK)
        self._rows: dict[int, Question] = {}
        self._before: dict[int, Fields] = {}
        self._votes: dict[int, int] = {}
        self._has_deleted = False
        self._stood: dict[Status, dict[int, Status]] = {}

    @property
    def who(self) -> str:
        """Return what the others know the actor by."""
        return str(self.actor.called)

    @property
    def arranger(self) -> Arranger:
        """Return the actor as the wall knows them."""
        return arranger_of(self.actor)

    @property
    def schedule(self) -> Schedule:
        """Return the talk's times, as this action may have moved them."""
        return effective_schedule(self.talk.page.planned, self.row)

    @property
    def is_over(self) -> bool:
        """Whether the talk has ended, by those times."""
        return self.schedule.phase(self.now) is Phase.OVER

    def question(self, question_id: int) -> Question:
        """Return a question of this talk, about to be touched; raises Refused."""
        found = find_question(self.session, self.row, question_id)
        if found is None or found.status is Status.WITHDRAWN:
            raise Refused(GONE)
        return self.track(found)

    def track(self, question: Question, before: Fields | None = None) -> Question:
        """Remember how a question was, ``before`` if it is not as it is now."""
        if question.id not in self._rows:
            self._rows[question.id] = question
            self._before[question.id] = fields_of(question, QUESTION) | (before or {})
            self._votes[question.id] = question.votes
        return question

    def delete(self, question: Question) -> None:
        """Delete a question for good, and every word of it."""
        free_slots(self.row, question.id)
        self._talk_before |= fields_of(self.row, SLOTS)
        self.session.delete(question)
        self.session.flush()
        self._has_deleted = True
        del self._rows[question.id]
        was_public = self._before.pop(question.id)["status"] in PUBLIC
        history.forget_words(self.session, self.row.id, question.id)
        if was_public:
            where = count_public_change(self.session, self.row)
            self.change.announce(QuestionHidden(*where, question.id))
        else:
            self.change.announce(DeskChanged(*count_change(self.session, self.row)))
        self.tell_asker(question.author)

    def status_before(self, question: Question) -> Status:
        """Return how a question stood before; what the log does not know waits for a moderator.

        One action may ask this of hundreds, and nothing is added to the log until it is done.
        """
        now = question.status
        if now not in self._stood:
            self._stood[now] = history.statuses_before(self.session, [self.row.id], now)
        return self._stood[now].get(question.id, Status.WAITING)

    def record(
        self,
        what: str,
        question_id: int | None = None,
        more: Fields | None = None,
        *,
        can_undo: bool = True,
    ) -> bool:
        """Log the action and announce what it changed; return whether it changed anything."""
        self._keep_slots_open()
        if self.is_over:
            self._end_slots()
        changed = {id: self._diffs(id) for id in sorted(self._rows)}
        questions = {id: diffs for id, diffs in changed.items() if diffs}
        talk = _diffs(self._talk_before, fields_of(self.row, TALK))
        if not (questions or talk or more):
            return False
        if question_id is None and len(questions) == 1:
            question_id = next(iter(questions))
        before: Fields = {"questions": questions, "talk": talk, **(more or {})}
        if not self._has_deleted:  # what was deleted is logged already, and stays so
            self.log(what, question_id, json.dumps(before) if can_undo else "")
        self._announce(questions, talk)
        told = [(event, id) for id, diffs in questions.items() for event in self._told(id, diffs)]
        deliveries.queue(self.session, self.row.slug, told, self.now)
        return True

    def _keep_slots_open(self) -> None:
        """Have nothing be now or next that is not open, whatever has become of it."""
        for slot in SLOTS:
            id = getattr(self.row, slot)
            question = self.session.get(Question, id) if id else None
            if question is None or question.status is not Status.OPEN:
                setattr(self.row, slot, None)
        if self.row.next_id == self.row.now_id:
            self.row.next_id = None

    def _end_slots(self) -> None:
        """Have what is Now be answered as of the end: once a talk is over, nothing is Now or Next.

        A press can be forgotten; nobody is to read for ever that something is being answered.
        """
        question = self.session.get(Question, self.row.now_id) if self.row.now_id else None
        if question is not None:
            self.track(question)
            question.status, question.answered_at = Status.ANSWERED, self.schedule.ends
            question.reason, question.handled_by = "", BY_SCHEDULE.name
        self.row.now_id = self.row.next_id = None

    def log(self, what: str, question_id: int | None, before: str = "") -> None:
        """Write down who did what."""
        action = Action(
            talk_id=self.row.id,
            at=self.now,
            who=self.actor.name,
            role=self.actor.role,
            what=str(what),
            question_id=question_id,
            before=before,
            sign_in=self.actor.sign_in,
        )
        self.session.add(action)

    def _diffs(self, id: int) -> Diffs:
        return _diffs(self._before[id], fields_of(self._rows[id], QUESTION))

    def _told(self, id: int, diffs: Diffs) -> Iterator[str]:
        """Give what webhooks are told of a question; what was not there before was withdrawn."""
        before, after = diffs.get("status", [None, None])
        if before == Status.WITHDRAWN:
            yield deliveries.ASKED
        elif before in UNAPPROVED and after == Status.OPEN:
            yield deliveries.APPROVED
        is_answered = self._rows[id].status is Status.ANSWERED
        if after == Status.ANSWERED or (is_answered and "answer" in diffs):
            yield deliveries.ANSWERED

    def _announce(self, questions: dict[int, Diffs], talk: Diffs) -> None:
        before = len(self.change.happened)
        if talk.keys() & {*RULES, *HOURS}:
            self.change.announce(RulesChanged(*count_public_change(self.session, self.row)))
        elif talk.keys() & set(POLLS):
            self.change.announce(PollsChanged(*count_public_change(self.session, self.row)))
        moved = {id for slot in SLOTS for id in talk.get(slot, []) if id}
        self._announce_questions(questions, moved)
        for fields, event in ((VIEWS, ViewsChanged), (MESSAGE, MessageChanged)):
            if talk.keys() & set(fields):
                self.change.announce(event(*count_change(self.session, self.row)))
        if len(self.change.happened) == before:
            self.change.announce(DeskChanged(*count_change(self.session, self.row)))
        told = {id for id, diffs in questions.items() if diffs.keys() & set(TOLD)}
        self._tell_askers(sorted(told | moved))

    def _announce_questions(self, questions: dict[int, Diffs], moved: set[int]) -> None:
        ids = sorted(moved | questions.keys() | self._recounted())
        shown = sum(self._is_shown(id, questions.get(id, {})) for id in ids)
        if shown > MANY or self._moves_unseen_votes(questions):
            self.change.announce(BoardChanged(*count_public_change(self.session, self.row)))
            return
        for id in ids:
            self._announce_question(id, questions.get(id, {}), moved=id in moved)

    def _moves_unseen_votes(self, questions: dict[int, Diffs]) -> bool:
        """Whether votes for what nobody sees come to another question, or leave it.

        Whose they are is not known here, and no card that goes or comes tells their browsers.
        """
        return any(
            "merged_into" in diffs
            and self._rows[id].votes > 0
            and diffs.get("status", [Status.MERGED])[0] not in PUBLIC
            for id, diffs in questions.items()
        )

    def _recounted(self) -> set[int]:
        return {id for id, row in self._rows.items() if row.votes != self._votes[id]}

    def _is_shown(self, id: int, diffs: Diffs) -> bool:
        """Whether everybody sees a question, or did before the action."""
        row = self._rows.get(id)
        return row is not None and bool({row.status, *diffs.get("status", [])} & set(PUBLIC))

    def _announce_question(self, id: int, diffs: Diffs, *, moved: bool) -> None:
        row = self._rows.get(id) or self.session.get(Question, id)
        if row is None:
            return
        is_public = row.status in PUBLIC
        was_public = diffs["status"][0] in PUBLIC if "status" in diffs else is_public
        is_shown = moved or bool(diffs.keys() & set(SHOWN))
        if is_public and not was_public:
            announce_shown(self.change, self.talk, QuestionOpened, row)
        elif was_public and not is_public:
            where = count_public_change(self.session, self.row)
            self.change.announce(QuestionHidden(*where, id))
        elif is_public and is_shown:
            announce_shown(self.change, self.talk, QuestionChanged, row)
        if is_public and id in self._recounted():
            where = count_change(self.session, self.row)
            self.change.announce(VotesChanged(*where, id, row.votes))

    def _tell_askers(self, ids: list[int]) -> None:
        """Have those look again who asked some questions, or others that were merged into them."""
        authors: dict[str, None] = {}
        for id in ids:
            row = self._rows.get(id) or self.session.get(Question, id)
            followers = merges.merged_into(self.session, id) if row and row.askers > 1 else []
            authors |= dict.fromkeys(one.author for one in (row, *followers) if one)
        for author in authors:
            self.tell_asker(author)

    def tell_asker(self, author: str) -> None:
        """Have one person look again at what they asked; it is told to nobody else."""
        if author:
            self.change.announce(AskerTold(*count_change(self.session, self.row), author))


def author_tag(author: str) -> str:
    """Return what tells authors apart at the desk without saying who they are; "" for the room."""
    return author[:TAG_LENGTH]


def set_mute(context: ActionContext, author: str, wanted: bool) -> bool:
    """Have somebody be muted or not; return whether that changed anything."""
    row = context.session.get(Mute, (context.row.id, author))
    if (row is not None) is wanted:
        return False
    if row is None:
        context.session.add(Mute(talk_id=context.row.id, author=author, at=context.now))
    else:
        context.session.delete(row)
    context.session.flush()
    context.tell_asker(author)
    return True


def fields_of(row: Question | Talk | Poll, names: tuple[str, ...]) -> Fields:
    """Return fields as they are kept in an action."""
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _diffs(before: Fields, after: Fields) -> Diffs:
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}
