"""Three people do whatever they like to a board, and it stays what a simple model says."""

from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from companion.board.rules import BoardState
from companion.errors import Refused
from companion.store.events import Bus
from companion.store.models import Question, Status, Talk, Vote
from companion.store.writer import Writer
from tests.support.factories import count_rows, question_row, set_status
from tests.support.listener import Listener
from tests.support.people import ADA, BOB, EVE
from tests.support.room import Room

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]
PEOPLE = st.sampled_from([ADA, BOB, EVE])
KEYS = st.sampled_from(["key-one1", "key-two2", ""])
WORDS = st.sampled_from(["How do bees find home?", "Do wasps dance too?", "Why honey, of all?"])
PUBLIC = (Status.OPEN, Status.ANSWERED)
EDITABLE = (Status.WAITING, Status.OPEN)


@dataclass
class Model:
    """A question as the model has it."""

    author: str
    text: str
    status: Status
    voters: set[str] = field(default_factory=set)


class BoardMachine(RuleBasedStateMachine):
    """Acts on a real board and on the model alike."""

    def __init__(self, room: Room, listener: Listener, reset) -> None:
        super().__init__()
        reset()
        self.room, self.listener = room, listener
        self.room.becomes(state=BoardState.OPEN, moderated=False)
        self.model: dict[int, Model] = {}
        self.keys: dict[str, int] = {}
        self.revision = self.public_revision = 0

    questions = Bundle("questions")

    def changes(self, *, public: bool = True) -> None:
        """Note that this is one change of the board, and see that it was announced as that."""
        before, self.revision = self.public_revision, self.revision + 1
        if public:
            self.public_revision = self.revision
        heard = self.listener.heard()
        assert [(event.revision, event.after) for event in heard] == [(self.revision, before)]

    def changes_nothing(self) -> None:
        assert self.listener.heard() == []

    def refused(self, act) -> None:
        with pytest.raises(Refused):
            act()
        self.changes_nothing()

    @initialize(moderated=st.booleans())
    def open(self, moderated: bool) -> None:
        self.room.becomes(moderated=moderated)

    @rule(state=st.sampled_from(list(BoardState)), moderated=st.booleans())
    def house_rules_change(self, state: BoardState, moderated: bool) -> None:
        self.room.becomes(state=state, moderated=moderated)

    @rule(
        target=questions, who=PEOPLE, text=WORDS, key=st.sampled_from(["key-one1", "key-two2", ""])
    )
    def ask(self, who: str, text: str, key: str):
        def act():
            return self.room.ask(who, text, key=key) if key else self.room.ask(who, text)

        known = self.model.get(self.keys.get(key, 0))
        if known:
            return self._ask_again(who, text, known, act)
        if self.room.page.board_state != BoardState.OPEN:
            self.refused(act)
            return multiple()
        asked = act()
        held = self.room.page.moderated
        assert asked.status is (Status.WAITING if held else Status.OPEN)
        self.model[asked.id] = Model(who, text, asked.status)
        if key:
            self.keys[key] = asked.id
        self.changes(public=not held)
        return asked.id

    def _ask_again(self, who: str, text: str, known: Model, act):
        edited = question_row(self.room.engine, self.keys_of(known)).edited_at is not None
        is_other = text != known.text and not edited and known.status is not Status.WITHDRAWN
        if who != known.author or is_other:
            self.refused(act)
        else:
            assert act().status is known.status
            self.changes_nothing()
        return multiple()

    def keys_of(self, known: Model) -> int:
        return next(id for id, question in self.model.items() if question is known)

    @rule(who=PEOPLE, question=questions, wanted=st.booleans())
    def vote(self, who: str, question: int, wanted: bool) -> None:
        known = self.model[question]
        closed = self.room.page.board_state == BoardState.CLOSED
        if closed or known.status is not Status.OPEN or who == known.author:
            self.refused(lambda: self.room.vote(who, question, wanted=wanted))
            return
        changed = (who in known.voters) is not wanted
        known.voters = known.voters | {who} if wanted else known.voters - {who}
        assert self.room.vote(who, question, wanted=wanted) == len(known.voters)
        if changed:
            self.changes(public=False)
        else:
            self.changes_nothing()

    @rule(who=PEOPLE, question=questions, text=WORDS)
    def edit(self, who: str, question: int, text: str) -> None:
        known = self.model[question]
        is_open = self.room.page.board_state == BoardState.OPEN
        if not is_open or who != known.author or known.status not in EDITABLE:
            self.refused(lambda: self.room.edit(who, question, text))
            return
        was_public = known.status is Status.OPEN
        changed = text != known.text
        known.text = text
        if changed and self.room.page.moderated:
            known.status = Status.WAITING
        assert self.room.edit(who, question, text).status is known.status
        if changed:
            self.changes(public=was_public)
        else:
            self.changes_nothing()

    @rule(who=PEOPLE, question=questions)
    def withdraw(self, who: str, question: int) -> None:
        known = self.model[question]
        done = known.status not in (*EDITABLE, Status.WITHDRAWN)
        if who != known.author or done:
            self.refused(lambda: self.room.withdraw(who, question))
            return
        self.room.withdraw(who, question)
        if known.status is Status.WITHDRAWN:
            self.changes_nothing()
        else:
            self.changes(public=known.status is Status.OPEN)
        known.status = Status.WITHDRAWN

    @rule(question=questions, status=st.sampled_from([Status.ANSWERED, Status.DECLINED]))
    def is_dealt_with(self, question: int, status: Status) -> None:
        """Stand in for a moderator, who has no rules of their own yet."""
        if self.model[question].status in EDITABLE:
            set_status(self.room.engine, question, status)
            self.model[question].status = status

    @invariant()
    def the_board_is_what_the_model_says(self) -> None:
        board = self.room.board()
        assert (board.revision, board.public_revision) == (self.revision, self.public_revision)
        public = {id for id, known in self.model.items() if known.status in PUBLIC}
        assert {card.id for card in board.cards} == public
        for card in board.cards:
            known = self.model[card.id]
            assert (card.text, card.status) == (known.text, known.status)
            assert card.votes == len(known.voters)
        order = [(card.status is Status.ANSWERED, -card.votes, card.id) for card in board.cards]
        assert order == sorted(order)

    @invariant()
    def each_sees_their_own(self) -> None:
        for who in (ADA, BOB, EVE):
            board = self.room.board(who)
            mine = {id for id, known in self.model.items() if self._is_shown_to(who, known)}
            assert {card.id for card in board.mine} == mine
            for card in board.cards:
                known = self.model[card.id]
                assert (card.own, card.voted) == (who == known.author, who in known.voters)

    def _is_shown_to(self, who: str, known: Model) -> bool:
        return known.author == who and known.status is not Status.WITHDRAWN

    @invariant()
    def every_vote_is_a_row(self) -> None:
        assert count_rows(self.room.engine, Vote) == sum(
            len(known.voters) for known in self.model.values()
        )


def run_machine(engine: sa.Engine, writing_engine: sa.Engine, steps: int, examples: int) -> None:
    bus = Bus()
    listener = Listener(bus)
    room = Room(engine, Writer(writing_engine, bus.publish, lambda commit: commit()))

    def reset() -> None:
        listener.heard()
        with engine.begin() as connection:
            for table in (Vote, Question, Talk):
                connection.execute(sa.delete(table))

    run_state_machine_as_test(
        lambda: BoardMachine(room, listener, reset),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize(
    ("database_url", "examples"),
    [("sqlite", 30), ("postgresql", 10)],
    indirect=["database_url"],
)
def test_whatever_three_people_do(engine, writing_engine, examples):
    run_machine(engine, writing_engine, 30, examples)
