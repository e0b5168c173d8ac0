"""Servers on one PostgreSQL see each other, and say in what they differ."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from companion.store.other_servers import (
    DIFFERENCES,
    UNHEARD,
    Badge,
    OtherServers,
    differences,
    digest_of_key,
    digest_of_version,
)
from tests.support.live import eventually

USUAL = Badge(digest_of_key("a key of ours"), digest_of_version(), "12345678", "0123456789abcdef")
LONGEST_NAME = 63  # that PostgreSQL keeps of a connection's
Serve = Callable[..., OtherServers]


@pytest.fixture
def serve(postgres_url: str) -> Iterator[Serve]:
    """Return what makes one more worker on the database, which hears all others unless told."""
    made: list[OtherServers] = []

    def go(*, hears: bool = True, **different: str) -> OtherServers:
        badge = replace(USUAL, worker=f"worker-{len(made)}", **different)
        made.append(OtherServers(postgres_url, lambda: badge, lambda _worker: hears))
        return made[-1]

    yield go
    for servers in made:
        servers._engine.dispose()


def look(*servers: OtherServers, times: int = 2) -> list[str]:
    """Have all look, one after the other; return what they say then."""
    for _ in range(times):
        for each in servers:
            each.look()
    return [each.trouble for each in servers]


def test_a_name_is_kept_whole_and_names_no_secret():
    assert len(USUAL.name) <= LONGEST_NAME
    assert USUAL.name.startswith(f"companion-server {digest_of_key('a key of ours')} ")
    assert digest_of_key("a key of ours") != digest_of_key("a key of theirs")


def test_nobody_else_and_nothing_else_are_no_trouble():
    assert differences([]) == differences([USUAL]) == differences([USUAL, USUAL]) == []


@pytest.mark.slow
def test_servers_that_are_alike_have_nothing_to_say(serve):
    assert look(serve(), serve(), times=3) == ["", ""]


@pytest.mark.slow
@pytest.mark.parametrize("what", DIFFERENCES)
def test_a_server_that_differs_is_named_at_both(serve, what):
    assert look(serve(), serve(**{what: "87654321"}), times=3) == [DIFFERENCES[what]] * 2


@pytest.mark.slow
def test_a_server_that_is_not_heard_is_named(serve):
    one, other = serve(hears=False), serve()

    assert look(one, other, times=3) == [UNHEARD, ""]


@pytest.mark.slow
def test_who_changes_is_waited_for_and_what_is_alike_again_is_forgotten(serve):
    one, other = serve(), serve(talks="87654321")
    other.look()

    assert look(one, times=1) == [""]
    assert look(one, times=1) == [DIFFERENCES["talks"]]

    other._engine.dispose()
    assert eventually(lambda: look(one, times=1) == [""])  # the database's end of it ends later


@pytest.mark.slow
def test_what_lasts_is_said_all_the_while_though_others_come(serve):
    one, other = serve(hears=False), serve(hears=False, key="87654321")
    third = serve(hears=False)
    assert look(one, other, third, times=3)[0] == f"{DIFFERENCES['key']}; {UNHEARD}"

    for _ in range(2):
        serve().look()
        assert look(one, times=1) == [f"{DIFFERENCES['key']}; {UNHEARD}"]


@pytest.mark.slow
def test_talks_that_change_at_each_look_are_waited_for(serve, postgres_url):
    talks = iter(f"{number:08}" for number in range(20))
    busy = OtherServers(postgres_url, lambda: replace(USUAL, talks=next(talks)), lambda _: True)
    other = serve(talks="87654321")
    other.look()

    for _ in range(3):
        busy.look()
        other.look()
        assert (busy.trouble, other.trouble) == ("", "")
    busy._engine.dispose()


@pytest.mark.slow
def test_a_connection_that_was_ended_is_made_again(serve, postgres_url, engine):
    one, other = serve(), serve(key="87654321")
    assert look(one, other, times=3) == [DIFFERENCES["key"]] * 2

    with one._engine.connect() as connection:
        own = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with other._engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({own}, 2000)")

    assert look(one, other, times=3) == [DIFFERENCES["key"]] * 2


def test_sqlite_has_one_server_alone(sqlite_url):
    servers = OtherServers(sqlite_url, lambda: USUAL, lambda _worker: False)

    assert look(servers) == [""]
