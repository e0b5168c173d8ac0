"""Seeds: each is a talk of three minutes with bad luck, and what must be so afterwards."""

import logging
import os
import sys
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from companion.board.visitors import pseudonym
from companion.store.engine import prepare
from companion.store.models import PUBLIC, Question, Status, Talk, Vote

from .attendee import Attendee, shown
from .play import play
from .server import Server
from .world import World

pytestmark = pytest.mark.slow
SEEDS = 60


@pytest.fixture(scope="module")
def engines(template_database, tmp_path_factory) -> Iterator[tuple[Engine, Engine]]:
    """Return ways to read and to write one database, which never waits for the disk."""
    path = tmp_path_factory.mktemp("simulation") / "companion.sqlite3"
    path.write_bytes(template_database.read_bytes())
    reading = sa.create_engine(f"sqlite:///{path}")
    writing = sa.create_engine(f"sqlite:///{path}", pool_size=1, max_overflow=0)
    for engine in (reading, writing):
        prepare(engine)
        sa.event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    yield reading, writing
    reading.dispose()
    writing.dispose()


@pytest.fixture(autouse=True)
def _failures_are_meant(caplog) -> None:
    caplog.set_level(logging.CRITICAL, "companion.store.writer")


def seeds() -> Iterator[int]:
    """Return one seed, or so many, or as many as fit a time; new ones where there is time."""
    if seed := os.environ.get("SIMULATION_SEED"):
        yield int(seed)
        return
    seconds = float(os.environ.get("SIMULATION_SECONDS", 0))
    until, first = time.monotonic() + seconds, int(time.time()) if seconds else 0
    number = int(os.environ.get("SEEDS", SEEDS))
    done = 0
    while time.monotonic() < until if seconds else done < number:
        yield first + done
        done += 1


def test_whatever_happens(engines, capsys):
    done = 0
    for seed in seeds():
        try:
            simulate(seed, *engines)
        except Exception as error:
            message = (
                f"seed {seed}: {error}; replay: SIMULATION_SEED={seed} pytest tests/simulation"
            )
            raise AssertionError(message) from error
        done += 1
    assert done
    with capsys.disabled():
        sys.stdout.write(f" {done} seeds")


def simulate(seed: int, reading: Engine, writing: Engine) -> None:
    world = World(seed)
    server = Server(world, reading, writing, f"talk-{seed}-{time.monotonic_ns()}")
    hooks = {"rollback": lambda _: server.on_rollback(), "commit": server.on_commit}
    for name, hook in hooks.items():
        sa.event.listen(writing, name, hook)
    try:
        attendees = play(world, server)
        check(server, attendees)
    finally:
        for name, hook in hooks.items():
            sa.event.remove(writing, name, hook)


def check(server: Server, attendees: list[Attendee]) -> None:
    """Compare, all being quiet: the database and the model, each page and a fresh one."""
    check_board(server)
    check_acknowledged(server)
    for attendee in attendees:
        board = server.board(attendee.name)
        fresh = {card.id: shown(card) for card in board.cards}
        assert attendee.cards == fresh, f"{attendee.name} sees what a fresh page shows"
        mine = {card.id: card.status for card in board.mine}
        assert attendee.mine == mine, f"{attendee.name} knows what became of theirs"
        assert not attendee.outbox
        for question, wanted in attendee.last_wish.items():
            entry = server.model.entries[question]
            if entry.status is Status.OPEN and question not in server.model.ever_merged:
                assert server.model.has_voted(question, attendee.name) is wanted, "the last wish"


def check_board(server: Server) -> None:
    model = server.model
    board = server.board("a-stranger")
    assert {card.id for card in board.cards} == {
        id for id, entry in model.entries.items() if entry.status in PUBLIC
    }
    for card in board.cards:
        entry = model.entries[card.id]
        assert (card.text, card.status) == (entry.text, entry.status)
        assert card.votes == model.votes(card.id), "counts are of different people"
        assert (card.now, card.next) == (card.id == model.now, card.id == model.next)


def check_acknowledged(server: Server) -> None:
    with sa.orm.Session(server.reading) as session:
        talk = session.scalar(sa.select(Talk).filter_by(slug=server.slug))
        rows = list(session.scalars(sa.select(Question).filter_by(talk_id=talk.id))) if talk else []
        votes = {row.id: set() for row in rows}
        for vote in session.scalars(sa.select(Vote).where(Vote.question_id.in_(votes))):
            votes[vote.question_id].add(vote.voter)
    for key, id in server.acknowledged:
        assert [row.id for row in rows if row.key == key] == [id], "each question once"
    assert {row.id for row in rows} == server.model.entries.keys()
    for row in rows:
        entry = server.model.entries[row.id]
        assert (row.key, row.text, row.status) == (entry.key, entry.text, entry.status)
        assert votes[row.id] == {pseudonym(talk.key, who) for who in entry.voters}
