import pytest

from companion.board.events import QuestionOpened, TalkChanged, VotesChanged
from companion.store.events import Bus, EventsMissed
from tests.support.listener import Listener, shown

OPENED = shown(QuestionOpened, "talk", 1, 0, 7)


def test_listeners_hear_their_kind_of_event_only():
    bus, heard = Bus(), []
    bus.on(QuestionOpened, heard.append)

    bus.publish(TalkChanged("talk", 1, 0))
    bus.publish(OPENED)
    bus.publish(VotesChanged("talk", 2, 1, 7, 1))

    assert heard == [OPENED]


def test_every_listener_hears_in_the_order_of_joining():
    bus, heard = Bus(), []
    bus.on(QuestionOpened, lambda event: heard.append(("first", event)))
    bus.on(QuestionOpened, lambda event: heard.append(("second", event)))

    bus.publish(OPENED)

    assert heard == [("first", OPENED), ("second", OPENED)]


def test_a_listener_that_fails_is_logged_and_those_it_told_fetch_again(caplog):
    bus = Bus()

    def fail(_event: QuestionOpened) -> None:
        raise RuntimeError("no")

    bus.on(QuestionOpened, fail)
    listener = Listener(bus)

    bus.publish(OPENED)

    assert listener.heard() == [OPENED, EventsMissed(OPENED.talk, OPENED.revision, OPENED.after)]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    caplog.clear()


def test_an_event_cannot_be_changed():
    with pytest.raises(AttributeError):
        OPENED.revision = 2  # type: ignore[misc]


def test_nobody_need_listen():
    Bus().publish(OPENED)
