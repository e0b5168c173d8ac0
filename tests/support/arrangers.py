"""People who arrange an open wall at a server that fails, and what became of it."""

import http.client
import json
import random
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from companion.store.models import Role
from tests.support.live import PATIENCE, LiveServer, eventually
from tests.support.load import FAILED_PAUSE, FAILURES, TIMEOUT, Count
from tests.support.watcher import Watcher, enter, token

PEOPLE, NOTES = 20, 8
COLOURS = ("", "yellow", "red", "blue", "green")
NOTE = re.compile(r'<li id="note-\d+" class="note" data-id="(\d+)" data-x="(\d*)" data-y="(\d*)"')
CHANGES = """
SELECT wall_change.id, question_id, before FROM wall_change
JOIN talk ON talk.id = wall_change.talk_id WHERE talk.slug = '{talk}' ORDER BY wall_change.id
"""
PLACES = """
SELECT question_id, x, y, colour FROM wall_place
JOIN talk ON talk.id = wall_place.talk_id WHERE talk.slug = '{talk}'
"""
COUNTED = "SELECT wall.revision FROM wall JOIN talk ON talk.id = wall.talk_id WHERE slug = '{talk}'"
Pair = tuple[int, int]


@dataclass
class Placing:
    """Somebody's wish to have a note at a place that nobody else wishes, in some colour."""

    note: int
    place: Pair
    colour: str
    change: int | None = None

    @property
    def form(self) -> dict[str, object]:
        """Return it as the page sends it."""
        return {"x": self.place[0], "y": self.place[1], "colour": self.colour}


class Arrangers:
    """Twenty people who go on arranging until they are stopped, and remember every answer."""

    def __init__(self, server: LiveServer, talk: str, seed: int = 0) -> None:
        """Have a wall with notes be everybody's to arrange, and people come."""
        self.server, self.talk = server, talk
        self.page = f"{server.path}/talks/{talk}"
        self.placings: list[Placing] = []
        self.went_back: list[int] = []
        self._doubled = 0
        self._chance = random.Random(seed)  # noqa: S311 (not for secrets)
        self._over = threading.Event()
        desk = Watcher(server, talk, "moderate", enter(server, token(server, talk, Role.MODERATOR)))
        assert desk.post("desk/switches", wall="open") == 200
        for number in range(NOTES):
            assert desk.post("desk/room", text=f"What is the note {number} for?") == 200
        desk.leave()
        self.notes = sorted({int(id) for id, *_ in self._shown()})
        assert len(self.notes) == NOTES
        self._cookies = [self._open_page() for _ in range(PEOPLE)]

    def run(self, seconds: float, fault: Callable[[], object]) -> None:
        """Arrange for so long, with something happening in the end."""
        people = [
            threading.Thread(target=self._go_on, args=each) for each in enumerate(self._cookies)
        ]
        for person in people:
            person.start()
        self._over.wait(seconds)
        try:
            fault()
        finally:
            self._over.set()
            for person in people:
                person.join()

    def settle(self) -> None:
        """Send again what was not acknowledged, until it is: what was saved is not done anew."""
        for placing in [each for each in self.placings if each.change is None]:
            stands = self._places().get(placing.note) == (*placing.place, placing.colour)
            sent = eventually(lambda p=placing: self._try(self._cookies[0], p), 2 * PATIENCE)
            assert sent, placing
            self._doubled += bool(stands and placing.change)

    def compare(self) -> Count:
        """Return what was counted; the log, the places and a fresh page have to say the same."""
        changes = [(id, note, json.loads(before)) for id, note, before in self._query(CHANGES)]
        saved = {id: (note, diffs) for id, note, diffs in changes}
        done = [each for each in self.placings if each.change]
        lost = sum(not _is_saved(each, saved) for each in done)
        lost += sum(change not in saved for change in self.went_back)
        assert self._query(COUNTED) == [(len(changes),)], "each change is counted once"
        self._check_chain([(note, diffs) for _, note, diffs in changes])
        places = self._places()
        fresh = {int(id): (int(x), int(y)) for id, x, y in self._shown() if x}
        assert fresh == {note: (x, y) for note, (x, y, _) in places.items() if x is not None}
        counts = Counter(each.change for each in done)
        doubled = self._doubled + sum(count - 1 for count in counts.values())
        return Count(len(done) + len(self.went_back), lost, doubled)

    def _check_chain(self, changes: list[tuple[int, dict[str, list[Any]]]]) -> None:
        """Each change begins where the one before it ended, and the last is what there is."""
        now: defaultdict[int, dict[str, Any]] = defaultdict(
            lambda: {"x": None, "y": None, "colour": ""}
        )
        for note, diffs in changes:
            for name in now[note].keys() & diffs.keys():
                old, new = diffs[name]
                assert now[note][name] == old, (note, name)
                now[note][name] = new
        assert {note: tuple(fields.values()) for note, fields in now.items()} == self._places()

    def _go_on(self, number: int, cookie: str) -> None:
        """Place notes, and now and then put the last one back."""
        step, last = 0, None
        while not self._over.is_set():
            step += 1
            if last and self._chance.random() < 0.1:
                self._put_back(cookie, last)
                last = None
                continue
            note, colour = self._chance.choice(self.notes), self._chance.choice(COLOURS)
            placing = Placing(note, (number, step), colour)
            self.placings.append(placing)
            if not self._try(cookie, placing):
                self._over.wait(FAILED_PAUSE)
            last = placing.change

    def _try(self, cookie: str, placing: Placing) -> bool:
        """Place a note; say whether that is acknowledged."""
        with suppress(*FAILURES):
            status, _, body = self._post(f"/wall/notes/{placing.note}", cookie, placing.form)
            if status == 200:
                placing.change = json.loads(body)["change"]
                return True
        return False

    def _put_back(self, cookie: str, change: int) -> None:
        with suppress(*FAILURES):
            status, _, body = self._post("/wall/put-back", cookie, {"change": change})
            if status == 200:
                self.went_back.append(json.loads(body)["change"])

    def _places(self) -> dict[int, tuple[int | None, int | None, str]]:
        return {note: (x, y, colour) for note, x, y, colour in self._query(PLACES)}

    def _shown(self) -> list[tuple[str, str, str]]:
        return NOTE.findall(self._request("GET", "/wall", "")[2])

    def _query(self, sql: str) -> list[tuple[Any, ...]]:
        return self.server.query(sql.format(talk=self.talk))

    def _open_page(self) -> str:
        return str(self._request("GET", "", "")[1]["Set-Cookie"]).partition(";")[0]

    def _post(self, path: str, cookie: str, form: dict[str, Any]) -> tuple[int, Any, str]:
        return self._request("POST", path, cookie, urlencode(form))

    def _request(self, verb: str, path: str, cookie: str, body: str = "") -> tuple[int, Any, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=TIMEOUT)
        headers = {
            "Host": self.server.origin.partition("//")[2],
            "Origin": self.server.origin,
            "Cookie": cookie,
            "HX-Request": "true" if body else "",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            line.request(verb, f"{self.page}{path}", body, {k: v for k, v in headers.items() if v})
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            line.close()


def _is_saved(placing: Placing, saved: dict[int, tuple[int, dict[str, Any]]]) -> bool:
    note, diffs = saved.get(placing.change or 0, (0, {}))
    new = {name: diff[1] for name, diff in diffs.items() if name in ("x", "y", "colour")}
    return note == placing.note and new == placing.form
