"""Whatever is lost, late, repeated or restarted, every page ends as one that is opened afresh."""

import os

import pytest

from tests.support.live import LiveServer, free_port, write_talk
from tests.support.schedule import FILLS, NAMES, PRESSES, Cast, Schedule

COUNT = int(os.environ.get("SCHEDULES", "1"))
# A failure names its seed; SCHEDULE_SEED plays that one again.
FIRST = int(os.environ.get("SCHEDULE_SEED", "7"))
ENOUGH = 100
SEEDS = range(FIRST, FIRST + COUNT)
MODERATED = "moderated: true"


@pytest.fixture(scope="module")
def ports():
    """Return by which port each comes, which a server behind nginx has to be told."""
    return {name: free_port() for name in NAMES}


@pytest.fixture(scope="module")
def server(tmp_path_factory, ports):
    """Serve a talk for each schedule; of every second a moderator reads all questions first."""
    folder = tmp_path_factory.mktemp("talks")
    for seed in SEEDS:
        more = MODERATED if seed % 2 else ""
        write_talk(folder, f"schedule-{seed}", starts_in=-30, more=more)
    origins = ",".join(f"http://127.0.0.1:{port}" for port in ports.values())
    running = LiveServer(folder, COMPANION_RATE_LIMITS="off", COMPANION_ORIGINS=origins)
    yield running
    running.stop()
    assert "Traceback" not in running.log()


@pytest.fixture(scope="module")
def cast(chromium, server, ports):
    players = Cast(chromium, server, ports)
    yield players
    players.leave()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_page_ends_as_a_fresh_one(cast, seed):
    schedule = Schedule(cast, f"schedule-{seed}", seed)

    schedule.play()

    said = "\n".join(schedule.done)
    wrong = schedule.settle()
    assert not wrong, "\n".join([said, *wrong])
    wrong = schedule.go_on()
    said = "\n".join(schedule.done)
    assert not wrong, "\n".join([said, *wrong])
    assert schedule.beside() == [], said
    assert schedule.doubled() == [], said
    if seed % 2:
        assert schedule.leaks() == [], said
    for player in cast.players.values():
        assert player.complaints == [], said


@pytest.mark.skipif(COUNT < ENOUGH, reason="a few schedules do not come to everything")
def test_everything_was_done_in_some_schedule(cast):
    assert [what for _, *_, what in PRESSES + FILLS if not cast.done[what]] == []
