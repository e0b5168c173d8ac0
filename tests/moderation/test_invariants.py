"""Whatever is done at the desk and undone, in whatever order, some things never happen.

Nothing that nobody approved is on the board, nothing is lost in what is not there any more, and
what is now and next is open.
"""

import random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.errors import Refused
from companion.moderation import answers, now_and_next
from companion.store.models import PUBLIC, Action, Question, Status, Talk, Vote
from tests.support.factories import make_talk
from tests.support.moderation import SPEAKER, Moderation
from tests.support.people import ADA, BOB, EVE, GRACE
from tests.support.room import Room

pytestmark = pytest.mark.slow
VERBS = ("approve", "decline", "archive", "restore", "answered", "now", "next", "unnext")
VERBS += ("pin", "unpin", "unmerge", "delete")
APPROVING = ("approve", "restore", "now", "next")


class Chaos:
    """Four people and a desk that do anything to anything; what was ever approved is known."""

    def __init__(self, room: Room, seed: int) -> None:
        self.room, self.moderation = room, Moderation(room)
        self.random = random.Random(seed)  # noqa: S311 (not for secrets)
        self.approved: set[int] = set()
        self.asked = 0

    def rows(self) -> dict[int, Question]:
        with Session(self.room.engine, expire_on_commit=False) as session:
            return {row.id: row for row in session.scalars(sa.select(Question))}

    def step(self) -> str:
        doings = (self.ask, self.vote, self.withdraw, self.edit, self.advance, self.write)
        doings += (self.room_, *[self.act, self.merge, self.undo] * 2, self.undo)
        doing = self.random.choice(doings)
        try:
            return f"{doing.__name__}: {doing()}"
        except Refused as refusal:
            return f"{doing.__name__}: refused, {refusal}"

    def any_id(self) -> int:
        """Return a question, seldom one that is gone."""
        rows = self.rows()
        there = [id for id, row in rows.items() if row.status is not Status.WITHDRAWN]
        gone = self.random.random() < 0.05 or not there
        return self.random.choice(sorted(rows) or [1]) if gone else self.random.choice(there)

    def anybody(self) -> str:
        return self.random.choice((ADA, BOB, EVE, GRACE))

    def ask(self) -> int:
        if self._is_full():
            return 0
        self.room.becomes(moderated=self.random.random() < 0.5)
        self.asked += 1
        asked = self.room.ask(self.anybody(), f"This is question number {self.asked}")
        self._note(asked.id)
        return asked.id

    def _is_full(self) -> bool:
        there = [row for row in self.rows().values() if row.status is not Status.WITHDRAWN]
        return len(there) > 6

    def _note(self, *ids: int) -> None:
        rows = self.rows()
        self.approved |= {id for id in ids if id in rows and rows[id].status in PUBLIC}

    def vote(self) -> int:
        wanted = self.random.random() < 0.7
        return self.room.vote(self.anybody(), self.any_id(), wanted=wanted)

    def withdraw(self) -> int:
        id = self.any_id()
        self.room.withdraw(self.anybody(), id)
        return id

    def edit(self) -> int:
        id = self.any_id()
        self.asked += 1
        self.room.edit(self.anybody(), id, f"This is question number {self.asked}")
        return id

    def act(self) -> str:
        ids = [self.any_id() for _ in range(self.random.choice((1, 1, 2, 3)))]
        verb = self.random.choice(VERBS)
        said = self.moderation.act(verb, *ids, reason="other")
        if verb in APPROVING:
            self._note(*ids)
        return f"{verb} {ids}: {said}"

    def merge(self) -> str:
        id, into = self.any_id(), self.any_id()
        return f"{id} into {into}: {self.moderation.merge(id, into)}"

    def undo(self) -> str:
        with Session(self.room.engine, expire_on_commit=False) as session:
            actions = session.scalars(sa.select(Action).order_by(Action.id.desc()).limit(6)).all()
        action = self.random.choice(actions) if actions else Action(id=1, what="")
        said = self.moderation.undo(action.id)
        if action.what == "took back":  # which does again what was undone, by somebody's decision
            self._note(*self.rows())
        return f"{action.id}: {said}"

    def advance(self) -> str:
        with Session(self.room.engine) as session:
            now = session.scalar(sa.select(Talk.now_id))
        return self.moderation.do(now_and_next.advance, now, self.any_id())

    def write(self) -> str:
        text = self.random.choice(("", "They dance.", "They sing."))
        if self.random.random() < 0.5:
            return self.moderation.do(answers.answer, self.any_id(), text)
        how = self.random.choice(("answer", "skip", "unskip", "done"))
        return self.moderation.do(answers.settle, self.any_id(), how, text, who=SPEAKER)

    def room_(self) -> str:
        said = "" if self._is_full() else self.moderation.say()
        self._note(*(id for id, row in self.rows().items() if row.asked_aloud))
        return said

    def check(self) -> None:
        with Session(self.room.engine, expire_on_commit=False) as session:
            rows = {row.id: row for row in session.scalars(sa.select(Question))}
            talk = session.scalars(sa.select(Talk)).one()
            votes = session.execute(sa.select(Vote.question_id, Vote.voter)).all()
        held = [id for id in (talk.now_id, talk.next_id) if id]
        assert all(rows[id].status is Status.OPEN for id in held), "a slot holds what is not open"
        assert len(set(held)) == len(held), "now and next are one"
        self.approved -= {id for id, row in rows.items() if row.status is Status.WAITING}
        shown = {id for id, row in rows.items() if row.status in PUBLIC}
        assert shown <= self.approved, "nobody approved it"
        for row in rows.values():
            root = rows.get(row.merged_into or 0)
            gone = root is None or root.status in (Status.MERGED, Status.WITHDRAWN)
            assert not (row.status is Status.MERGED and gone), "lost in what is not there"
            assert row.status is Status.MERGED or root is None, "merged and not"
        for id in shown:
            group = [row for row in rows.values() if id in (row.id, row.merged_into)]
            ids, authors = {row.id for row in group}, {row.author for row in group}
            voters = {voter for question, voter in votes if question in ids} - authors
            assert (rows[id].askers, rows[id].votes) == (len(group), len(voters))


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whatever_is_done_and_undone(engine, room, seed):
    with Session(engine) as session, session.begin():
        make_talk(session)
    chaos, done = Chaos(room, seed), []
    for _ in range(150):
        done.append(chaos.step())
        try:
            chaos.check()
        except AssertionError as problem:
            raise AssertionError("\n".join([*done, str(problem)])) from problem
