"""Where a question is in the recording: what counts, what does not, and what opens it there."""

from datetime import timedelta

import pytest

from companion.board.recording import chapters, framed, in_words, link, moment, offset
from companion.board.rules import BoardDefaults
from companion.board.talk_state import TalkLoader
from companion.store.models import Question, Status, Talk
from companion.talks.embeds import recording
from tests.support.clock import STARTS
from tests.support.talks import read_programme, write_talk

NOW = STARTS + timedelta(minutes=40)
ENDS = STARTS + timedelta(hours=1)
YOUTUBE = "https://youtu.be/abcdefghijk"
ZOOM = "https://us02web.zoom.us/rec/share/abc"


@pytest.fixture
def page(make_settings, folder):
    """Return the usual talk's page, which has a recording."""
    write_talk(folder, extra=f"recording_url: {YOUTUBE}\n")
    return read_programme(make_settings()).find("talk")


def talk(**values):
    return Talk(**{"recorded_from": STARTS - timedelta(seconds=80)} | values)


def state(page, row):
    return TalkLoader(page, NOW, BoardDefaults()).with_row(row)


def answered(**values):
    return Question(**{"id": 1, "status": Status.ANSWERED, "now_at": NOW} | values)


def test_it_is_as_long_into_the_recording_as_it_was_after_its_start(page):
    assert offset(answered(), talk(), page.planned) == 40 * 60 + 80
    assert (
        offset(answered(now_at=NOW + timedelta(seconds=0.9)), talk(), page.planned) == 40 * 60 + 80
    )


@pytest.mark.parametrize(
    ("question", "known"),
    [
        (answered(now_at=None, answered_at=NOW), True),
        (answered(now_at=None, answered_at=ENDS), True),
        (answered(now_at=None, answered_at=ENDS + timedelta(days=2), answer="So."), False),
        (answered(now_at=None, answered_at=STARTS - timedelta(minutes=1)), False),
        (answered(now_at=ENDS + timedelta(minutes=20)), True),
        (answered(now_at=ENDS + timedelta(days=2)), False),
        (answered(now_at=ENDS + timedelta(days=2), answered_at=NOW), True),
        (answered(now_at=None), False),
        (answered(now_at=STARTS - timedelta(minutes=5)), False),
        (answered(status=Status.OPEN), False),
        (answered(status=Status.DECLINED), False),
    ],
)
def test_only_what_was_taken_up_in_the_talk_has_a_time(page, question, known):
    assert (offset(question, talk(), page.planned) is not None) is known


def test_what_is_still_now_when_the_talk_ends_has_one_too(page):
    assert offset(answered(status=Status.OPEN), talk(now_id=1), page.planned) == 2480


def test_before_anybody_says_when_the_recording_starts_nothing_has_a_time(page):
    assert offset(answered(), talk(recorded_from=None), page.planned) is None
    assert moment(answered(), state(page, talk(recorded_from=None))) is None


def test_a_moment_has_its_words_a_link_and_a_player(page):
    found = moment(answered(), state(page, talk()))

    assert (found.words, found.link) == ("41:20", f"{YOUTUBE}?t=2480s")
    assert found.frame == (
        "https://www.youtube-nocookie.com/embed/abcdefghijk?start=2480&autoplay=1"
    )


def test_a_host_that_knows_no_way_leaves_the_time_in_words(folder, make_settings):
    write_talk(folder, extra=f"recording_url: {ZOOM}\n")
    found = moment(answered(), state(read_programme(make_settings()).find("talk"), talk()))

    assert (found.words, found.link, found.frame) == ("41:20", "", "")


def test_a_talk_without_a_recording_has_no_moments(folder, make_settings):
    write_talk(folder)
    page = read_programme(make_settings()).find("talk")

    assert moment(answered(), state(page, talk())) is None
    assert link(None, 90) == framed(None, 90) == ""


def test_a_page_that_can_only_be_linked_plays_nowhere():
    found = recording("https://mediaspace.uni.example/media/A+talk/1_a")

    assert link(found, 90).endswith("/1_a?kalturaStartTime=90")
    assert framed(found, 90) == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0:00"), (59, "0:59"), (2480, "41:20"), (3599, "59:59"), (3723, "1:02:03")],
)
def test_times_are_written_as_people_say_them(seconds, words):
    assert in_words(seconds) == words


def test_chapters_are_in_order_apart_and_short():
    taken = [(3723, "Last?"), (9, "Too soon?"), (125, "Is <b> a tag?"), (130, "Too close?")]
    long = [(200, "a " * 60), (300, f"Is {'x' * 300} a word?")]

    lines = chapters("A talk\nabout  bees", [*taken, *long]).splitlines()

    assert lines[:2] == ["00:00 A talk about bees", "02:05 Is ‹b› a tag?"]
    assert lines[2] == f"03:20 {'a ' * 38}a…"
    assert lines[3] == f"05:00 Is {'x' * 76}…"
    assert lines[4:] == ["1:02:03 Last?"]
