"""Whatever is lost, late, repeated or restarted, every page ends as one that is opened afresh."""

import os

import pytest

from tests.support.live import LiveServer, write_talk
from tests.support.schedule import Cast, Schedule

COUNT = int(os.environ.get("SCHEDULES", "1"))
# A failure names its seed; SCHEDULE_SEED plays that one again.
FIRST = int(os.environ.get("SCHEDULE_SEED", "7"))
SEEDS = range(FIRST, FIRST + COUNT)
MODERATED = "moderated: true"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Serve a talk for each schedule; of every second a moderator reads all questions first."""
    folder = tmp_path_factory.mktemp("talks")
    for seed in SEEDS:
        more = MODERATED if seed % 2 else ""
        write_talk(folder, f"schedule-{seed}", starts_in=-30, more=more)
    running = LiveServer(folder, COMPANION_RATE_LIMITS="off")
    yield running
    running.stop()
    assert "Traceback" not in running.log()


@pytest.fixture(scope="module")
def cast(chromium, server):
    players = Cast(chromium, server)
    yield players
    players.leave()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_page_ends_as_a_fresh_one(cast, seed):
    schedule = Schedule(cast, f"schedule-{seed}", seed)

    schedule.play()

    said = "\n".join(schedule.done)
    assert schedule.settle() == [], said
    assert schedule.beside() == [], said
    assert schedule.doubled() == [], said
    if seed % 2:
        assert schedule.leaks() == [], said
    for player in cast.players.values():
        assert player.complaints == [], said
