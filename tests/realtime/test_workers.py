"""Two workers with Valkey between them are one board: for whoever comes, at whichever worker."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import socketio

from companion.board.newcomers import CROWD
from companion.board.rate_limits import LIMITS
from companion.board.rules import SLOW_MINUTES
from companion.realtime.drags import RIGHTS_SECONDS
from companion.realtime.windows import MAX_WINDOWS
from companion.store.models import Role
from tests.support.live import Attendee, LiveServer, comers, eventually, hear_each_other, write_talk
from tests.support.postgres import Postgres
from tests.support.watcher import Watcher, enter, token
from tests.support.workers import Cluster

pytestmark = pytest.mark.slow
WORDS = "Does this reach the other worker as well?"
SECRET = "a-secret-shared-by-all-workers"
PEOPLE = 8
FLOOD, TALKS = 20, 20  # more than there are tests, for second tries
OPTION = r'name="option" value="(\d+)"'


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"), TALKS)
    yield cluster
    cluster.end()
    assert "Traceback" not in cluster.log()


@pytest.fixture
def talk(cluster: Cluster) -> str:
    return cluster.new_talk()


@pytest.fixture
def come(cluster: Cluster, talk: str) -> Iterator:
    """Return what brings people to the first and the second worker by turns."""
    workers = cycle(cluster.workers())

    def bring(cookie: str) -> Attendee:
        with cluster.only(next(workers)):
            return Attendee(cluster, talk, cookie=cookie)

    with comers(bring) as come:
        yield come


def test_all_hear_what_is_asked_and_voted_at_either(come):
    people = [come() for _ in range(PEOPLE)]

    hear_each_other(people, WORDS)


def test_a_note_in_a_hand_is_seen_at_both_and_let_go_at_both(cluster, talk, come):
    come().ask(WORDS)
    grace = enter(cluster, token(cluster, talk, Role.MODERATOR))
    walls = []
    for worker in cluster.workers():
        with cluster.only(worker):
            walls.append(Watcher(cluster, talk, "wall", grace))
    number = cluster.query("SELECT max(id) FROM question")[0][0]
    hand, *_ = walls

    hand.socket.emit("drag", [[number, 240, 96]])

    assert all(eventually(lambda w=wall: [[number, 240, 96]] in held(w)) for wall in walls)
    hand.leave()
    assert eventually(lambda: held(walls[1])[-1] == [[number]])
    assert walls[1].refetches() == 0
    walls[1].leave()


def test_a_right_to_hold_notes_ends_at_the_other_worker_as_well(cluster, talk, come):
    come().ask(WORDS)
    here, there = cluster.workers()
    number = cluster.query("SELECT max(id) FROM question")[0][0]
    grace = enter(cluster, token(cluster, talk, Role.MODERATOR))
    with cluster.only(here):
        desk, wall = (Watcher(cluster, talk, view, grace) for view in ("moderate", "wall"))
    desk.post("desk/switches", wall="open")
    with cluster.only(there):
        ada = Watcher(cluster, talk, "wall", come().cookie)
    ada.socket.emit("drag", [[number, 1, 1]])
    assert eventually(lambda: held(wall))

    with cluster.only(here):
        desk.post("desk/switches", wall="shown")

    def is_over() -> bool:
        ada.socket.emit("drag", [[number, 2, 2]])
        return [[number]] in held(wall)

    assert eventually(is_over, RIGHTS_SECONDS / 2)
    for page in (ada, desk, wall):
        page.leave()


def held(wall: Watcher) -> list[list]:
    return [frame for name, frame in wall._heard if name == "drag"]


def test_each_hears_their_own_language_from_either(cluster, talk):
    people = {}
    for worker in cluster.workers():
        for language in ("de", "en"):
            with cluster.only(worker):
                people[worker, language] = Attendee(cluster, talk, language=language)

    for asker in people.values():
        assert asker.ask(WORDS)["ok"]

    for (_, language), person in people.items():
        assert eventually(lambda heard=person.raw: heard().count("hx-partial hx-") == len(people))
        who = {"de": ">Anonym<", "en": ">Anonymous<"}
        assert [tag for tag, said in who.items() if said in person.raw()] == [language]
        person.leave()


def test_a_visitor_has_one_allowance_of_questions(come):
    first = come()
    second = come(first.cookie)
    most = LIMITS["ask"][0][0]

    answers = [
        person.ask(f"{WORDS} {number}")
        for number, person in zip(range(most + 2), cycle((first, second)), strict=False)
    ]

    assert [answer["ok"] for answer in answers] == [True] * most + [False] * 2
    assert all(answer["retry_after"] for answer in answers[most:])
    assert come().ask(WORDS)["ok"]


def test_a_visitor_has_one_allowance_of_votes(come):
    question = come().ask(WORDS)["id"]
    first = come()
    second = come(first.cookie)
    most = LIMITS["vote"][0][0]

    answers = [
        person.vote(question, wanted=bool(number % 4 < 2))["ok"]
        for number, person in zip(range(most + 10), cycle((first, second)), strict=False)
    ]

    assert answers == [True] * most + [False] * 10


def test_a_question_sent_again_to_the_other_worker_is_no_second_one(come):
    first = come()
    second = come(first.cookie)
    key = "0dcf5f4a-2a54-4a4c-8a57-0f3f0f6a1b2c"

    said = [person.ask(WORDS, key=key) for person in (first, second) * 3]

    assert all(answer["ok"] for answer in said)
    assert len({answer["id"] for answer in said}) == 1


def test_people_are_counted_once_and_all_are_told(come):
    ada, bob = come(), come()
    assert eventually(lambda: (ada.here(), bob.here()) == (2, 2))

    again, eve = come(bob.cookie), come()  # Bob's second window is at the other worker
    assert eventually(lambda: [each.here() for each in (ada, bob, again, eve)] == [3] * 4)

    bob.leave()
    eve.leave()
    assert eventually(lambda: (ada.here(), again.here()) == (2, 2))


def test_a_person_has_so_many_windows_at_both_together(come):
    first = come()
    for _ in range(MAX_WINDOWS - 1):
        come(first.cookie)

    def is_refused() -> bool:
        try:
            come(first.cookie)
        except socketio.exceptions.ConnectionError:
            return True
        return False

    for _ in range(2):
        assert eventually(is_refused)  # the last one may not be known at the other worker yet
    assert come()


def test_a_flood_at_both_begins_slow_mode_at_both(come):
    crowd = [come() for _ in range(FLOOD)]
    for person in crowd:
        assert person.ask(WORDS)["ok"]
    again = [come(person.cookie) for person in crowd[:2]]

    refused = [person.ask("Another one, at once?") for person in (*crowd[:2], *again)]

    assert not any(answer["ok"] for answer in refused)
    assert all(f"in {SLOW_MINUTES} minutes" in answer["error"] for answer in refused)


def test_a_crowd_of_new_people_in_slow_mode_is_one_at_both(cluster, talk, come):
    desk = Watcher(cluster, talk, "moderate", enter(cluster, token(cluster, talk, Role.MODERATOR)))
    assert desk.post("desk/switches", slow="1") == 200

    crowd = [come().ask(WORDS)["status"] for _ in range(CROWD + 2)]

    assert crowd == ["open"] * CROWD + ["waiting"] * 2
    desk.leave()


def test_hints_know_what_was_asked_at_the_other(come, cluster, talk):
    ada, bob = come(), come()
    ada.ask("How does a compiler allocate registers?")
    text = quote("How do compilers allocate the registers?")

    for worker in cluster.workers():
        with cluster.only(worker):
            assert "allocate registers" in bob.get(f"/talks/{talk}/alike?text={text}")


@pytest.fixture
def lines(cluster: Cluster) -> Iterator[list[HTTPConnection]]:
    """Return an open connection to each worker."""
    lines = []
    for worker in cluster.workers():
        with cluster.only(worker):
            lines.append(HTTPConnection("127.0.0.1", cluster.port))
            send(cluster, lines[-1], "/csp")
    yield lines
    for line in lines:
        line.close()


def send(cluster: Cluster, line: HTTPConnection, path: str, cookie: str = "", **form: str) -> int:
    """Send a form; return the status."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    headers = {"Origin": cluster.origin, "Cookie": cookie, **kind}
    line.request("POST", cluster.path + path, urlencode(form), headers)
    answer = line.getresponse()
    answer.read()
    return answer.status


def test_wrong_links_are_counted_at_both_together(cluster, lines):
    most = LIMITS["enter"][0][0]

    tries = islice(cycle(lines), most + 2)
    answers = [send(cluster, line, "/enter", token="guessed") for line in tries]

    assert answers == [422] * most + [429] * 2


def test_wrong_room_codes_are_counted_at_both_together(cluster, talk, come, lines):
    desk = Watcher(cluster, talk, "moderate", enter(cluster, token(cluster, talk, Role.MODERATOR)))
    assert desk.post("desk/switches", requires_code="1") == 200
    most, ada = LIMITS["code"][0][0], come()

    tries = islice(cycle(lines), most + 2)
    path, wrong = f"/talks/{talk}/room-code", {"cookie": ada.cookie, "code": "WRONG"}
    answers = [send(cluster, line, path, **wrong) for line in tries]

    assert answers == [422] * most + [429] * 2
    desk.leave()


def test_postgresql_is_migrated_by_hand_and_then_serves(tmp_path: Path, postgres: Postgres) -> None:
    write_talk(tmp_path, "compilers")
    env = {
        "COMPANION_DATABASE_URL": postgres.url(postgres.new()),
        "COMPANION_SECRET_KEY": SECRET,
        "COMPANION_TALKS": str(tmp_path),
    }
    refused = _companion("serve", env)
    assert refused.returncode == 2
    assert "companion db upgrade" in refused.stderr

    assert _companion("db", env, "upgrade").returncode == 0
    server = LiveServer(tmp_path, **env)
    ada, bob = Attendee(server, "compilers"), Attendee(server, "compilers")
    asked = ada.ask(WORDS)

    assert asked["ok"]
    assert bob.heard() == [("#questions", "beforeend")]
    assert bob.vote(asked["id"]) == bob.vote(asked["id"]) == {"ok": True, "votes": 1}
    for person in (ada, bob):
        person.leave()
    server.stop()
    assert "Traceback" not in server.log()


def _companion(command: str, env: dict[str, str], *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "companion", command, *more],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_poll_counts_the_same_at_either(cluster, talk, come):
    people = [come() for _ in range(4)]
    desk = Watcher(cluster, talk, "moderate", enter(cluster, token(cluster, talk, Role.MODERATOR)))
    made = {"ask": "Do bees dance?", "options": "Yes\nNo", "reveal": "live", "open": "1"}
    assert desk.post("desk/polls/new", **made) == 200
    html = people[0].get(f"/talks/{talk}/polls")
    [poll], options = re.findall(r'action="[^"]*polls/(\d+)"', html), re.findall(OPTION, html)

    for person, option in zip(people * 2, options * 4, strict=True):
        assert person.post(f"polls/{poll}", option=option) == 200

    for each in (*people, desk):
        assert eventually(lambda each=each: "[4, 2, 2]" in each.raw()), each.raw()
    assert "2 of 4" in people[0].get(f"/talks/{talk}/polls")
    desk.leave()


def test_people_follow_the_same_at_either(cluster, talk, come):
    grace = enter(cluster, token(cluster, talk, Role.MODERATOR))
    desks = []
    for worker in cluster.workers():
        with cluster.only(worker):
            desks.append(Watcher(cluster, talk, "moderate", grace))
    assert desks[0].post("desk/switches", pulse="1") == 200
    people = [come() for _ in range(5)]
    twice = come(people[0].cookie)  # by turns: at the other worker

    for person in people:
        assert person.call("pulse", {"kind": "lost"})["ok"]

    for desk in desks:
        assert eventually(lambda desk=desk: desk.pulse().get("lost") == 5), desk.pulse()
        assert eventually(lambda desk=desk: desk.pulse()["of"] == 5)
        assert (desk.pulse()["alerts"], desk.pulse()["is_alone"]) == (["lost"], False)
    assert twice.call("pulse", {"kind": "lost"})["ok"]  # the same once more
    assert twice.call("pulse", {"kind": "clear"})["ok"]
    again = twice.call("pulse", {"kind": "lost"})
    assert (again["ok"], 0 < again["retry_after"] <= 10) == (False, True)
    for desk in desks:
        assert eventually(lambda desk=desk: desk.pulse()["lost"] == 4)
        assert desk.pulse()["clear"] == 1
    for person in people:
        assert "'pulse'" not in person.raw()
    for desk in desks:
        desk.leave()
