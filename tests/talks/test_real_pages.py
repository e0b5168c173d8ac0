"""Pages of a real series, when they are at hand: they are not ours to ship."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from companion.board import recording
from companion.talks import PageOptions, Programme

FOLDER = Path(__file__).parents[3] / "shared" / "real-talks"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the real pages are not here")


@pytest.fixture(scope="module")
def real() -> Programme:
    programme = Programme(FOLDER, PageOptions(site_url="https://rse.shef.ac.uk"))
    programme.refresh()
    return programme


def test_all_are_read_and_one_is_withheld(real):
    assert len(real.pages()) == 7
    assert real.find("seminar-2020-04-28") is None
    assert [problem for problem in real.problems() if problem.fatal] == []


def test_a_lunch_talk_is_understood_completely(real):
    page = real.find("lunchbytes-2021-07-05")

    assert (page.starts, page.planned.ends) == (
        datetime(2021, 7, 5, 11, tzinfo=UTC),
        datetime(2021, 7, 5, 12, tzinfo=UTC),
    )
    assert (page.meeting.url, page.meeting.label) == (
        "https://meet.google.com/kxv-nvyh-cbt",
        "Google Meet",
    )
    assert "entry_id=1_1q0mq7do&flashvars[streamerType]=auto&" in page.recording.embed.src
    assert page.recording.url.endswith("/1_1q0mq7do")
    assert "kaltura" not in page.html
    assert 'We also have a <a href="/talks/lunchbytes-2021-07-05/wall" ' in page.html
    assert "question board</a> where you can note down any questions" in page.html
    assert real.redirect("/events/LunchBytes-2021-07-05.html") == "lunchbytes-2021-07-05"


def test_a_recording_opens_in_its_own_player_at_the_second(real):
    found = real.find("lunchbytes-2021-07-05").recording
    begun = "&wid=1_0hetyva1&flashvars[mediaProxy.mediaPlayFrom]=2480"

    for address in (recording.link(found, 2480), recording.framed(found, 2480)):
        assert address.startswith("https://cdnapisec.kaltura.com/p/2103181/sp/210318100/embed")
        assert "entry_id=1_1q0mq7do&" in address
    assert recording.link(found, 2480).endswith(begun)
    assert recording.framed(found, 2480).endswith(f"{begun}&flashvars[autoPlay]=true")


def test_nothing_dead_or_foreign_is_left_in_any_page(real):
    for page in real.pages():
        for unwanted in ("jamboard", "sli.do", "<iframe", "<img", "<style", "<h1", 'class="row"'):
            assert unwanted not in page.html.lower()


def test_a_timetable_keeps_the_names_of_its_parts(real):
    page = real.find("seminar-2024-07-05-best-practices-in-ai-afternoon")

    assert '<div class="md-col-2 md-event-time">11:00-12:00</div>' in page.html


def test_the_report_names_what_was_forgotten(real):
    report = {(item.path.stem, item.line, item.message.split(";")[0]) for item in real.problems()}

    assert ("lunchbytes-2024-10-22", 29, "the joining link is still a placeholder") in report
    assert (
        "workshop-2021-09-13-gp-summer-school",
        7,
        "the talk is online but has no meeting link",
    ) in report
