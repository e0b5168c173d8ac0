from collections import deque
from collections.abc import Callable

import pytest

from companion.realtime.throttle import Throttle


class Stage:
    """Runs what is spawned step by step: each sleep is a chance for the test to act."""

    def __init__(self, interval: float | Callable[[str], float]) -> None:
        self.interval = interval
        self.sent: list[str] = []
        self.slept: list[float] = []
        self.during_sleep: deque[Callable[[], None]] = deque()
        self.started: list[tuple[Callable[[str], None], str]] = []
        self.throttle = Throttle(interval, self.sent.append, self._sleep, self._spawn)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.during_sleep:
            self.during_sleep.popleft()()

    def _spawn(self, run: Callable[[str], None], key: str) -> None:
        self.started.append((run, key))

    def run(self) -> None:
        """Let everything that was started come to its end."""
        while self.started:
            run, key = self.started.pop()
            run(key)


@pytest.fixture
def stage() -> Stage:
    return Stage(0.2)


def test_what_was_quiet_is_sent_at_once_and_no_more_after(stage):
    stage.throttle.touch("a")
    assert stage.sent == ["a"]
    stage.run()

    assert (stage.sent, stage.slept) == (["a"], [0.2])


def test_much_within_an_interval_is_sent_once_at_its_end(stage):
    for _ in range(5):
        stage.throttle.touch("a")
    assert stage.sent == ["a"]
    stage.run()

    assert (stage.sent, stage.slept) == (["a", "a"], [0.2, 0.2])


def test_what_goes_on_is_sent_every_interval_and_once_more_at_the_end(stage):
    stage.during_sleep += [lambda: stage.throttle.touch("a")] * 3
    stage.throttle.touch("a")
    stage.run()

    assert (stage.sent, stage.slept) == (["a"] * 4, [0.2] * 4)


def test_after_a_rest_it_is_sent_at_once_again(stage):
    stage.throttle.touch("a")
    stage.run()
    stage.throttle.touch("a")

    assert stage.sent == ["a", "a"]


def test_one_key_does_not_hold_up_another(stage):
    stage.throttle.touch("a")
    stage.throttle.touch("b")

    assert stage.sent == ["a", "b"]


def test_an_interval_of_nothing_never_waits():
    stage = Stage(0)
    stage.throttle.touch("a")
    stage.throttle.touch("a")

    assert (stage.sent, stage.started) == (["a", "a"], [])


def test_each_key_may_have_an_interval_of_its_own():
    stage = Stage({"a": 0.05, "b": 0.125, "c": 0}.__getitem__)

    for key in "abcabc":
        stage.throttle.touch(key)
    stage.run()

    assert sorted(stage.sent) == ["a", "a", "b", "b", "c", "c"]
    assert sorted(stage.slept) == [0.05, 0.05, 0.125, 0.125]


def failing_at_first(stage: Stage, times: int) -> None:
    """Have sending fail so many times."""
    failures = deque(range(times))

    def send(key: str) -> None:
        if failures:
            failures.popleft()
            raise RuntimeError("no")
        stage.sent.append(key)

    stage.throttle = Throttle(stage.interval, send, stage._sleep, stage._spawn)


def test_what_could_not_be_sent_is_tried_again_after_a_longer_rest(stage):
    failing_at_first(stage, 2)

    stage.throttle.touch("a")
    assert stage.sent == []
    stage.run()

    assert (stage.sent, stage.slept) == (["a"], [1.0, 1.0, 0.2])


def test_without_an_interval_whoever_touches_hears_of_a_failure():
    stage = Stage(0)
    failing_at_first(stage, 1)

    with pytest.raises(RuntimeError):
        stage.throttle.touch("a")
    stage.throttle.touch("a")

    assert stage.sent == ["a"]
