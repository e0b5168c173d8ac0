"""How people follow: who counts for how long, and what workers tell each other of it."""

from collections import Counter
from datetime import timedelta

import pytest

from companion.board.others import Nobody
from companion.board.pulses import CLAPPING_SECONDS, FADES_SECONDS, PRESSED, Pulse, Pulses
from companion.store.pulse import PulseKind
from tests.support.clock import DURING, Clock

CLEAR, LOST, LOUDER, CLAP = PulseKind


class Colleague(Nobody):
    """Another worker's end of the line, in this process: what one tells the other hears."""

    exist = True

    def __init__(self, key: bytes = b"shared") -> None:
        super().__init__()
        self._key = key
        self.hears_of, self.told = lambda *what: None, []
        self.other: Colleague | None = None

    def on(self, kind, hear) -> None:
        assert kind == PRESSED
        self.hears_of = hear

    def tell(self, kind, *what, about="") -> None:
        self.told.append(what)
        if self.other:
            self.other.hears_of(self.name, *what)


@pytest.fixture
def clock() -> Clock:
    return Clock(DURING)


@pytest.fixture
def pulses(clock) -> Pulses:
    return Pulses(Nobody(), clock)


def wait(clock: Clock, seconds: float) -> None:
    clock.now += timedelta(seconds=seconds)


def test_each_person_counts_once_whatever_they_press(pulses):
    for who, kind in (("ada", LOST), ("bob", LOST), ("eve", CLEAR), ("ada", LOST)):
        pulses.press("talk", who, kind)

    assert pulses.counts("talk") == {LOST: 2, CLEAR: 1}
    assert pulses.counts("other") == {}


def test_what_is_told_late_is_counted_in_no_minute_twice(clock):
    here, there = Colleague(), Colleague()
    pulses = Pulses(here, clock)
    there.other = here
    pulses.press("talk", "ada", LOST)
    who, _, now = here.told[0][1][0]

    there.tell(PRESSED, "talk", [[who, LOST, now - 60]])
    pulses.press("talk", "ada", LOST)

    assert sum(pulses.take_unsaved().values()) == 1


def test_a_later_press_replaces_the_earlier_one(pulses):
    pulses.press("talk", "ada", LOST)
    pulses.press("talk", "ada", CLEAR)

    assert pulses.counts("talk") == {CLEAR: 1}


def test_a_press_fades_after_a_minute(pulses, clock):
    pulses.press("talk", "ada", LOST)
    wait(clock, 30)
    pulses.press("talk", "bob", LOST)

    wait(clock, 29.9)
    assert pulses.counts("talk") == {LOST: 2}
    wait(clock, 0.1)
    assert pulses.counts("talk") == {LOST: 1}
    wait(clock, 30)
    assert pulses.counts("talk") == {}


def test_nobody_is_remembered_once_it_has_faded(pulses, clock):
    pulses.press("talk", "ada", LOST)

    wait(clock, FADES_SECONDS + 1)
    assert pulses.talks() == ["talk"]  # those who saw it are to hear that it has faded
    wait(clock, FADES_SECONDS)

    assert pulses.talks() == []


def test_applause_stays_and_counts_once(pulses, clock):
    for _ in range(2):
        pulses.press("talk", "ada", CLAP)
        wait(clock, FADES_SECONDS * 3)
        pulses.talks()

    assert pulses.counts("talk") == {CLAP: 1}
    assert sum(pulses.take_unsaved().values()) == 1
    wait(clock, CLAPPING_SECONDS)
    assert pulses.counts("talk") == {}


def test_a_minute_counts_each_person_once_for_each_kind(pulses, clock):
    minute = DURING.replace(second=0, microsecond=0)
    for kind in (LOST, CLEAR, LOST):
        pulses.press("talk", "ada", kind)
        wait(clock, 10)
    pulses.press("talk", "bob", LOST)
    wait(clock, 30)
    pulses.press("talk", "ada", LOST)

    later = minute + timedelta(minutes=1)
    first = {("talk", minute, LOST): 2, ("talk", minute, CLEAR): 1}
    assert pulses.take_unsaved() == first | {("talk", later, LOST): 1}
    assert pulses.take_unsaved() == {}


def test_what_could_not_be_saved_is_kept_with_what_came_since(pulses):
    pulses.press("talk", "ada", LOST)
    taken = pulses.take_unsaved()
    pulses.press("talk", "bob", LOST)

    pulses.give_back(taken)

    assert pulses.take_unsaved().total() == 2


@pytest.fixture
def two(clock) -> list[Pulses]:
    here, there = Colleague(), Colleague()
    here.other, there.other = there, here
    return [Pulses(here, clock), Pulses(there, clock)]


def test_all_workers_count_the_same_and_each_saves_its_own(two):
    here, there = two
    here.press("talk", "ada", LOST)
    there.press("talk", "bob", LOST)
    there.press("talk", "ada", LOST)

    assert here.counts("talk") == there.counts("talk") == {LOST: 2}
    kept = here.take_unsaved() + there.take_unsaved()
    assert Counter(kind for _, _, kind in kept.elements()) == {LOST: 2}


def test_a_worker_that_has_just_begun_hears_all_of_it_and_counts_none_again(two, clock):
    here, _ = two
    here.press("talk", "ada", LOST)
    line = here._others
    line.other = Colleague()
    new = Pulses(line.other, clock)
    wait(clock, 20)

    here.tell_all()
    here.tell_all()

    assert new.counts("talk") == {LOST: 1}
    wait(clock, 40)
    assert new.counts("talk") == {}
    assert new.take_unsaved() == {}


def test_what_arrives_late_replaces_nothing_newer(two, clock):
    here, there = two
    there._others.other = None  # this one hears nothing of the other for a while
    there.press("talk", "ada", CLEAR)
    early = there._others.told[-1]
    wait(clock, 5)
    here.press("talk", "ada", LOST)

    here._others.hears_of("there", *early)

    assert here.counts("talk") == {LOST: 1}


def test_another_workers_clock_that_is_ahead_keeps_nothing_for_longer(two, clock):
    here, _ = two
    ahead = (clock.now + timedelta(hours=1)).timestamp()

    here._others.hears_of("there", "talk", [["ada", "lost", ahead]])
    wait(clock, FADES_SECONDS)

    assert here.counts("talk") == {}


def test_what_workers_tell_leads_back_to_nobody(two):
    here, _ = two
    here.press("talk", "ada-and-her-cookie", LOST)

    assert "ada" not in str(here._others.told)


@pytest.mark.parametrize(
    ("lost", "of", "is_alert"),
    [(2, 2, False), (3, 3, True), (3, 15, True), (3, 16, False), (7, 40, False), (8, 40, True)],
)
def test_it_is_worth_stopping_for_from_three_people_and_one_in_five(lost, of, is_alert):
    assert Pulse(0, lost, 0, 0, of, 0).alerts == (("lost",) if is_alert else ())
    assert Pulse(0, 0, lost, 0, of, 0).alerts == (("louder",) if is_alert else ())
    assert Pulse(lost, 0, 0, lost, of, 0).alerts == ()


def test_what_is_told_is_a_number_of_people_and_no_more():
    told = Pulse(1, 8, 2, 0, 40, 1_700_000_000_000).told()

    assert told == {
        "clear": 1,
        "lost": 8,
        "louder": 2,
        "claps": 0,
        "of": 40,
        "at": 1_700_000_000_000,
        "is_alone": False,
        "alerts": ("lost",),
        "digest": "1.8.2.0.40.0",
    }
