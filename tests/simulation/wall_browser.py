"""A browser at the wall: static/js/wall/{live,send,carry,dragging,dragged}.js again.

And views/refresh.js, by which it fetches what it shows.
"""

from collections.abc import Callable
from typing import Any

from companion.board.wall import Place, WallView
from companion.errors import Refused

from .wall_map import WallMap
from .wall_server import WallServer, Worker
from .world import World

STILL, ECHO = 1.0, 1.0
SILENT, LET_GO = 2.0, 0.3


class WallBrowser:
    """One page at the wall, arranging."""

    map_kind = WallMap
    remembers = True  # that something was not fetched while a hand had a note

    def __init__(self, world: World, server: WallServer, name: str) -> None:
        self.world, self.server, self.name = world, server, name
        self.map = self.map_kind()
        self.hands: dict[int, tuple[int, int]] = {}
        self.own_until: dict[int, float] = {}
        self.silent_at: dict[int, float] = {}
        self.known = self.newest = self.revision = 0
        self.mine: list[int] = []
        self.answered: dict[int, int] = {}
        self.line: Line | None = None
        self._is_frozen = self._is_missed = self._is_whole = False
        self._is_fetching = self._is_wanted = False
        self._due = float("inf")
        self._swap(server.page())
        self._connect()

    def _soon(self, least: float, most: float, do: Callable[[], None]) -> None:
        self.world.soon(least, most, do)

    # views/socket.js

    def _connect(self) -> None:
        self.line = Line(self, self.world.random.choice(self.server.workers))
        self.newest = 0
        self.refresh()

    def lose_socket(self) -> None:
        self.line = None
        self._soon(1, 5, self._connect)
        self._refresh_soon(0.7, 1)

    def hear(self, name: str, payload: Any) -> None:
        if name == "wall":
            self._take(**payload)
        elif name == "drag":
            self._see(*payload)
        else:
            self.refresh()

    # live.js

    def _take(self, revision: int, after: int, places: Any, clusters: Any = ()) -> None:
        self.newest = max(self.newest, revision)
        if revision <= self.known:
            return
        if self.has_missed(after):
            self.catch_up()
            return
        are_here = self.map.take(places, clusters)
        self.known = revision
        if not are_here:
            self._refresh_soon(0.2, 0.9, whole=True)

    def has_missed(self, after: int) -> bool:
        return after > self.known

    def catch_up(self) -> None:
        since = self.known

        def arrive(answer: dict[str, Any] | None) -> None:
            if answer and self.known == since:
                self._take(**answer)
            if answer:
                self.after_answer()

        def fail() -> None:
            self._refresh_soon(1, 3, whole=True)

        self._fetch(lambda: self.server.places(since), arrive, fail)

    def _fetch(
        self, get: Callable[[], Any], arrive: Callable[[Any], None], fail: Callable[[], None]
    ) -> None:
        """Ask over HTTP: the request takes its time, and its answer, and either may be lost."""

        def serve() -> None:
            answer = get()
            lost = self.world.fault(0.1)
            self._soon(0.01, 1, fail if lost else lambda: arrive(answer))

        self._soon(0.01, 0.5, fail if self.world.fault(0.1) else serve)

    # carry.js, send.js and dragging.js

    def lift(self, number: int, x: int, y: int) -> None:
        """Take a note or cluster, and have all see it where the hand is."""
        self.map.hold(number, x, y)
        self._freeze(wanted=True)
        self.hands[number] = x, y
        self.own_until[number] = float("inf")
        self._say(number, (x, y))

    def _say(self, number: int, place: tuple[int, int]) -> None:
        if self.hands.get(number) == place:
            self._tell(number, *place)
            self.world.later(STILL, lambda: self._say(number, place))

    def _tell(self, number: int, *place: int) -> None:
        line = self.line
        if line and not self.world.fault(0.2):
            self._soon(0.01, 0.2, lambda: self.server.drag(line.worker, number, *place))

    def let_go(self, number: int) -> None:
        self.map.let_go(number)
        self._freeze(wanted=bool(self.map.held))
        if self.hands.pop(number, None):
            self.own_until[number] = self.world.now + ECHO
            self._tell(number)

    def drop(self, number: int, wish: dict[str, str]) -> None:
        def let_go() -> None:
            self.let_go(number)

        if number < 0:
            self._alter(-number, wish, let_go)
        else:
            self.arrange(number, wish, let_go)

    def arrange(self, id: int, wish: dict[str, str], then: Callable[[], None] = bool) -> None:
        def answer(done: Any) -> None:
            if done and self.is_news(id, done.revision):
                self._show(id, wish, done.revision)
            then()

        self._post(self.server.arrange, id, wish, answer=answer, fail=then)

    def _alter(self, id: int, wish: dict[str, str], then: Callable[[], None]) -> None:
        def answer(done: Any) -> None:
            if done and self.is_news(-id, done.revision) and -id in self.map.areas:
                fields = {name: int(value) for name, value in wish.items()}
                self.answered[-id] = done.revision
                self.map.areas[-id] = self.map.areas[-id]._replace(**fields)
            then()

        self._post(self.server.alter, id, wish, answer=answer, fail=then)

    def put_over(self, id: int, cluster: str) -> None:
        """Have a note be in a cluster or none, wherever there is room: arrange-keys.js."""

        def answer(done: Any) -> None:
            if done:
                self.catch_up()

        self._post(self.server.arrange, id, {"cluster": cluster}, answer=answer)

    def send(self, do: Callable[..., Any], *args: Any) -> None:
        """Send a form without a script's help."""
        self._post(do, *args)

    def _post(
        self,
        do: Callable[..., Any],
        *args: Any,
        answer: Callable[[Any], None] = bool,
        fail: Callable[[], None] = bool,
    ) -> None:
        def arrive(done: Any) -> None:
            if done and done.change:
                self.mine.append(done.change)
            answer(done)

        worker = self._worker()
        self._fetch(lambda: self._try(do, worker, *args), arrive, fail)

    # dragged.js

    def _see(self, number: int, *place: int) -> None:
        """See something in a hand, or no longer."""
        if number not in self.map or self.own_until.get(number, 0) > self.world.now:
            return
        if place:
            self.map.show(number, *place)
        if self.map.is_aloft(number):
            self._end_in(number, SILENT if place else LET_GO)

    def _end_in(self, number: int, wait: float) -> None:
        at = self.silent_at[number] = self.world.now + wait

        def end() -> None:
            if self.silent_at.get(number) == at:
                self.map.land(number)

        self.world.later(wait, end)

    def is_news(self, id: int, revision: int) -> bool:
        return revision > max(self.known, self.answered.get(id, 0))

    def _worker(self) -> Worker:
        return self.world.random.choice(self.server.workers)

    def _try(self, do: Callable[..., Any], *args: Any) -> Any:
        try:
            return do(self.name, *args)
        except Refused:
            return False

    def _show(self, id: int, wish: dict[str, str], revision: int) -> None:
        if not {"off", "x", "colour"} & wish.keys():
            return
        self.answered[id] = revision
        if id in self.map.notes:
            self.map.put(_wished(self.map.notes[id], wish))

    def put_back(self) -> None:
        if not self.mine:
            return
        change = self.mine[-1]

        def answer(_done: Any) -> None:
            if change in self.mine:
                self.mine.remove(change)

        worker = self._worker()
        self._fetch(lambda: self._try(self.server.put_back, worker, change), answer, bool)

    # views/refresh.js and lib/refresher.js

    def _freeze(self, *, wanted: bool) -> None:
        self._is_frozen = wanted
        if self._is_frozen or not self._is_missed:
            return
        self._is_missed = False
        self.refresh(whole=True)

    def _is_held_back(self) -> bool:
        self._is_missed |= self._is_frozen and self.remembers
        return self._is_frozen

    def _refresh_soon(self, least: float, most: float, *, whole: bool = False) -> None:
        self._is_whole |= whole
        at = self.world.now + self.world.random.uniform(least, most)
        if at < self._due:
            self._due = at
            self.world.later(at - self.world.now, lambda: self._on_due(at))

    def _on_due(self, at: float) -> None:
        if at == self._due:
            self._due = float("inf")
            self.refresh()

    def refresh(self, *, whole: bool = False) -> None:
        self._is_whole |= whole
        if self._is_fetching:
            self._is_wanted = True
            return
        if self._is_held_back():
            return
        was_whole, self._is_whole, self._is_fetching = self._is_whole, False, True
        known = (-1, -1) if was_whole else (self.revision, self.known)

        def arrive(page: WallView | None) -> None:
            if page and not self._is_held_back():
                self._swap(page)
                self.after_swap()
            self._end_fetching()

        def fail() -> None:
            self._refresh_soon(5, 10, whole=was_whole)
            self._end_fetching()

        self._fetch(lambda: self.server.page_unless(known), arrive, fail)

    def after_answer(self) -> None:
        """More may have been told while an answer was on its way."""
        if self.known < self.newest:
            self.catch_up()

    def after_swap(self) -> None:
        """What was fetched may be older than what was told while it was on its way."""
        if self.known < self.newest:
            self.catch_up()

    def _end_fetching(self) -> None:
        self._is_fetching = False
        if self._is_wanted:
            self._is_wanted = False
            self.refresh()

    def _swap(self, page: WallView) -> None:
        self.map.swap(page)
        self.known, self.revision = page.arranged, page.revision


def _wished(place: Place, wish: dict[str, str]) -> Place:
    if wish.get("off"):
        return place._replace(x=None, y=None, cluster=None)
    fields: dict[str, Any] = {name: int(wish[name]) for name in ("x", "y") if name in wish}
    fields |= {"cluster": int(wish["cluster"] or 0) or None} if "x" in wish else {}
    fields |= {"colour": wish["colour"]} if "colour" in wish else {}
    return place._replace(**fields)


class Line:
    """A page's socket: messages come late, twice, out of their turn, or it breaks."""

    def __init__(self, browser: WallBrowser, worker: Worker) -> None:
        self.browser, self.world, self.worker = browser, browser.world, worker
        self._last, self._is_broken = 0.0, False
        worker.lines.append(self)

    def down(self, name: str, payload: Any) -> None:
        if self.world.fault(0.03):
            self._break()
            return
        for _ in range(2 if self.world.fault(0.05) else 1):
            at = self.world.now + self.world.random.uniform(0.005, 0.3)
            if not self.world.fault(0.3):
                at = max(at, self._last)
            self._last = max(at, self._last)
            self.world.later(at - self.world.now, lambda: self._arrive(name, payload))

    def _arrive(self, name: str, payload: Any) -> None:
        if not self._is_broken:
            self.browser.hear(name, payload)

    def _break(self) -> None:
        """Lose the socket, and all that is on its way."""
        if not self._is_broken:
            self._is_broken = True
            self.world.soon(0, 2, self._notice)

    def _notice(self) -> None:
        self.worker.lines.remove(self)
        self.browser.lose_socket()
