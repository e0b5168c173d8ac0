"""The real domain and its one writer, with a network that fails and a process that is killed."""

import itertools
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from companion.board import queries, questions, votes
from companion.board.cards import Card
from companion.board.events import VotesChanged
from companion.board.input import read_draft
from companion.board.paging import FIRST_PAGE
from companion.board.queries import Board
from companion.board.rules import BoardDefaults
from companion.board.talk_state import LockedTalk, TalkLoader, effective_schedule
from companion.board.visitors import pseudonym
from companion.errors import Refused, UnavailableError
from companion.moderation import actions, controls, merging, undo
from companion.moderation.context import ActionContext
from companion.realtime.broadcasts import Broadcaster
from companion.realtime.rooms import is_own_room, own_room, room
from companion.realtime.throttle import Throttle
from companion.store.events import Bus, Event, EventsMissed
from companion.store.models import PUBLIC, Action, Question, Status, Talk
from companion.store.writer import Change, Writer, _Job
from companion.talks.phase import Phase
from tests.support.clock import DURING
from tests.support.moderation import GRACE
from tests.support.talks import make_page

from .model import Model, Stand
from .world import Killed, World

TALLY_SECONDS = 0.2
ALL = sa.select(Question).execution_options(populate_existing=True)
COLUMNS = [column.name for column in Question.__table__.columns]
UNCOUNTED = [name for name in COLUMNS if name not in ("votes", "askers")]
Rows = dict[int, dict[str, object]]


@dataclass
class Told:
    """What a fragment says: the swaps, and the card that is laid in."""

    revision: int
    after: int
    swaps: tuple[tuple[str, str], ...]
    question: int
    card: Card | None


@dataclass
class Request:
    """What somebody asks of the server; ``answer`` is called with what came of it."""

    kind: str
    who: str
    args: tuple[Any, ...]
    answer: Callable[["Outcome"], None]
    own_room: Callable[[], None] = lambda: None


@dataclass
class Outcome:
    """What came of it: ``problem`` is "" when it is saved, "later" where it should be repeated."""

    problem: str = ""
    value: Any = None


@dataclass
class Deed:
    """One piece of work inside a transaction, for the model to repeat once that is on disk.

    ``turn`` is when it was given to the writer, however often it has been tried since.
    """

    turn: int
    request: Request
    work: Callable[[Change], Any]
    value: Any = None
    refused: bool = False
    stand: Stand | None = None


@dataclass
class Undoable:
    """What an action has changed, every column of it."""

    before: Rows
    after: Rows


@dataclass(eq=False)
class Connection:
    """A browser's socket as the server has it; ``down`` sends on it."""

    visitor: str
    down: Callable[[str, Any], None]
    rooms: set[str] = field(default_factory=set)


class Teller(Broadcaster):
    """Tells whom the real one tells, the card itself instead of its HTML."""

    def _send(self, event: Any, *parts: tuple[str, str, str]) -> None:
        swaps = tuple((swap, template) for _, swap, template in parts)
        told = Told(event.revision, event.after, swaps, event.question, event.card)
        self._emit("fragments", room(event.talk), {"told": told})

    def _send_html(self, event: Any, html: str, _to: str) -> None:
        assert 'hx-swap="delete"' in html
        told = Told(event.revision, event.after, (("delete", ""),), event.question, None)
        self._emit("fragments", room(event.talk), {"told": told})


class Server:
    """One process after another, on one database."""

    def __init__(self, world: World, reading: Engine, writing: Engine, slug: str) -> None:
        self.world, self.reading, self.writing, self.slug = world, reading, writing, slug
        self.model = Model(moderated=world.random.random() < 0.5)
        self.page = make_page(slug, moderated=self.model.moderated)
        self.undoable: dict[int, Undoable] = {}
        self.acknowledged: list[tuple[str, int]] = []
        self.failing_commits = 0
        self.deeds: list[Deed] = []
        self._turns = itertools.count()
        self.last_revision = 0
        self.generation = 0
        self._begin()

    def _begin(self) -> None:
        """Start a process: it knows nothing but what is on disk."""
        self.generation += 1
        self.is_up = True
        self.connections: list[Connection] = []
        self._inbox: list[Request] = []
        self._voted: set[int] = set()
        self._is_tally_due = False
        self._has_room_key = False
        bus = Bus()
        self.writer = Writer(self.writing, lambda e: self._publish(bus, e), self._offload)
        at_once: Throttle[str] = Throttle(0, self._refetch, lambda _: None, lambda *_: None)
        teller = Teller(None, self._emit, at_once, lambda _: ())  # type: ignore[arg-type]
        teller.listen(bus)  # it renders nothing, in no language
        bus.on(VotesChanged, self._count_votes)
        bus.on(EventsMissed, lambda event: self._refetch(room(event.talk)))

    @property
    def loader(self) -> TalkLoader:
        return TalkLoader(self.page, DURING + timedelta(seconds=self.world.now), BoardDefaults())

    def kill(self) -> None:
        """Lose all that is not on disk; another process is there in a while."""
        self.is_up = False
        for connection in self.connections:
            connection.down("disconnect", None)
        self.deeds.clear()
        self.world.soon(0.5, 3, self._begin)

    def guarded(self, do: Callable[[], None]) -> None:
        """Do something in this process, while it lives."""
        generation = self.generation

        def alive() -> None:
            if not self.is_up or generation != self.generation:
                return
            try:
                do()
            except Killed:
                self.kill()

        self.world.later(0, alive)

    # What comes up

    def connect(self, connection: Connection) -> bool:
        """Let a browser's socket in; False where no process listens."""
        if not self.is_up:
            return False
        self.connections.append(connection)
        connection.rooms.add(room(self.slug))
        self.join_own_room(connection)
        return True

    def join_own_room(self, connection: Connection) -> None:
        with Session(self.reading) as session:
            row = session.scalar(sa.select(Talk).filter_by(slug=self.slug))
        if row:
            connection.rooms.add(own_room(self.slug, pseudonym(row.key, connection.visitor)))

    def receive(self, request: Request) -> None:
        """Take a request in; all that comes before the writer's next turn is one commit."""
        if not self.is_up:
            return
        self._inbox.append(request)
        if len(self._inbox) == 1:
            generation = self.generation
            delay = self.world.random.choice((0, 0, 0.05, 0.3))
            self.world.later(
                delay, lambda: generation == self.generation and self.guarded(self._turn)
            )

    def board(self, who: str, since: int | None = None) -> Board | None:
        """Return the board as a visitor sees it, None when they have it already."""
        with Session(self.reading) as session:
            talk = self.loader.load(session)
            if since is not None and since == talk.revision:
                return None
            board = queries.board(session, talk, who, FIRST_PAGE)
        for card in board.cards:
            entry = self.model.entries[card.id]
            assert entry.status in PUBLIC, "what is fetched is public"
        for card in board.mine:
            assert self.model.entries[card.id].author == who, "what is one's own"
        return board

    # One turn of the writer

    def _turn(self) -> None:
        batch, self._inbox = self._inbox, []
        jobs = [_Job(self._work(request)) for request in batch]
        self.writer._waiting.extend(jobs[:-1])  # as if each waited in a thread of its own
        works = jobs[-1].work
        outcomes = {}
        try:
            value = self.writer(works)
            outcomes[id(jobs[-1])] = Outcome(value=value)
        except (Refused, UnavailableError) as error:
            outcomes[id(jobs[-1])] = _outcome_of(error)
        for request, job in zip(batch, jobs, strict=True):
            outcome = outcomes.get(id(job)) or (
                _outcome_of(job.error) if job.error else Outcome(value=job.value)
            )
            self._answer(request, outcome)

    def _answer(self, request: Request, outcome: Outcome) -> None:
        self.world.step()
        if not outcome.problem:
            request.own_room()
            if request.kind == "ask":
                self.acknowledged.append((request.args[0], outcome.value.id))
                assert any(e.key == request.args[0] for e in self.model.entries.values()), (
                    "what is acknowledged is on disk"
                )
        request.answer(outcome)

    def _work(self, request: Request) -> Callable[[Change], Any]:
        turn = next(self._turns)

        def work(change: Change) -> Any:
            deed = Deed(turn, request, work)
            self.deeds = [each for each in self.deeds if each.work is not work]
            self.deeds.append(deed)
            try:
                deed.value = self._do(change, request, deed)
            except Refused:
                deed.refused = True
                raise
            return deed.value

        return work

    def _do(self, change: Change, request: Request, deed: Deed) -> Any:
        kind, who, args, loader = request.kind, request.who, request.args, self.loader
        if kind == "vote":
            card, _ = votes.vote(change, loader, who, args[0], wanted=args[1])
            return card.votes
        talk = loader.lock(change.session)
        if kind == "ask":
            return questions.ask(change, talk, who, read_draft({"key": args[0], "text": args[1]}))
        if kind == "edit":
            return questions.edit(change, talk, who, args[0], read_draft({"text": args[1]}))
        if kind == "withdraw":
            questions.withdraw(change, talk, who, args[0])
            deed.stand = _stand(change.session, talk)
            return None
        return self._moderate(change, talk, request, deed)

    def _moderate(self, change: Change, talk: LockedTalk, request: Request, deed: Deed) -> str:
        session, kind, args = change.session, request.kind, request.args
        before, context = _rows(session, talk), ActionContext(change, talk, GRACE)
        last = _newest_action(session, talk)
        said = _act(context, kind, args)
        session.flush()
        after, deed.stand = _rows(session, talk), _stand(session, talk)
        if kind == "undo" and said == "Undone.":
            self._check_undone(self.undoable[args[0]], before, after)
        newest = _newest_action(session, talk)
        if newest != last:  # the number of one that was rolled back is given again
            self.undoable[newest] = Undoable(before, after)
        return said

    def _check_undone(self, known: Undoable, before: Rows, after: Rows) -> None:
        """Look at all that an action changed, if it is the one: numbers are given again."""
        changed = [
            (id, name)
            for id, row in known.before.items()
            for name in UNCOUNTED
            if row[name] != known.after[id][name]
        ]
        if all(before[id][name] == known.after[id][name] for id, name in changed):
            for id, name in changed:
                assert after[id][name] == known.before[id][name], f"undone to the letter: {name}"

    def _offload(self, commit: Callable[[], None]) -> None:
        self.world.step()
        commit()
        self._repeat([deed for deed in self.deeds if deed.refused])
        self.deeds.clear()
        self.world.step()

    def on_rollback(self) -> None:
        self.deeds = [deed for deed in self.deeds if deed.refused]

    def on_commit(self, connection: sa.Connection) -> None:
        """Fail, or be killed, before anything is on disk; else it is, and the model follows."""
        try:
            self.world.step()
            if self.failing_commits:
                self.failing_commits -= 1
                raise OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))
        except BaseException:  # SQLAlchemy takes back what SQLite refused, not what an event did
            connection.connection.rollback()
            self.deeds.clear()  # what was refused in it is tried again, or told that it may be
            raise
        deeds, self.deeds = self.deeds, []
        self._repeat(deeds)

    def _repeat(self, deeds: list[Deed]) -> None:
        for deed in sorted(deeds, key=lambda deed: deed.turn):
            refused = False
            try:
                self._foretell(deed)
            except Refused:
                refused = True
            assert refused is deed.refused or deed.request.kind not in WISHES, (deed, refused)
            self.model.check()

    def _foretell(self, deed: Deed) -> None:
        model, kind, who, args = self.model, deed.request.kind, deed.request.who, deed.request.args
        if deed.refused and kind not in WISHES:
            return
        if kind == "ask":
            model.ask(who, *args, deed.value and deed.value.id)
        elif kind in WISHES:
            getattr(model, kind)(who, *args)
        if deed.stand:
            model.adopt(kind, deed.stand)
        if kind == "vote" and not deed.refused:
            assert deed.value == model.votes(args[0]), "counts are of different people"

    # What goes down

    def _publish(self, bus: Bus, event: Event) -> None:
        self.world.step()
        with self.reading.connect() as connection:
            wanted = sa.select(Talk.revision).where(Talk.slug == self.slug)
            on_disk = connection.execute(wanted).scalar() or 0
        assert event.revision <= on_disk, "nothing is announced that is not on disk"
        assert event.revision > self.last_revision, "revisions grow with each event"
        self.last_revision = event.revision
        bus.publish(event)

    def _emit(self, name: str, to: str, payload: Any) -> None:
        if is_own_room(to):
            for connection in self.connections:
                self.join_own_room(connection)
        for connection in [each for each in self.connections if to in each.rooms]:
            self.world.step()
            connection.down(name, payload)

    def _refetch(self, to: str) -> None:
        self._emit("refetch", to, {})

    def _count_votes(self, event: VotesChanged) -> None:
        self._voted.add(event.question)
        if not self._is_tally_due:
            self._is_tally_due = True
            generation = self.generation
            self.world.later(
                TALLY_SECONDS,
                lambda: generation == self.generation and self.guarded(self._send_tally),
            )

    def _send_tally(self) -> None:
        changed, self._voted, self._is_tally_due = self._voted, set(), False
        with Session(self.reading) as session:
            revision, counts = votes.tally(session, self.slug, changed)
        self._emit("tally", room(self.slug), {"revision": revision, "votes": counts})


WISHES = ("ask", "vote", "edit", "withdraw")


def _outcome_of(error: Exception) -> Outcome:
    return Outcome("later" if isinstance(error, UnavailableError) else str(error))


def _act(context: ActionContext, kind: str, args: tuple[Any, ...]) -> str:
    if kind == "merge":
        return merging.merge(context, *args)
    if kind == "unmerge":
        return merging.unmerge(context, *args)
    if kind == "undo":
        return undo.undo(context, *args)
    if kind == "end":
        return controls.time(context, "end")
    return actions.apply(context, [args[0]], kind, "unclear")


def _newest_action(session: Session, talk: LockedTalk) -> int:
    found = sa.select(sa.func.max(Action.id)).where(Action.talk_id == talk.row.id)
    return session.scalar(found) or 0


def _rows(session: Session, talk: LockedTalk) -> Rows:
    session.flush()
    table = Question.__table__
    wanted = sa.select(*table.c).where(table.c.talk_id == talk.row.id)
    return {row.id: dict(row._mapping) for row in session.connection().execute(wanted)}


def _stand(session: Session, talk: LockedTalk) -> Stand:
    rows = _rows(session, talk)
    status = {id: Status(str(row["status"])) for id, row in rows.items()}
    into = {id: row["merged_into"] for id, row in rows.items()}
    is_over = effective_schedule(talk.page.planned, talk.row).phase(talk.now) is Phase.OVER
    return Stand(status, into, talk.row.now_id, talk.row.next_id, is_over)  # type: ignore[arg-type]
