"""Keeps a full room going for half an hour, and looks whether the server grows or complains.

People ask and vote over their sockets, some leave and others come, and a moderator works at the
desk; limits are on, and everybody has an address of their own. What was acknowledged is looked up
in the database in the end. Modest load: it says nothing about speed.
"""
# ruff: noqa: E402 (everything imported after the patch has to see it)

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import argparse
import random
import re
import secrets
import sqlite3
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from statistics import median
from typing import NamedTuple

import gevent
from gevent.pool import Pool

from benchmarks import stage
from benchmarks.counted import NAME
from benchmarks.crowd import CARD, FAILURES, PATIENCE, Person
from benchmarks.figures import Row, machine, table, verdict, verdicts
from benchmarks.options import parser, place_of, save
from companion.moderation.role_links import LinkSigner, LinkVersion
from companion.store.models import Role

SAMPLE_SECONDS, SETTLED = 10.0, 5 / 30  # of the whole: what comes before is warming up
ASK_SECONDS, DESK_SECONDS = 4.0, 5.0
VOTES_A_MINUTE = 1.0  # of each
BAD = re.compile(r"ERROR|CRITICAL|Traceback")
TOPICS = ("bees", "moths", "drones", "queens", "hives", "swarms", "dances", "honey", "wax")
_chance = random.Random(7)  # noqa: S311 (not for secrets)


class Sample(NamedTuple):
    """What the server's worker held at one moment."""

    minute: float
    kb: int
    files: int
    greenlets: int
    people: int


class Room:
    """The people who are there, what they did, and what came of it."""

    def __init__(self, place: stage.Place, clients: int) -> None:
        """Nobody is there yet."""
        self.place, self.clients = place, clients
        self.counted: Counter[str] = Counter()
        self.people: list[Person] = []
        self.open: list[int] = []
        self.acknowledged: list[int] = []
        self.votes = 0
        self._came, self._busy = 0, Pool()

    def come(self) -> None:
        """Have one more read the page and stay."""
        self._came += 1
        person = Person(self.place, self._came, self.counted)
        person.open()
        person.join()
        self.people.append(person)

    def go(self) -> None:
        """Have one leave."""
        if self.people:
            leaves = self.people.pop(_chance.randrange(len(self.people)))
            leaves.leave(politely=_chance.random() < 0.5)

    def change(self) -> None:
        """Have one leave and another come."""
        self.go()
        self.come()

    def ask(self) -> None:
        """Have somebody ask."""
        words = " and ".join(_chance.sample(TOPICS, 4))
        answer = _chance.choice(self.people).ask(f"What do {words} have to do with it, and why?")
        self._note("ask", answer)
        if answer["ok"]:
            self.acknowledged.append(answer["id"])

    def vote(self) -> None:
        """Have somebody vote for one of the latest."""
        if self.open:
            wish = {"question": _chance.choice(self.open[-40:]), "wanted": True}
            self._note("vote", _chance.choice(self.people).say("vote", **wish))

    def _note(self, what: str, answer: dict[str, object]) -> None:
        said = "acknowledged" if answer["ok"] else f"refused: {answer['error']}"
        self.counted[f"{what} {said}"] += 1

    def repeat(self, work: Callable[[], None], seconds: float) -> None:
        """Do something at random moments, on average after so many seconds."""
        while True:
            gevent.sleep(_chance.expovariate(1 / seconds))
            self._busy.spawn(self._try, work)

    def finish(self) -> None:
        """Wait for what is under way, and have everybody leave."""
        self._busy.join(PATIENCE)
        for person in self.people:
            person.leave()

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except FAILURES as failure:
            self.counted[f"failed: {work.__name__}: {failure}"] += 1


class Moderator(Person):
    """Who works at the desk, and fetches it whenever something has happened."""

    def __init__(self, room: Room, token: str) -> None:
        """Come in, and hold new questions until they have been looked at."""
        super().__init__(room.place, 0, room.counted)
        self._room = room
        self.enter(token)
        self.join("moderate")
        self.post("/desk/switches", approve_first="1")

    def refetch(self) -> None:
        """Fetch the desk."""
        self.get("/desk")

    def work(self) -> None:
        """Look at what waits, and do one of the things that moderators do."""
        waiting = CARD.findall(self.get("/desk?tab=incoming"))
        for id in waiting[:3]:
            self._do(id, _chance.choices(("approve", "decline"), (5, 1))[0])
        if self._room.open:
            recent = self._room.open[-10:]
            action = _chance.choice((self._take_up, self._pin, self._answer, self._label))
            action(_chance.choice(recent))

    def _do(self, id: object, action: str) -> int:
        done = self.post("/desk/questions", ids=id, do=action, reason="off_topic")
        self._room.counted[f"desk {action}"] += 1
        if action == "approve" and done == 200:
            self._room.open.append(int(str(id)))
        return done

    def _take_up(self, id: int) -> None:
        self._do(id, "now")
        self._do(id, "answered")
        with suppress(ValueError):  # another one at the desk was first
            self._room.open.remove(id)

    def _pin(self, id: int) -> None:
        self._do(id, "pin")
        self._do(id, "unpin")

    def _answer(self, id: int) -> None:
        self.post(f"/desk/questions/{id}/answer", answer="It depends on the **weather**.")
        self._room.counted["desk answer in writing"] += 1

    def _label(self, id: int) -> None:
        self.post(f"/desk/questions/{id}/labels", labels="follow up, for the panel")
        self._room.counted["desk label"] += 1


def main() -> None:
    """Keep the room going, and print what came of it."""
    wanted = _parser().parse_args()
    place = place_of(wanted)
    key, secret = secrets.token_hex(), secrets.token_hex()
    environment = stage.new_site(place) | {
        "COMPANION_SECRET_KEY": key,
        "COMPANION_METRICS_TOKEN": secret,
        "COMPANION_PROXIES": "1",
    }
    print(machine(), flush=True)
    log = stage.database(place).with_name("server.log")
    with log.open("w") as printed:
        options = {"stdout": printed, "stderr": printed}
        with stage.serving(place, "benchmarks.counted", environment, **options) as pid:
            [worker] = stage.children(pid)
            room, samples = _run(place, wanted, key, lambda: _look(place, worker, secret))
            failed = _metric(place, secret, r'companion_answers_total\{.*status="5')
    lost = _audit(stage.database(place), room)
    wrong = [line for line in log.read_text().splitlines() if BAD.search(line)]
    save(wanted, {"samples": samples, "counted": room.counted, "log": wrong})
    print(_what_happened(room), _grown(samples), sep="\n")
    print(verdicts(_targets(samples, room, lost, len(wrong) + failed)))
    sys.stdout.writelines(f"{line}\n" for line in wrong[:20])


def _parser() -> argparse.ArgumentParser:
    known = parser(__doc__)
    known.add_argument("--minutes", type=float, default=30.0, help="for so long [30]")
    known.add_argument("--clients", type=int, default=300, help="who is there [300]")
    known.add_argument("--churn", type=float, default=5.0, help="%% who change a minute [5]")
    return known


def _run(
    place: stage.Place, wanted: argparse.Namespace, key: str, look: Callable[[], Sample]
) -> tuple[Room, list[Sample]]:
    room, samples = Room(place, wanted.clients), []
    for _ in range(wanted.clients):
        room.come()
    token = LinkSigner(key).token(LinkVersion(stage.SLUG, Role.MODERATOR, 0))
    moderator = Moderator(room, token)
    paces = {
        room.ask: ASK_SECONDS,
        room.vote: 60 / (VOTES_A_MINUTE * wanted.clients),
        room.change: 60 / (wanted.clients * wanted.churn / 100),
        moderator.work: DESK_SECONDS,
    }
    busy = [gevent.spawn(room.repeat, work, pace) for work, pace in paces.items()]
    began = time.monotonic()
    while (gone := time.monotonic() - began) < wanted.minutes * 60:
        gevent.sleep(SAMPLE_SECONDS)
        samples.append(look()._replace(minute=gone / 60, people=len(room.people)))
    gevent.killall(busy)
    room.finish()
    moderator.leave()
    return room, samples


def _look(place: stage.Place, worker: int, token: str) -> Sample:
    """Read what the worker holds: /proc, and its greenlets from /metrics."""
    status = Path(f"/proc/{worker}/status").read_text()
    kb = int(status.partition("VmRSS:")[2].split()[0])
    files = sum(1 for _ in Path(f"/proc/{worker}/fd").iterdir())
    return Sample(0, kb, files, _metric(place, token, NAME), 0)


def _metric(place: stage.Place, token: str, begin: str) -> int:
    """Return the sum of the lines of /metrics that begin so."""
    asked = urllib.request.Request(
        f"{place.site}/metrics", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked, timeout=stage.PATIENCE) as answer:
        lines = answer.read().decode().splitlines()
    return sum(int(float(line.split()[-1])) for line in lines if re.match(begin, line))


def _audit(database: Path, room: Room) -> int:
    """Return how many acknowledged questions and votes the database does not hold."""
    with closing(sqlite3.connect(database)) as connection:
        kept = {id for (id,) in connection.execute("SELECT id FROM question")}
        [votes] = connection.execute("SELECT count(*) FROM vote").fetchone()
        [counted] = connection.execute("SELECT sum(votes) FROM question").fetchone()
    room.votes = votes
    return len(set(room.acknowledged) - kept) + abs(counted - votes)


def _settled(samples: list[Sample]) -> tuple[list[Sample], list[Sample]]:
    """Return the sixth after warming up, and the last one."""
    sixth = max(1, int(len(samples) * SETTLED))
    return samples[sixth : 2 * sixth], samples[-sixth:]


def _middle(samples: list[Sample], name: str) -> float:
    return median(getattr(sample, name) for sample in samples)


def _idle(samples: list[Sample], name: str) -> float:
    """Return how many there are besides people's sockets when no request is under way."""
    return min(float(getattr(sample, name) - sample.people) for sample in samples)


def _grown(samples: list[Sample]) -> str:
    parts = [samples[:1], *_settled(samples)]
    return table(
        "minute | memory MB | descriptors | greenlets | people",
        (
            (
                f"{part[0].minute:.0f} to {part[-1].minute:.0f}",
                f"{_middle(part, 'kb') / 1000:.1f}",
                *(f"{_middle(part, name):.0f}" for name in ("files", "greenlets", "people")),
            )
            for part in parts
        ),
    )


def _what_happened(room: Room) -> str:
    return table("what | how often", sorted(room.counted.items()))


def _targets(samples: list[Sample], room: Room, lost: int, errors: int) -> list[Row]:
    before, after = _settled(samples)
    grown = _middle(after, "kb") / _middle(before, "kb") - 1
    more = {name: _idle(after, name) - _idle(before, name) for name in ("files", "greenlets")}
    failed = sum(n for what, n in room.counted.items() if what.startswith(("failed", "sockets")))
    return [
        verdict("memory grown", 100 * grown, 5, " %"),
        verdict("descriptors grown, sockets aside", more["files"], 2),
        verdict("greenlets grown, sockets aside", more["greenlets"], 2),
        verdict("errors in the log, and answers 5xx", errors, 0),
        verdict("requests and sockets that failed", failed, 0),
        verdict("acknowledged and not in the database", lost, 0),
    ]


if __name__ == "__main__":
    main()
