"""Who may know how people follow: looked for in every byte that pages and sockets are sent."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.errors import UnavailableError
from companion.store.models import Role
from companion.store.pulse import PulseMinute
from tests.support.clock import DURING
from tests.support.pages import Browser
from tests.support.seat import Arrive, Seat
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow
VIEWS = ("board", "moderate", "present", "speaker", "wall")
PATHS = ("", "polls", "board", "wall", "wall/notes", "present", "present/screen")
FOLLOWS = re.compile(r"pulse-seen|'pulse'|people clapped|person clapped| are lost| is lost")


class Hall:
    """A talk at which people say how they follow, and everybody who looks at it."""

    def __init__(self, app, arrive: Arrive, clock) -> None:
        self.app, self.clock = app, clock
        self.seats = {view: arrive(view=view) for view in VIEWS}
        self.people = [arrive() for _ in range(4)]

    def press(self, *kinds: str) -> list[bool]:
        """Have one person after the other press something."""
        pairs = zip(self.people, kinds, strict=False)
        return [bool(each.call("pulse", {"kind": kind})["ok"]) for each, kind in pairs]

    def wait(self, seconds: float) -> None:
        self.clock.now += timedelta(seconds=seconds)
        self.app.extensions["sockets"].pulse.fade()

    def told(self, view: str) -> list[dict]:
        """Return what one view has been told of it since the last time."""
        return [payload for name, payload, *_ in self.seats[view].heard() if name == "pulse"]


@pytest.fixture
def hall(folder, app, arrive, clock):
    write_talk(folder, extra="pulse: true\n")
    app.extensions["boards"].programme.refresh()
    return Hall(app, arrive, clock)


def test_the_desk_and_the_speaker_are_told_and_nobody_else(hall, arrive):
    eve, frame = arrive("elsewhere", "moderate"), arrive()
    for seat in hall.seats.values():
        seat.heard()

    assert hall.press("lost", "lost", "lost", "clear") == [True] * 4

    for view in ("moderate", "speaker"):
        *_, last = hall.told(view)
        assert last | {"at": 0, "of": 0} == {
            **{"clear": 1, "lost": 3, "louder": 0, "claps": 0, "of": 0, "at": 0},
            **{"is_alone": False, "alerts": ["lost"], "digest": last["digest"]},
        }
        assert last["of"] == 7  # those at the board, at the wall, and no others
    hall.wait(61)
    attendees = [hall.seats[view] for view in ("board", "present", "wall")]
    for seat in (*attendees, *hall.people, eve, frame):
        assert seat.heard() == [], seat.talk


@pytest.mark.parametrize("minutes", [20, 61])
def test_no_page_or_part_of_attendees_says_how_many(hall, minutes):
    hall.press(*["lost"] * 4)
    if minutes > 60:
        hall.clock.set_to(minutes)
        hall.press(*["clap"] * 4)

    for view in ("board", "present", "wall"):
        seat = hall.seats[view]
        said = seat.raw() + "".join(seat.get(path) for path in PATHS)
        assert not FOLLOWS.search(said), view
    for view, path in (("moderate", "desk"), ("moderate", "moderate"), ("speaker", "speaker")):
        assert FOLLOWS.search(hall.seats[view].get(path)), view


def test_what_has_faded_is_told_and_nothing_that_has_not_changed(hall):
    hall.press("lost")
    hall.told("speaker")

    hall.wait(30)
    assert hall.told("speaker") == []
    hall.wait(30)
    assert [each["lost"] for each in hall.told("speaker")] == [0]
    hall.wait(60)
    assert hall.told("speaker") == []


def test_who_comes_while_nobody_looked_is_told_what_fades_then(hall, arrive):
    hall.seats["moderate"].leave()
    hall.seats["speaker"].leave()
    hall.press("lost")

    hall.seats["speaker"] = speaker = arrive(view="speaker")
    assert "1 of" in speaker.get("speaker")
    hall.wait(60)

    assert [each["lost"] for each in hall.told("speaker")] == [0]


def test_many_presses_make_one_frame_a_second(hall, monkeypatch):
    waiting = []
    throttle = hall.app.extensions["sockets"].pulse._throttle
    monkeypatch.setattr(throttle, "_interval", lambda _talk: 1.0)
    monkeypatch.setattr(throttle, "_spawn", lambda rest, key: waiting.append((rest, key)))
    monkeypatch.setattr(throttle, "_sleep", lambda seconds: None)
    hall.press(*["lost"] * 4)

    assert [each["lost"] for each in hall.told("moderate")] == [1]
    [(rest, key)] = waiting
    rest(key)
    assert [each["lost"] for each in hall.told("moderate")] == [4]


def test_applause_is_told_once_the_desk_ends_the_talk(hall):
    assert hall.press("clap") == [False]
    hall.seats["moderate"].post("desk/time", do="end")
    hall.told("speaker")

    assert hall.press("lost") == [False]
    assert hall.press("clap", "clap", "clap") == [True] * 3

    assert hall.told("speaker")[-1]["claps"] == 3
    assert "3 people clapped" in hall.seats["speaker"].get("speaker")
    assert hall.press("clap") == [True]  # again, and it is counted no second time
    assert hall.told("speaker") == []


def kept(engine) -> dict[tuple[str, int], int]:
    with Session(engine) as session:
        rows = session.scalars(sa.select(PulseMinute)).all()
    return {(row.kind, row.minute.minute): row.count for row in rows}


def test_minutes_are_kept_without_anybody(hall, engine):
    pulses = hall.app.extensions["pulses"]
    hall.press("lost", "lost", "clear")
    pulses.save()
    hall.press("lost")
    hall.people[3].call("pulse", {"kind": "lost"})
    hall.wait(60)
    hall.press("lost")
    pulses.save()
    pulses.save()

    minute = DURING.minute
    assert kept(engine) == {("lost", minute): 3, ("clear", minute): 1, ("lost", minute + 1): 1}
    assert {column.name for column in PulseMinute.__table__.columns} == {
        *("talk_id", "minute", "kind", "count")
    }


def test_what_cannot_be_kept_is_heard_all_the_same_and_kept_later(hall, engine, monkeypatch):
    pulses = hall.app.extensions["pulses"]

    def fail(work):
        raise UnavailableError

    with monkeypatch.context() as patch:
        patch.setattr(pulses, "_write", fail)
        hall.press("lost")
        with pytest.raises(UnavailableError):
            pulses.save()
    assert hall.told("speaker")[-1]["lost"] == 1

    pulses.save()

    assert kept(engine) == {("lost", DURING.minute): 1}


def test_applause_is_still_known_after_a_restart(hall, make_app):
    hall.seats["moderate"].post("desk/time", do="end")
    hall.press("clap", "clap")
    hall.app.extensions["pulses"].save()

    anew = make_app(rate_limits="off", tally_ms="0")

    speaker = Seat(anew, signed_in(anew, Role.SPEAKER), "talk", "speaker")
    assert "2 people clapped" in speaker.get("speaker")


def test_a_switch_takes_the_buttons_from_pages_and_the_figures_from_views(hall):
    board, desk = hall.seats["board"], hall.seats["moderate"]
    assert "Lost me" in board.get("board")

    desk.post("desk/switches", pulse="0")

    assert board.refetches() == 1
    assert "Lost me" not in board.get("board")
    assert hall.press("lost") == [False]
    assert not FOLLOWS.search(desk.get("desk"))


@pytest.mark.parametrize("view", ["moderate", "present", "speaker", "wall"])
def test_people_press_on_the_talks_own_page_alone(hall, view):
    assert hall.seats[view].call("pulse", {"kind": "lost"})["ok"] is False
    assert "0 of" in hall.seats["speaker"].get("speaker")


@pytest.mark.parametrize("what", [None, "lost", {}, {"kind": 7}, {"kind": "sad"}, ["lost"]])
def test_what_is_no_press_is_refused(hall, what):
    answer = hall.people[0].call("pulse", what)

    assert answer["ok"] is False
    assert "Reload the page" in answer["error"]


def test_whoever_is_outside_the_room_is_not_heard(hall):
    hall.seats["moderate"].post("desk/switches", requires_code="1")

    answer = hall.people[0].call("pulse", {"kind": "lost"})

    assert (answer["ok"], answer["field"]) == (False, "code")
    assert Browser(hall.app).post_part("/talks/talk/pulse", {"kind": "lost"}).status_code == 422
