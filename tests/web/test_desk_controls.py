"""The desk's switches and times: what they are called, do, and mean for those who ask."""

import pytest

from companion.store.models import Role, Status
from tests.support.factories import make_question, question_row
from tests.support.pages import read_part, text_of
from tests.support.room import TEXT
from tests.support.sign_in import signed_in

DESK = "/talks/talk/moderate"
TIMES = ("qa", "extend", "resume", "end")
DO = "/talks/talk/desk"


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def do(browser, verb, *ids, **more):
    return browser.post_part(f"{DO}/questions", {"ids": list(ids), "do": verb, **more})


PHASES = {"upcoming": -60, "doors": -5, "talk": 20, "qa": 50, "over": 61}


def test_switches_hold_for_attendees(grace, ada, engine):
    grace.post(f"{DO}/switches", {"board": "closed"})
    assert ada.post("/talks/talk/questions", {"text": TEXT}).status_code == 422

    grace.post(f"{DO}/switches", {"board": "", "approve_first": "1", "requires_name": "1"})
    assert ada.post("/talks/talk/questions", {"text": TEXT}).status_code == 422
    assert ada.post("/talks/talk/questions", {"text": TEXT, "name": "Ada"}).status_code == 303
    assert question_row(engine, 1).status is Status.WAITING


def test_slow_mode_is_said_with_its_minutes(grace, ada):
    part = read_part(grace.post_part(f"{DO}/switches", {"slow": "1"}), 200)

    assert "One question every 2 minutes for each person" in part.html
    assert "wait 2 minutes between two of yours" in ada.page("/talks/talk").html


def test_ending_early_closes_the_board_and_the_page_says_so(grace, ada, clock):
    grace.post(f"{DO}/time", {"do": "end"})

    page = ada.page("/talks/talk")
    assert page.element("stage").get("data-phase") == "over"
    assert page.element("board").get("data-state") == "closed"

    clock.set_to(63)
    grace.post(f"{DO}/time", {"do": "extend"})
    assert ada.page("/talks/talk").element("stage").get("data-phase") in ("talk", "qa")
    assert ada.page("/talks/talk").element("board").get("data-state") == "open"


def test_moved_times_go_back_whenever_they_were_moved(grace):
    offered = [time_buttons(grace)["resume"]]
    for do in ("qa", "resume"):
        grace.post(f"{DO}/time", {"do": do})
        offered.append(time_buttons(grace)["resume"])

    assert offered == [False, True, False]


def time_buttons(grace):
    """Return the buttons that move the time, in their order, and whether each can be pressed."""
    part = grace.part(DO)
    buttons = [found for found in part.elements("button") if found.get("value") in TIMES]
    return {found.get("value"): "disabled" not in found.attrib for found in buttons}


def test_the_buttons_of_the_time_keep_their_places_in_every_phase(grace, clock):
    offered = {}
    for phase, minutes in PHASES.items():
        clock.set_to(minutes)
        buttons = time_buttons(grace)
        offered[phase] = {do for do, can in buttons.items() if can}
        assert [do for do in buttons if do != "end"] == ["qa", "extend", "resume"]

    assert offered == {
        "upcoming": set(),
        "doors": set(),
        "talk": {"qa", "extend", "end"},
        "qa": {"extend", "end"},
        "over": {"extend"},
    }


def test_the_end_is_asked_about_first(grace):
    end = grace.page(DESK).element("end")

    assert end.tag == "details"
    assert "open" not in end.attrib
    assert [found.get("value") for found in end.iter("button")] == ["end"]


def test_when_over_the_main_button_publishes(app, grace, clock):
    clock.set_to(61)
    joan = signed_in(app, Role.ORGANISER, name="Joan")

    def main(browser):
        go = browser.page(DESK).classed("now__go-place")[0]
        return [text_of(found) for found in go.iter() if found.tag in ("a", "button")]

    assert (main(joan), main(grace)) == (["Publish", "Report"], ["Report"])


SWITCHES = (
    "approve_first",
    "requires_name",
    "requires_code",
    "ranked",
    "speaker_may_advance",
    "rating",
    "pulse",
    "slow",
)
NAMES = [
    "Approve before showing",
    "Names required",
    "Room code needed",
    "Ranked list on the screen",
    "Speaker may press next",
    "Rating",
    "People say how they follow",
    "Slow mode",
]


def stateful(page):
    """Return all that says whether it is pressed or on: its name, and what it says."""
    found = [
        (each, each.get("aria-checked") or each.get("aria-pressed")) for each in page.elements()
    ]
    return [(text_of(each), said) for each, said in found if said]


def test_what_is_switched_has_one_name_on_and_off(grace, engine):
    make_question(engine)
    views = (DESK, "/talks/talk/speaker", "/talks/talk/present", "/talks/talk")
    states = []
    for value, board in (("0", ""), ("1", "votes")):
        # With the pulse there is more to press on the talk's page.
        wanted = dict.fromkeys(SWITCHES, value) | {"board": board, "pulse": "1"}
        grace.post(f"{DO}/switches", wanted)
        states.append([stateful(grace.page(view)) for view in views])

    off, on = ([[name for name, _ in view] for view in state] for state in states)
    assert off == on
    assert [text_of(found) for found in grace.page(DESK).classed("switch")] == NAMES
    assert [dict(state[0])["Slow mode"] for state in states] == ["false", "true"]
