"""That a board has closed is told once, whoever or whatever closes it."""

from companion.store.deliveries import KEPT
from companion.store.engine import db
from companion.store.models import Delivery, Role
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows
from tests.support.sign_in import signed_in
from tests.support.talks import FRONT, write_talk


@on_both_databases
def test_a_board_that_time_closes_is_told_once(add, tell, receiver, clock):
    add()
    tell()
    assert receiver.heard == []

    clock.set_to(61)
    tell()
    clock.set_to(62)
    tell()

    [one] = receiver.heard
    assert (one.said["type"], set(one.said["data"])) == ("closed", {"talk"})
    assert one.said["data"]["talk"]["slug"] == "talk"


def test_a_board_that_the_desk_closes_is_told_once_and_again_after_more_time(
    add, tell, receiver, clock, grace
):
    add("closed")
    grace.post_part("/talks/talk/desk/switches", {"board": "closed"})
    tell()
    tell()
    assert len(receiver.heard) == 1
    clock.set_to(61)
    tell()
    assert len(receiver.heard) == 1

    grace.post_part("/talks/talk/desk/switches", {"board": ""})
    grace.post_part("/talks/talk/desk/time", {"do": "extend"})
    tell()
    assert len(receiver.heard) == 1
    clock.set_to(80)
    tell()

    assert len({one.id for one in receiver.heard}) == 2


def test_the_end_is_told_of_a_board_that_the_desk_had_closed_for_a_while(
    add, tell, receiver, clock, grace
):
    add("closed")
    for state in ("closed", "", "closed", ""):
        grace.post_part("/talks/talk/desk/switches", {"board": state})
        tell()
    assert len(receiver.heard) == 1

    clock.set_to(61)
    tell()
    grace.post_part("/talks/talk/desk/switches", {"board": "closed"})
    tell()

    assert len({one.id for one in receiver.heard}) == len(receiver.heard) == 2


def test_a_board_that_was_closed_long_before_its_talk_is_told_once(
    app, folder, engine, add, tell, receiver, clock
):
    write_talk(folder, "later", front=FRONT.replace("03-05", "04-05"))
    app.extensions["boards"].programme.refresh()
    add("closed")
    ruth = signed_in(app, Role.ORGANISER)
    ruth.post_part("/talks/later/desk/switches", {"board": "closed"})
    tell()
    for _ in range(6):
        clock.now += KEPT
        with app.app_context():
            app.extensions["retention"].purge(db.session())
        tell()

    assert [one.said["data"]["talk"]["slug"] for one in receiver.heard] == ["later"]
    assert count_rows(engine, Delivery) == 0


def test_what_closed_before_anybody_wanted_to_know_is_not_told(add, tell, receiver, clock):
    clock.set_to(61)
    add()
    tell()

    assert receiver.heard == []
