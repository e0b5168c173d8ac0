"""Who may know what of a poll when: looked for in every byte that pages and sockets are sent."""

import json
import re

import pytest

from companion.board.poll_addresses import address_of
from companion.store.models import Role
from companion.talks.polls import key_of
from tests.support.factories import talk_row
from tests.support.pages import Browser
from tests.support.seat import Arrive, Seat
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow

# Three answer, two of them the same: this is what their counts look like, in words and as a bar.
RESULTS = re.compile(r"\bof 3\b|66\.7|\[3, 2, 1\]|\[3,2,1\]")
RIGHT = re.compile(r"data-right|__mark--right")
PATHS = ("", "polls", "board", "wall", "wall/notes", "present", "present/screen")
FRAME = f"/embed/talk/polls/{address_of(key_of('Which scheduler?'))}"
POLL = "{ask: Which scheduler?, options: [Slurm, PBS], right: Slurm, reveal: %s}"


class Hall:
    """A talk with a poll, and everybody who looks at it."""

    def __init__(self, arrive: Arrive) -> None:
        self.desk = arrive(view="moderate")
        self.answered, self.stranger = arrive(), arrive()
        self.others = {
            "screen": arrive(view="present"),
            "speaker": arrive(view="speaker"),
            "wall": arrive(view="wall"),
        }
        self.key = ""

    def run(self, do: str) -> None:
        found = re.search(r'id="desk-poll-(\w+)"', self.desk.get("desk"))
        assert found
        assert self.desk.post("desk/polls", poll=found[1], do=do) == 200

    def answer(self, seat: Seat, place: int = 0) -> None:
        html = seat.get("polls")
        poll = re.search(r"polls/(\d+)\"", html)
        assert poll
        options = re.findall(r'name="option" value="(\d+)"', html)
        assert seat.post(f"polls/{poll[1]}", option=options[place]) == 200

    def sent(self, seat: Seat) -> str:
        """Return all that somebody was told, and all that they can fetch as an attendee."""
        return seat.raw() + "".join(seat.get(path) for path in PATHS)

    def know(self, what: re.Pattern[str]) -> set[str]:
        """Return who has been sent something."""
        seats = {"answered": self.answered, "stranger": self.stranger, **self.others}
        found = {who for who, seat in seats.items() if what.search(self.sent(seat))}
        speaker, frame = self.others["speaker"], Browser(self.desk.browser.app, known=False)
        more = {
            "speaker": [speaker.get("speaker"), speaker.get("speaker/queue")],
            "slides": [frame.get(FRAME).text, frame.get(f"{FRAME}/part").text],
        }
        return found | {who for who, texts in more.items() if what.search("".join(texts))}


@pytest.fixture
def hall(request, folder, app, arrive):
    write_talk(folder, extra=f"polls:\n  - {POLL % request.param}\n")
    app.extensions["boards"].programme.refresh()
    return Hall(arrive)


@pytest.fixture
def three(hall, app):
    """Have the poll be open, and three people answer it."""
    hall.run("open")
    hall.answer(hall.answered)
    for place in (0, 1):
        hall.answer(Seat(app, Browser(app), "talk"), place)
    return hall


EVERYBODY = {"answered", "stranger", "screen", "slides", "speaker", "wall"}


@pytest.mark.parametrize(
    ("hall", "while_open"),
    [("closing", set()), ("voting", {"answered"}), ("live", EVERYBODY)],
    indirect=["hall"],
)
def test_results_are_sent_to_nobody_before_their_time(three, while_open):
    assert three.know(RESULTS) == while_open
    assert three.know(RIGHT) == set()
    assert RESULTS.search(three.desk.get("desk"))

    three.run("close")
    assert three.know(RESULTS) == EVERYBODY
    assert three.know(RIGHT) == set()

    three.run("right")
    assert three.know(RIGHT) == EVERYBODY

    three.run("open")
    three.answered.heard()
    assert three.know(RIGHT) == set()


@pytest.mark.parametrize("hall", ["closing"], indirect=True)
def test_the_desk_can_show_them_early(three):
    three.run("show")

    assert three.know(RESULTS) == EVERYBODY
    assert three.know(RIGHT) == set()


@pytest.mark.parametrize("hall", ["live"], indirect=True)
def test_a_draft_is_for_those_who_run_the_talk(hall):
    """The speaker is told what comes next, and not which answer is right."""
    assert hall.know(re.compile("Which scheduler")) == {"speaker"}
    assert hall.know(re.compile("Slurm")) == set()
    assert "Which scheduler" in hall.desk.get("desk")


def told(seat: Seat) -> list[object]:
    """Return the counts that somebody has heard of, without the revision."""
    found = re.findall(r"'name': 'polls', 'args': \[(\{.*?\}\})\]", seat.raw())
    return [next(iter(json.loads(each.replace("'", '"'))["polls"].values())) for each in found]


@pytest.mark.parametrize("hall", ["closing"], indirect=True)
def test_counts_are_heard_at_the_desk_and_beside_it_only_how_many_answered(hall):
    hall.run("open")
    for seat in (hall.desk, hall.stranger, *hall.others.values()):
        seat.heard()

    hall.answer(hall.answered)

    assert told(hall.desk) == [[1, 1, 0]]
    assert told(hall.others["screen"]) == told(hall.others["speaker"]) == [[1]]
    for seat in (hall.stranger, hall.answered, hall.others["wall"]):
        assert seat.raw() == "[]" or "'polls'" not in seat.raw()


@pytest.mark.parametrize("hall", ["live"], indirect=True)
def test_live_counts_are_heard_by_everybody_of_the_talk_and_nowhere_else(hall, arrive):
    eve = arrive("elsewhere")
    hall.run("open")
    for seat in (hall.stranger, hall.others["speaker"], eve):
        seat.heard()

    hall.answer(hall.answered, 1)

    assert told(hall.stranger) == told(hall.others["speaker"]) == [[1, 0, 1]]
    assert told(eve) == []


@pytest.mark.parametrize("hall", ["live"], indirect=True)
def test_a_tick_of_a_poll_is_small(hall):
    hall.run("open")
    hall.stranger.heard()

    hall.answer(hall.answered, 1)

    found = re.search(r"'args': \[(\{'revision.*?\}\})\]", hall.stranger.raw())
    assert found
    told = json.loads(found[1].replace("'", '"'))
    assert told == {"revision": told["revision"], "polls": {"1": [1, 0, 1]}}
    thousand = {"revision": 12_345, "polls": {"30": [1_000, 167, 167, 167, 167, 166, 166]}}
    assert len(json.dumps(["polls", thousand], separators=(",", ":"))) + len("42") <= 80


@pytest.mark.parametrize("hall", ["closing"], indirect=True)
def test_opening_and_closing_is_heard_by_all_who_see_it_and_no_other_talk(hall, arrive):
    views = hall.others["screen"], hall.others["speaker"]
    eve, seats = arrive("elsewhere"), (hall.stranger, hall.desk, *views)
    for do in ("open", "show", "close", "right"):
        for seat in (*seats, eve):
            seat.heard()

        hall.run(do)

        assert [seat.refetches() > 0 for seat in seats] == [True] * 4
        assert eve.heard() == []


@pytest.mark.parametrize("hall", ["closing"], indirect=True)
def test_a_page_that_missed_it_has_it_with_the_next_board(hall, engine):
    hall.run("open")
    since = talk_row(engine).revision
    assert hall.stranger.browser.get(f"/talks/talk/board?since={since}").status_code == 204

    hall.run("close")

    assert "Closed." in hall.stranger.get(f"board?since={since}")


@pytest.mark.parametrize("hall", ["closing"], indirect=True)
def test_only_moderators_run_polls(hall, app):
    speaker = signed_in(app, Role.SPEAKER)
    for browser in (speaker, Browser(app)):
        for path in ("polls", "polls/new"):
            answer = browser.post_part(f"/talks/talk/desk/{path}", {"poll": "x", "do": "open"})
            assert answer.status_code == 403
