"""The wall's real rules and writer, behind two workers that tell each other what they send."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from companion.board import arranging, clusters, putting_back, questions
from companion.board import wall as walls
from companion.board.events import WallArranged
from companion.board.input import read_draft
from companion.board.rules import BoardDefaults
from companion.board.talk_state import LockedTalk, TalkLoader
from companion.board.wall import AREA, WallMode, WallView
from companion.board.wall_changes import Arranged, Arranger
from companion.board.wall_input import read_cluster_wish, read_new_cluster, read_wish
from companion.moderation import actions
from companion.moderation import wall as desk_wall
from companion.moderation.context import ActionContext
from companion.realtime.broadcasts import INVALIDATED
from companion.realtime.rooms import View
from companion.store.events import Bus, Event
from companion.store.wall import WallChange, WallCluster, WallPlace
from companion.store.writer import Change, Writer
from tests.support.clock import DURING
from tests.support.moderation import GRACE
from tests.support.talks import make_page

from .world import World

WALL_SECONDS, RELAY_SECONDS = 0.05, 0.3
MODERATOR = "grace"
READ_SECONDS = 0.02  # from reading where notes are until it is read where clusters are
Field = tuple[int, str]  # of a note, or of a cluster by its number below 0
Fields = dict[Field, Any]


class Worker:
    """One of the processes: whom it tells, and since which revision it has not."""

    def __init__(self) -> None:
        self.lines: list[Any] = []
        self.after: int | None = None
        self.is_resting = False


class WallServer:
    """Two workers on one database, with a few notes on an open wall."""

    def __init__(self, world: World, reading: Engine, writing: Engine, slug: str) -> None:
        self.world, self.reading, self.slug = world, reading, slug
        self.workers = [Worker(), Worker()]
        self._here = self.workers[0]  # the one that commits just now
        bus = Bus()
        bus.on(WallArranged, self._note_arranged)
        for kind, views in INVALIDATED.items():
            if View.WALL in views:
                bus.on(kind, self._note_change)
        self.writer = Writer(writing, bus.publish, lambda commit: commit())
        self.loader = TalkLoader(
            make_page(slug, board_state="open", moderated=False), DURING, BoardDefaults()
        )
        self.wrote: dict[Field, list[tuple[int, str]]] = defaultdict(list)
        self.author_of: dict[int, str] = {}
        self._unmoved: set[Field] = set()
        self._then: Fields = {}  # before the last change
        self._before: Fields = {}
        self._after: Fields = {}
        self._last = 0
        self.notes = [self._ask(number) for number in range(world.random.randint(1, 3))]

    def _ask(self, number: int) -> int:
        draft = read_draft(
            {"text": f"How do bees find home, {number}?", "key": f"note-{number}-{self.slug}"}
        )

        def ask(change: Change) -> int:
            talk = self.loader.lock(change.session)
            talk.row.wall = WallMode.OPEN
            return questions.ask(change, talk, "ada", draft).id

        return self.writer(ask)

    # What comes up

    def arrange(self, who: str, worker: Worker, note: int, wish: dict[str, str]) -> Arranged:
        """Do what a form wants of a note; raises Refused."""

        def work(change: Change, talk: LockedTalk) -> Arranged:
            if who == MODERATOR:
                context = ActionContext(change, talk, GRACE)
                return desk_wall.read_done(desk_wall.arrange(context, note, wish))
            me = self._attendee(change, talk, who)
            return arranging.arrange(change, talk, me, note, read_wish(wish))

        done, changed = self._write(worker, work)
        own = {field for field in changed if field[0] == note or field[1] == "size"}
        return self._note_done(done, own, who)

    def make(
        self, who: str, worker: Worker, wish: dict[str, str], notes: tuple[str, ...]
    ) -> Arranged:
        """Make a cluster as a form wants it; raises Refused."""

        def work(change: Change, talk: LockedTalk) -> Arranged:
            if who == MODERATOR:
                context = ActionContext(change, talk, GRACE)
                return desk_wall.read_done(desk_wall.make_cluster(context, wish, notes))
            me = self._attendee(change, talk, who)
            return clusters.make(change, talk, me, read_new_cluster(wish, notes))

        return self._note_done(*self._write(worker, work), who=who)

    def alter(self, who: str, worker: Worker, cluster: int, wish: dict[str, str]) -> Arranged:
        """Do what a form wants of a cluster; raises Refused."""

        def work(change: Change, talk: LockedTalk) -> Arranged:
            if who == MODERATOR:
                context = ActionContext(change, talk, GRACE)
                return desk_wall.read_done(desk_wall.alter_cluster(context, cluster, wish))
            me = self._attendee(change, talk, who)
            return clusters.alter(change, talk, me, cluster, read_cluster_wish(wish))

        return self._note_done(*self._write(worker, work), who=who)

    def put_back(self, who: str, worker: Worker, number: int) -> Arranged:
        """Undo a change: nothing that another wrote since may be different afterwards."""

        def work(change: Change, talk: LockedTalk) -> Arranged:
            if who == MODERATOR:
                context = ActionContext(change, talk, GRACE)
                return desk_wall.read_done(desk_wall.put_back(context, number))
            me = self._attendee(change, talk, who)
            return putting_back.put_back(change, talk, me, number, own=True)

        is_last, then = number == self._last, self._then
        done, changed = self._write(worker, work)
        self._check_others(self.author_of[number], number, changed)
        if is_last:
            lost = {field for field, value in then.items() if self._after[field] != value}
            assert {field for field in lost if field[1] != "size"} == set(), f"{lost} is as it was"
        return self._note_done(done, changed, who)

    def put_back_all(self, worker: Worker, number: int) -> None:
        """Have a moderator undo all that somebody did, but for what another wrote since."""

        def work(change: Change, talk: LockedTalk) -> tuple[int, int]:
            newest = sa.select(sa.func.max(WallChange.id))
            before = change.session.scalar(newest) or 0
            desk_wall.put_back_all(ActionContext(change, talk, GRACE), number)
            return before, change.session.scalar(newest) or 0

        (before, after), changed = self._write(worker, work)
        author = self.author_of[number]
        for field in changed:
            own = [change for change, by in self.wrote[field] if by == author]
            self._check_others(author, max(own, default=number), {field})
        for change in range(before + 1, after + 1):
            self._note_done(Arranged(0, change, 0), changed, MODERATOR)
        self._last = 0

    def _check_others(self, author: str, number: int, changed: set[Field]) -> None:
        """Check that nothing is different which another than an author wrote after a change."""
        for field in changed - self._unmoved:
            later = [by for change, by in self.wrote[field] if change > number]
            assert set(later) <= {author}, f"{field} was written by {later} after {author}"

    def moderate(self, worker: Worker, note: int, verb: str) -> None:
        """Have a note be public, or no longer."""

        def work(change: Change, talk: LockedTalk) -> None:
            actions.apply(ActionContext(change, talk, GRACE), [note], verb, "unclear")

        self._write(worker, work)

    def _attendee(self, change: Change, talk: LockedTalk, who: str) -> Arranger:
        return arranging.attendee(change.session, talk, who)

    def _write(
        self, worker: Worker, work: Callable[[Change, LockedTalk], Any]
    ) -> tuple[Any, set[Field]]:
        """Return what came of it, and which fields are different since."""
        self._here = worker

        def compared(change: Change) -> tuple[Any, set[Field]]:
            talk = self.loader.lock(change.session)
            before = _fields(change.session, talk)
            done = work(change, talk)
            change.session.flush()
            after = _fields(change.session, talk)
            keys = before.keys() | after.keys()
            changed = {key for key in keys if before.get(key) != after.get(key)}
            self._before, self._after = before, after
            self._unmoved = _unmoved(before, after, changed)
            return done, changed

        return self.writer(compared)

    def _note_done(self, done: Arranged, changed: set[Field], who: str) -> Arranged:
        if done.change:
            self.author_of[done.change] = who
            self._last, self._then = done.change, self._before
        for field in changed if done.change else ():
            self.wrote[field].append((done.change, who))
        return done

    # What is fetched

    def page(self) -> WallView:
        """Return the wall as a whole."""
        with Session(self.reading) as session:
            return walls.wall(session, self.loader.load(session))

    def strays(self) -> int:
        """Return how many notes are in clusters that are gone, so that nobody sees them."""
        strays = sa.select(sa.func.count()).select_from(WallPlace)
        with Session(self.reading) as session:
            return session.scalar(strays.join(WallCluster).where(WallCluster.is_gone)) or 0

    def page_unless(self, known: tuple[int, int]) -> WallView | None:
        """Return the wall, None where these are its revisions still."""
        with Session(self.reading) as session:
            talk = self.loader.load(session)
            now = talk.revision, walls.arranged(session, talk.row)
            return None if now == known else walls.wall(session, talk)

    def places(self, since: int) -> dict[str, Any] | None:
        """Return what was arranged since, None where nothing was."""
        with Session(self.reading) as session:
            _, revision, found = walls.places_since(session, self.slug, since)
            areas = walls.areas_since(session, self.slug, since)
        return None if revision == since else walls.told(revision, since, found, areas)

    # What goes down

    def _note_arranged(self, event: WallArranged) -> None:
        worker = self._here
        worker.after = event.after if worker.after is None else worker.after
        if not worker.is_resting:
            self._send(worker)

    def _send(self, worker: Worker) -> None:
        """Tell at once what is news, and what comes meanwhile after a rest."""
        worker.is_resting = worker.after is not None
        if not worker.is_resting:
            return
        self.world.later(WALL_SECONDS, lambda: self._send(worker))
        if self.world.fault(0.03):  # the database was away: it is tried again
            return
        after, worker.after = worker.after, None
        with Session(self.reading) as session:
            _, revision, found = walls.places_since(session, self.slug, after)

        def tell() -> None:
            with Session(self.reading) as session:
                areas = walls.areas_since(session, self.slug, after)
            self._tell(worker, "wall", walls.told(revision, after, found, areas))

        self.world.soon(0, READ_SECONDS, tell)

    def drag(self, worker: Worker, number: int, *place: int) -> None:
        """Have all see what is in a hand, or no longer; nobody is waited for."""
        self._tell(worker, "drag", (number, *place))

    def _note_change(self, _event: Event) -> None:
        self._tell(self._here, "refetch", None)

    def _tell(self, worker: Worker, name: str, payload: Any) -> None:
        for line in list(worker.lines):
            line.down(name, payload)
        (other,) = (each for each in self.workers if each is not worker)
        is_lost = name != "drag" and self.world.fault(0.05)  # which the other worker notices
        delay = self.world.random.uniform(0, RELAY_SECONDS)
        self.world.later(delay, lambda: self._hear(other, is_lost, name, payload))

    def _hear(self, worker: Worker, is_lost: bool, name: str, payload: Any) -> None:
        for line in list(worker.lines):
            line.down("refetch" if is_lost else name, payload)


def _fields(session: Session, talk: LockedTalk) -> Fields:
    """Return what people have written on a wall; "seen" is where on the map a note is."""
    fields = _areas(session, talk)
    corners = {-number: at for (number, name), at in fields.items() if name == "place"}
    columns = WallPlace.question_id, WallPlace.colour, WallPlace.x, WallPlace.y
    here = sa.select(*columns, WallPlace.cluster_id).where(WallPlace.talk_id == talk.row.id)
    for note, colour, x, y, cluster in session.execute(here):
        left, top = corners.get(cluster, (0, 0))
        seen = None if x is None else (left + x, top + y)
        fields |= {(note, "place"): (x, y, cluster), (note, "seen"): seen}
        fields[note, "colour"] = colour
    return fields


def _areas(session: Session, talk: LockedTalk) -> Fields:
    fields: Fields = {}
    here = sa.select(*AREA, WallCluster.author, WallCluster.is_gone)
    for row in session.execute(here.where(WallCluster.talk_id == talk.row.id)):
        number, x, y, _, width, height, colour, title, author, is_gone = row
        fields |= {(-number, "place"): (x, y), (-number, "size"): (width, height)}
        fields |= {(-number, "title"): (title, author), (-number, "gone"): is_gone}
        fields[-number, "colour"] = colour
    return fields


def _unmoved(before: Fields, after: Fields, changed: set[Field]) -> set[Field]:
    """Return which fields only say otherwise where a note still is, or that it was carried along.

    Where a cluster comes or goes its notes stay where they are seen. One that grows makes room for
    what comes into it, which takes nothing from anybody.
    """
    stay = {note for note, name in changed if name == "place" and (note, "seen") not in changed}
    comes_or_goes = any(name == "gone" for _, name in changed)
    carried = {field for field in changed if field[1] == "seen" or _grew(before, after, field)}
    return carried | {(note, "place") for note in stay if comes_or_goes and note > 0}


def _grew(before: Fields, after: Fields, field: Field) -> bool:
    if field[1] != "size" or field not in before:
        return False
    return all(old <= new for old, new in zip(before[field], after[field], strict=True))
