"""Moderators merge, take apart, decline and undo what four people ask and vote for.

Whatever they do, in whatever order, the board is what a simple model says.
"""

import copy
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from companion.board.rules import BoardState
from companion.errors import Refused
from companion.store.events import Bus, Event
from companion.store.models import Action, Question, Status, Talk, Vote
from companion.store.writer import Writer
from tests.support.factories import question_row, talk_row
from tests.support.listener import Listener
from tests.support.moderation import Moderation
from tests.support.open_page import OpenPage
from tests.support.people import ADA, BOB, EVE
from tests.support.room import Room

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]
PEOPLE = (ADA, BOB, EVE, "carol-who-came-late")
SOME = st.sampled_from(PEOPLE)
PUBLIC = (Status.OPEN, Status.ANSWERED)
ACTS = st.sampled_from(
    ["approve", "decline", "answered", "now", "next", "restore", "pin", "unnext"]
)


@dataclass
class Model:
    """A question as the model has it.

    ``voters`` are those who voted for itself; ``came`` is how it came to each status last: from
    which, and by what.
    """

    author: str
    status: Status
    voters: set[str] = field(default_factory=set)
    into: int | None = None
    before: Status | None = None
    pinned: bool = False
    came: dict[Status, tuple[Status, str]] = field(default_factory=dict)

    def becomes(self, status: Status, by: str) -> None:
        if status is not self.status:
            self.came[status] = self.status, by
        self.status = status


@dataclass
class State:
    """All that an action can change."""

    questions: dict[int, Model] = field(default_factory=dict)
    now: int | None = None
    next: int | None = None

    def group(self, id: int) -> list[int]:
        return [id, *(other for other, known in self.questions.items() if known.into == id)]

    def votes(self, id: int) -> int:
        members = [self.questions[member] for member in self.group(id)]
        voters = set().union(*(member.voters for member in members))
        return len(voters - {member.author for member in members})


class MergeMachine(RuleBasedStateMachine):
    """Acts on a real board and on the model alike."""

    ids = Bundle("ids")

    def __init__(self, room: Room, listener: Listener, reset) -> None:
        super().__init__()
        reset()
        self.room, self.listener, self.moderation = room, listener, Moderation(room)
        self.room.becomes(state=BoardState.OPEN, moderated=False)
        self.state = State()
        self.undoable: list[tuple[int, State, State]] = []
        self.heard: list[Event] = []
        self.pages = [OpenPage(room, who) for who in PEOPLE]

    @rule(target=ids, who=SOME, moderated=st.booleans())
    def ask(self, who: str, moderated: bool) -> int:
        self.room.becomes(moderated=moderated)
        asked = self.room.ask(who)
        self.state.questions[asked.id] = Model(who, asked.status)
        self._answer(who)
        return asked.id

    def _answer(self, who: str) -> None:
        """Have somebody's page show what it is told in answer, once it has heard the rest."""
        self._tell()
        self.pages[PEOPLE.index(who)].fetch()

    def _tell(self) -> None:
        heard = self.listener.heard()
        for page in self.pages:
            page.hear(heard)
        self.heard += heard

    @rule(who=SOME, id=ids, wanted=st.booleans())
    def vote(self, who: str, id: int, wanted: bool) -> None:
        known = self.state.questions[id]
        group = [self.state.questions[member] for member in self.state.group(id)]
        if known.status is not Status.OPEN or who in {member.author for member in group}:
            with pytest.raises(Refused):
                self.room.vote(who, id, wanted=wanted)
            return
        if not wanted:
            for member in group:
                member.voters.discard(who)
        elif not any(who in member.voters for member in group):
            known.voters.add(who)
        assert self.room.vote(who, id, wanted=wanted) == self.state.votes(id)
        self._answer(who)

    @rule(id=ids, into=ids)
    def merge(self, id: int, into: int) -> None:
        known, target = self.state.questions[id], self.state.questions[into]
        if target.into is not None:
            into = target.into
            target = self.state.questions[into]
        before = copy.deepcopy(self.state)
        if known.into == into:
            assert "Already" in self.moderation.merge(id, into)
            return
        possible = (
            id != into
            and known.status in (Status.WAITING, Status.OPEN)
            and target.status in (Status.WAITING, Status.OPEN, Status.ANSWERED)
            and not (target.status is Status.WAITING and known.status is Status.OPEN)
        )
        if not possible:
            with pytest.raises(Refused):
                self.moderation.merge(id, into)
            return
        assert self.moderation.merge(id, into) == "Merged."
        for member in self.state.group(id):
            one = self.state.questions[member]
            one.before = one.before if one.status is Status.MERGED else one.status
            one.becomes(Status.MERGED, "merge")
            one.into = into
        self._hand_over(id, into)
        self._note(before)

    def _hand_over(self, id: int, into: int) -> None:
        is_open = self.state.questions[into].status is Status.OPEN
        if self.state.now == id:
            self.state.now = into if is_open else None
        if self.state.next == id:
            self.state.next = into if is_open else None
        if self.state.next == self.state.now:
            self.state.next = None

    @rule(id=ids)
    def unmerge(self, id: int) -> None:
        known = self.state.questions[id]
        before = copy.deepcopy(self.state)
        said = self.moderation.unmerge(id)
        assert (said == "Taken apart.") is (known.status is Status.MERGED)
        if known.status is Status.MERGED:
            # One of a group that was merged as a whole comes back on its own, as it once was.
            row = question_row(self.room.engine, id)
            assert row.status in (Status.OPEN, Status.WAITING)
            known.becomes(row.status, "unmerge")
            known.into = known.before = None
            self._note(before)

    @rule(id=ids, verb=ACTS)
    def act(self, id: int, verb: str) -> None:
        before = copy.deepcopy(self.state)
        try:
            said = self.moderation.act(verb, id, reason="other")
        except Refused:
            assert self.state.questions[id].status in (
                Status.MERGED,
                Status.DECLINED,
                Status.WAITING,
            )
            return
        if not said.startswith("Already"):
            self._apply(id, verb)
            self._note(before)

    def _apply(self, id: int, verb: str) -> None:
        known, state = self.state.questions[id], self.state
        if verb == "now":
            if state.now and state.now != id:
                state.questions[state.now].becomes(Status.ANSWERED, verb)
            state.next = None if state.next == id else state.next
            state.now = id
        if verb in ("decline", "answered", "unnext"):
            state.now = None if state.now == id else state.now
            state.next = None if state.next == id else state.next
        if verb == "next":
            state.next = id
        known.becomes(self._status_after(known, verb), verb)
        known.pinned = {"pin": True, "decline": False}.get(verb, known.pinned)

    def _status_after(self, known: Model, verb: str) -> Status:
        """Return how a question stands then: every way back ends where it came from."""
        if verb == "restore" and known.status is not Status.ANSWERED:
            return known.came[known.status][0]
        if verb == "unnext":
            came = known.came.get(Status.OPEN)
            taken_up = came in ((Status.ANSWERED, "now"), (Status.ANSWERED, "next"))
            return Status.ANSWERED if taken_up else known.status
        becomes = {"decline": Status.DECLINED, "answered": Status.ANSWERED, "pin": known.status}
        return becomes.get(verb, Status.OPEN)

    def _note(self, before: State) -> None:
        newest = self.moderation.desk().log[0]
        self.undoable.append((newest.id, before, copy.deepcopy(self.state)))

    @rule()
    def undo_the_last(self) -> None:
        """Undoing restores all but the votes that were given since, which stay where they are."""
        assume(self.undoable)
        action, before, after = self.undoable.pop()
        shape = _shape(self.state)
        assume(all(shape.get(id) == known for id, known in _shape(after).items()))
        assume((self.state.now, self.state.next) == (after.now, after.next))
        assert self.moderation.undo(action) == "Undone."
        for id, known in before.questions.items():
            known.voters = self.state.questions[id].voters
        for id in self.state.questions.keys() - before.questions.keys():
            before.questions[id] = self.state.questions[id]
        self.state = before
        assert self.moderation.undo(action) == "That is undone already."

    @invariant()
    def the_board_is_what_the_model_says(self) -> None:
        cards = {card.id: card for card in self.room.board().cards}
        public = {id for id, known in self.state.questions.items() if known.status in PUBLIC}
        assert cards.keys() == public
        for id, card in cards.items():
            known = self.state.questions[id]
            assert (card.status, card.pinned) == (known.status, known.pinned)
            assert card.votes == self.state.votes(id)
            assert card.askers == len(self.state.group(id))
            assert (card.now, card.next) == (id == self.state.now, id == self.state.next)

    @invariant()
    def each_sees_their_own(self) -> None:
        for who in PEOPLE:
            board = self.room.board(who)
            mine = {id for id, known in self.state.questions.items() if known.author == who}
            assert {card.id for card in board.mine} == mine
            for card in board.cards:
                members = [self.state.questions[id] for id in self.state.group(card.id)]
                asked = who in {member.author for member in members}
                assert (card.own or card.follows) is asked
                assert card.voted is any(who in member.voters for member in members)

    @invariant()
    def every_change_is_announced_in_order(self) -> None:
        self._tell()
        heard, self.heard = self.heard, []
        revisions = [event.revision for event in heard]
        assert revisions == sorted(set(revisions))
        if heard:
            assert revisions[-1] == talk_row(self.room.engine).revision

    @invariant()
    def every_open_page_lets_vote_as_a_fresh_one_does(self) -> None:
        self._tell()
        for page in self.pages:
            assert page.shown == page.fresh(), page.who


def _shape(state: State) -> dict[int, tuple[object, ...]]:
    return {id: (known.status, known.into, known.pinned) for id, known in state.questions.items()}


@pytest.mark.parametrize(
    ("database_url", "examples"), [("sqlite", 15), ("postgresql", 3)], indirect=["database_url"]
)
def test_whatever_moderators_do(engine, writing_engine, examples):
    bus = Bus()
    listener = Listener(bus)
    room = Room(engine, Writer(writing_engine, bus.publish, lambda commit: commit()))

    def reset() -> None:
        listener.heard()
        with engine.begin() as connection:
            for table in (Action, Vote, Question, Talk):
                connection.execute(sa.delete(table))

    run_state_machine_as_test(
        lambda: MergeMachine(room, listener, reset),
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
