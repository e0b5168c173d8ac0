"""Stalls of the event loop: all are counted, and some are told of."""

from companion.realtime.metrics import STALLS
from companion.realtime.stalls import LATE, QUIET_SECONDS, Stalls


def test_stalls_are_counted_and_told_of_now_and_then(caplog):
    now = [0.0]
    stalls = Stalls(lambda: now[0])
    before = STALLS._value.get()

    for moment, late in ((0, LATE), (1, 0.3), (2, 0.4), (1 + QUIET_SECONDS, 0.5)):
        now[0] = moment
        stalls.note(late)

    assert STALLS._value.get() - before == 3
    assert caplog.messages == [
        "everybody waited: the event loop was 300 ms late",
        "everybody waited: the event loop was 500 ms late",
    ]
