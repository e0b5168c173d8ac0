"""Two servers behind nginx, nobody tied to either, are one board; one of them may be replaced."""

import json
from collections.abc import Iterator
from itertools import cycle, groupby
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from companion.board.rate_limits import LIMITS
from companion.board.room_code import code_of
from companion.board.rules import SLOW_MINUTES
from companion.store.engine import Base
from companion.store.models import Role, Talk
from tests.support.live import PATIENCE, Attendee, comers, eventually, hear_each_other
from tests.support.load import Load
from tests.support.nginx import NGINX
from tests.support.reader import Reader, see_all_right
from tests.support.servers import Servers
from tests.support.watcher import Watcher, enter, rotate, token

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not NGINX, reason="there is no nginx here"),
]
WORDS = "Does this reach the other server as well?"
PEOPLE, TALKS = 5, 8
IN_A_ROW = 6
IN_TIME = 12  # seconds until all see the same again


@pytest.fixture(scope="module")
def servers(tmp_path_factory, postgres, migrated_postgres) -> Iterator[Servers]:
    folder = tmp_path_factory.mktemp("servers")
    servers = Servers(folder, postgres.url(migrated_postgres), TALKS, COMPANION_RATE_LIMITS="off")
    yield servers
    servers.end()
    postgres.empty(migrated_postgres, Base.metadata)
    assert "Traceback" not in servers.log()


@pytest.fixture
def talk(servers: Servers) -> str:
    return servers.new_talk()


@pytest.fixture
def come(servers: Servers, talk: str) -> Iterator:
    """Return what brings people to the first and the second server by turns."""
    turns = cycle(servers.each)
    with comers(lambda cookie: Attendee(next(turns), talk, cookie=cookie)) as come:
        yield come


@pytest.fixture
def desk(servers: Servers, talk: str) -> Iterator[Watcher]:
    cookie = enter(servers, token(servers, talk, Role.MODERATOR))
    desk = Watcher(servers, talk, "moderate", cookie)
    yield desk
    desk.leave()


def test_all_are_on_one_board_by_whichever_server_and_by_nginx(come, servers, talk):
    by_nginx = Attendee(servers, talk)
    people = [by_nginx, *(come() for _ in range(PEOPLE - 1))]
    assert eventually(lambda: [each.here() for each in people] == [PEOPLE] * PEOPLE)

    hear_each_other(people, WORDS)
    by_nginx.leave()


def test_what_is_limited_is_limited_at_both_together(servers):
    most = LIMITS["report"][0][0]

    assert [report(servers) for _ in range(most)] == [204] * most

    # Neither has had so many itself; one may come before it has heard of the last at the other.
    assert eventually(lambda: [report(servers) for _ in range(IN_A_ROW)] == [429] * IN_A_ROW)


def report(server) -> int:
    """Report, as a browser does, that a page has tried against its policy; return the status."""
    body = json.dumps({"csp-report": {"blocked-uri": "inline"}}).encode()
    kind = {"Content-Type": "application/csp-report"}
    try:
        with urlopen(Request(f"{server.url}/csp", body, kind), timeout=PATIENCE) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code


def test_slow_mode_and_the_room_code_hold_at_both(come, desk, servers, talk):
    assert desk.post("desk/switches", slow="1", requires_code="1") == 200
    ((key, number),) = servers.query(
        f"SELECT key, code_number FROM talk WHERE slug = '{talk}'"  # noqa: S608
    )
    code = code_of(Talk(key=key, code_number=number))
    first = come()
    second, stranger = come(first.cookie), come()
    assert {each.ask(WORDS)["field"] for each in (first, second, stranger)} == {"code"}

    assert first.post("room-code", code=code) == 200

    assert second.ask(WORDS)["ok"]
    assert f"in {SLOW_MINUTES} minutes" in first.ask("Another one, at once?")["error"]
    assert stranger.ask(WORDS)["field"] == "code"


def test_whose_link_was_changed_is_out_at_both(servers, talk, desk):
    desks = [Watcher(server, talk, "moderate", desk.cookie) for server in servers.each]

    rotate(servers, talk, Role.MODERATOR)

    assert eventually(lambda: not any(each.socket.connected for each in (desk, *desks)))
    assert all("signed_out" in each.raw() for each in desks)


def test_one_server_after_the_other_is_replaced_and_nothing_is_lost(servers, talk):
    readers = [Reader(servers, talk) for _ in servers.each]
    load = Load(servers, talk)

    load.under(servers.replace_each)

    assert most_failures_in_a_row(load) == 1  # whoever is cut off is served when they come back
    load.settle()
    counted = load.compare()
    assert (counted.lost, counted.duplicated) == (0, 0)
    assert eventually(lambda: all("going_away" in reader.heard for reader in readers))
    see_all_right(readers, IN_TIME)
    assert [server.ready() for server in servers.each] == ["ok\n"] * 2
    load.leave()


def most_failures_in_a_row(load: Load) -> int:
    """Return how often somebody has tried in vain before they were served."""
    tries = [[wish for wish in load.wishes if wish.person is person] for person in load.people]
    runs = [groupby(bool(wish.took) for wish in wishes) for wishes in tries]
    return max(len(list(run)) for each in runs for is_served, run in each if not is_served)
