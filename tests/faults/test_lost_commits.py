"""The answer to a COMMIT is lost: what was saved is done once, and everybody is told."""

import pytest

from companion.realtime import sockets, throttle
from companion.store import postgres
from companion.store.engine import db
from companion.store.models import Role
from tests.support.factories import make_question, talk_row
from tests.support.fault_proxy import FaultProxy
from tests.support.live import eventually
from tests.support.pages import Browser
from tests.support.seat import Seat
from tests.support.sign_in import signed_in
from tests.support.unthrottled import keep_nobody_waiting

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
]
LOSSES = (FaultProxy.lose_replies_to_commit, FaultProxy.lose_commits)


@pytest.fixture
def app(make_app, through, monkeypatch):
    """Return an application behind the proxy, that keeps nobody waiting."""
    keep_nobody_waiting(monkeypatch)
    monkeypatch.setattr(sockets, "MISSED_SECONDS", 0)
    monkeypatch.setattr(postgres.Connection, "silent_seconds", 0.5)
    return make_app(database_url=through[1], rate_limits="off", tally_ms="0")


@pytest.fixture
def ada(app) -> Seat:
    return Seat(app, Browser(app), "talk")


@pytest.fixture
def bob(app) -> Seat:
    return Seat(app, Browser(app), "talk")


@pytest.fixture
def grace(app) -> Seat:
    return Seat(app, signed_in(app, Role.MODERATOR, name="Grace"), "talk", "moderate")


@pytest.mark.parametrize("lose", LOSSES)
def test_a_question_is_heard_by_everybody_and_is_there_once(lose, proxy, ada, bob, grace):
    lose(proxy, 1)

    assert ada.ask("Do bees sleep at night?", key="a-key-of-adas")["ok"]

    assert proxy.lost == 1
    assert bob.heard() == [("#questions", "beforeend")]
    assert grace.heard() == [("refetch", {})]
    assert bob.board().count("Do bees sleep at night?") == 1


@pytest.mark.parametrize("lose", LOSSES)
def test_a_vote_is_heard_by_everybody_and_counts_once(lose, proxy, ada, bob, engine):
    question = make_question(engine, author="somebody")
    lose(proxy, 1)

    assert ada.vote(question) == {"ok": True, "votes": 1}

    assert proxy.lost == 1
    assert bob.heard() == [("tally", {str(question): 1})]


@pytest.mark.parametrize("lose", LOSSES)
def test_five_minutes_more_are_five_and_everybody_hears(lose, proxy, ada, grace, engine):
    grace.get("moderate")
    lose(proxy, 1)

    assert grace.post("desk/time", do="extend") == 200

    assert proxy.lost == 1
    assert ada.heard() == [("refetch", {})]
    assert talk_row(engine).extra_minutes == 5


def test_what_nobody_can_tell_is_said_so_and_looked_for_by_everybody(
    proxy, make_app, through, engine, monkeypatch, caplog
):
    """The database does not come back in time to be asked what became of it."""
    monkeypatch.setattr(postgres, "ASK_SECONDS", 0.1)
    monkeypatch.setattr(sockets, "MISSED_SECONDS", 0.05)
    monkeypatch.setattr(throttle, "RETRY_SECONDS", 0.05)
    app = make_app(database_url=through[1])
    ada = Seat(app, Browser(app), "talk")
    grace = signed_in(app, Role.MODERATOR)
    grace.page("/talks/talk/moderate")
    proxy.lose_replies_to_commit(1, then_shut=True)

    answer = grace.post_part("/talks/talk/desk/time", {"do": "extend"})

    assert (answer.status_code, proxy.lost) == (503, 1)
    assert "Retry-After" in answer.headers
    assert "not known whether it was saved" in answer.text
    proxy.open()
    assert eventually(ada.heard) == [("refetch", {})]
    assert talk_row(engine).extra_minutes == 5
    caplog.clear()


def test_votes_that_could_not_be_told_are_told_once_the_database_is_back(
    proxy, make_app, through, engine, monkeypatch, caplog
):
    """The database goes away between a commit and the reading of what is to be told."""
    monkeypatch.setattr(throttle, "RETRY_SECONDS", 0.05)
    app = make_app(database_url=through[1], tally_ms="50")
    ada, bob = Seat(app, Browser(app), "talk"), Seat(app, Browser(app), "talk")
    question = make_question(engine, author="somebody")
    proxy.shut_after_commit()

    assert ada.vote(question) == {"ok": True, "votes": 1}

    assert bob.heard() == []
    proxy.open()
    assert eventually(bob.heard) == [("tally", {str(question): 1})]


def test_connections_that_fall_silent_are_given_up_and_others_made(proxy, ada, bob, engine):
    question = make_question(engine, author="somebody")
    ada.vote(question)
    bob.heard()
    proxy.silence()

    assert ada.vote(question, wanted=False) == {"ok": True, "votes": 0}

    assert bob.heard() == [("tally", {str(question): 0})]


def test_the_server_gives_up_what_lasts_too_long_but_no_migration(app, engine):
    with app.app_context(), db.engine.connect() as connection:
        asked = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")

        def shown() -> list[str]:
            return [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in asked]

        assert shown() == ["4s", "4500ms", "1min"]
        postgres.wait_for_ever(connection)
        assert shown() == ["4s", "0", "0"]
        connection.exec_driver_sql("SELECT pg_sleep(0.7)")
