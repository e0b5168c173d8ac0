"""Five hands on one wall, with bad luck: in the end all see what the server has."""

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from companion.board import putting_back
from companion.errors import Refused
from companion.store.engine import prepare

from .wall_browser import WallBrowser
from .wall_map import WallMap, shown_at
from .wall_server import WallServer
from .world import FAULTY_SECONDS, World

pytestmark = pytest.mark.slow
SEEDS, DEEDS = 60, 40
# What somebody else made larger goes back to how it was; what is held comes back by a fetch.
FOUND = (20502, 40479, 69672)
PEOPLE = ("grace", "ada", "bob", "eve", "joan")
COLOURS = ("", "red", "blue")
TITLES = ("Flight", "Food")
WISHES = (
    *(("do", "fit"), ("do", "tidy"), ("do", "tidy"), ("do", "front")),
    *(("do", "dissolve"), ("do", "dissolve")),
    *(("colour", colour) for colour in COLOURS),
    *(("title", title) for title in TITLES),
)
HAS = "has what the server has"


@pytest.fixture(scope="module")
def engines(template_database, tmp_path_factory) -> Iterator[tuple[Engine, Engine]]:
    """Return ways to read and to write one database, which never waits for the disk."""
    path = tmp_path_factory.mktemp("wall") / "companion.sqlite3"
    path.write_bytes(template_database.read_bytes())
    reading = sa.create_engine(f"sqlite:///{path}")
    writing = sa.create_engine(f"sqlite:///{path}", pool_size=1, max_overflow=0)
    for engine in (reading, writing):
        prepare(engine)
        sa.event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    yield reading, writing
    reading.dispose()
    writing.dispose()


def test_all_end_with_the_servers_wall_and_nobodys_doing_is_undone_by_another(engines, capsys):
    first, count = int(os.environ.get("WALL_SEED", 0)), int(os.environ.get("WALL_SEEDS", SEEDS))
    found = () if "WALL_SEED" in os.environ else FOUND
    for seed in (*range(first, first + count), *found):
        try:
            play(seed, *engines)
        except Exception as error:
            raise AssertionError(f"WALL_SEED={seed} WALL_SEEDS=1: {error}") from error
    with capsys.disabled():
        sys.stdout.write(f" {count} walls")


class HearsNoGap(WallBrowser):
    def has_missed(self, after: int) -> bool:
        return False


class BelievesEveryAnswer(WallBrowser):
    def is_news(self, id: int, revision: int) -> bool:
        return True


class AsksOnce(WallBrowser):
    def after_answer(self) -> None:
        return


class KeepsWhatIsOld(WallBrowser):
    def after_swap(self) -> None:
        return


class ForgetsWhatItDidNotFetch(WallBrowser):
    remembers = False


class KeepsWhatIsGone(WallMap):
    def drop_gone(self, clusters: list[int]) -> None:
        return


class MissesNoCluster(WallMap):
    def take(self, places: Iterable[Sequence[Any]], areas: Iterable[Sequence[Any]]) -> bool:
        super().take(places, areas)
        return all(place[0] in self.notes or place[1] is None for place in places)


class BelievesThatAllIsThere(WallMap):
    forgets = False


def with_map(kind: type[WallMap]) -> type[WallBrowser]:
    return type(kind.__name__, (WallBrowser,), {"map_kind": kind})


BROKEN = (
    *(HearsNoGap, BelievesEveryAnswer, AsksOnce),
    *(KeepsWhatIsOld, ForgetsWhatItDidNotFetch),
    *map(with_map, (KeepsWhatIsGone, MissesNoCluster, BelievesThatAllIsThere)),
)


@pytest.mark.parametrize("broken", BROKEN)
def test_a_page_that_keeps_a_rule_not_is_found_out(engines, broken):
    with pytest.raises(AssertionError, match=HAS):
        play_all(engines, broken)


def test_putting_back_what_another_did_since_is_found_out(engines, monkeypatch):
    monkeypatch.setattr(putting_back, "last_by_others", lambda *_: {})

    with pytest.raises(AssertionError, match="was written by"):
        play_all(engines)


def test_a_note_that_is_lost_with_a_cluster_is_found_out(engines, monkeypatch):
    monkeypatch.setattr(putting_back, "_where_seen", lambda _session, wish, _there=None: wish)

    with pytest.raises(AssertionError, match="in a cluster that is gone"):
        play_all(engines)


def play_all(engines: tuple[Engine, Engine], page: type[WallBrowser] = WallBrowser) -> None:
    for seed in range(10 * SEEDS):
        play(seed, *engines, page)


def play(
    seed: int, reading: Engine, writing: Engine, page: type[WallBrowser] = WallBrowser
) -> None:
    world = World(seed)
    server = WallServer(world, reading, writing, f"wall-{seed}-{time.monotonic_ns()}")
    browsers = [page(world, server, name) for name in PEOPLE]
    for number in range(DEEDS):
        deed = world.random.choice(POSSIBLE)
        begin = FAULTY_SECONDS - 1 if number % 2 else 0  # at the end much happens at once
        who = world.random.choice(browsers)
        world.soon(begin, FAULTY_SECONDS, partial(deed, world, server, who))
    world.run()
    check(server, browsers)


def check(server: WallServer, browsers: list[WallBrowser]) -> None:
    page = server.page()
    notes = {note.card.id: note.place for note in (*page.placed, *page.inbox)}
    areas = {-cluster.area.id: cluster.area for cluster in page.clusters}
    shown = {id: shown_at(place) for id, place in notes.items()}
    shown |= {number: (area.x, area.y) for number, area in areas.items()}
    assert server.strays() == 0, "no note is in a cluster that is gone"
    for browser in browsers:
        there = browser.map
        assert (there.notes, there.areas) == (notes, areas), f"{browser.name} {HAS}"
        assert {number: there.shown[number] for number in shown} == shown, f"{browser.name} {HAS}"
        assert (there.held, browser.known) == ([], page.arranged)


def _drop(world: World, server: WallServer, browser: WallBrowser) -> None:
    """Take a note up, and put it down, off or where it was a while later."""
    if not browser.map.notes:
        return
    random, note = world.random, world.random.choice(sorted(browser.map.notes))
    x, y = _somewhere(world)
    browser.lift(note, x, y)

    def land() -> None:
        seat = browser.map.seat(x, y)
        wish = random.choice((seat, seat, seat, {"off": "1"}, None))
        browser.drop(note, wish) if wish else browser.let_go(note)

    world.soon(0.1, 3, land)


def _somewhere(world: World) -> tuple[int, int]:
    """Return one of a few places, so that things often come to where others were."""
    return 300 * world.random.randrange(3), 150 * world.random.randrange(3)


def _colour(world: World, server: WallServer, browser: WallBrowser) -> None:
    if browser.map.notes:
        note = world.random.choice(sorted(browser.map.notes))
        browser.arrange(note, {"colour": world.random.choice(COLOURS)})


def _put_over(world: World, server: WallServer, browser: WallBrowser) -> None:
    """Have a note be in some cluster or in none."""
    if browser.map.notes:
        note = world.random.choice(sorted(browser.map.notes))
        browser.put_over(note, str(world.random.choice(("", *browser.map.clusters))))


def _make(world: World, server: WallServer, browser: WallBrowser) -> None:
    """Make a cluster, with notes and at a place or without; the form may go up twice."""
    random, notes = world.random, map(str, sorted(browser.map.notes))
    chosen = tuple(note for note in notes if random.random() < 0.4)
    wish = {"title": "Flight", "key": f"{random.getrandbits(128):032x}"}
    x, y = _somewhere(world)
    wish |= random.choice(({}, {"x": str(x), "y": str(y)}))
    for _ in range(random.choice((1, 1, 1, 2))):
        browser.send(server.make, wish, chosen)


def _move(world: World, server: WallServer, browser: WallBrowser) -> None:
    """Take a cluster up, and put it down, or where it was, a while later."""
    if not browser.map.areas:
        return
    number, (x, y) = world.random.choice(sorted(browser.map.areas)), _somewhere(world)
    browser.lift(number, x, y)
    is_meant = world.random.random() < 0.8
    to = {"x": str(x), "y": str(y)}
    land = partial(browser.drop, number, to) if is_meant else partial(browser.let_go, number)
    world.soon(0.1, 3, land)


def _alter(world: World, server: WallServer, browser: WallBrowser) -> None:
    """Do something else to a cluster, as its form does."""
    if browser.map.areas:
        cluster = world.random.choice(browser.map.clusters)
        browser.send(server.alter, cluster, dict([world.random.choice(WISHES)]))


def _put_back(world: World, server: WallServer, browser: WallBrowser) -> None:
    """Put one's own last change back; a moderator puts back anybody's."""
    changes = sorted(server.author_of)
    if browser.name != "grace" or not changes:
        browser.put_back()
        return
    change, worker = world.random.choice(changes[-4:]), server.workers[0]
    try:
        if world.random.random() < 0.2:
            server.put_back_all(worker, change)
        else:
            server.put_back("grace", worker, change)
    except Refused:
        return


def _moderate(world: World, server: WallServer, browser: WallBrowser) -> None:
    worker, note = world.random.choice(server.workers), world.random.choice(server.notes)
    server.moderate(worker, note, world.random.choice(("decline", "restore", "restore")))


POSSIBLE = (
    *(_drop, _drop, _drop, _colour, _put_over, _put_over, _moderate),
    *(_make, _move, _move, _alter, _alter, _put_back, _put_back, _put_back, _put_back),
)
