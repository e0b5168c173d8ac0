import os
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from companion.talks import files as files_module
from companion.talks import programme as programme_module
from tests.support.clock import DURING, STARTS
from tests.support.pages import Browser
from tests.support.talks import write_talk

ATOM = {"a": "http://www.w3.org/2005/Atom"}
HOSTILE = '"<b>Bees</b> & \\"wasps\\"; a, b"'


def events(answer):
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.data).walk("VEVENT")


def feed(answer) -> ElementTree.Element:
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.data)  # noqa: S314 (our own)


def texts(root: ElementTree.Element, path: str) -> list[str]:
    return [found.text or "" for found in root.findall(path, ATOM)]


def test_a_talk_as_a_calendar_file(stranger):
    answer = stranger.get("/talks/talk.ics")

    [event] = events(answer)
    assert event["summary"] == "A talk about bees"
    assert (event["dtstart"].dt, event["dtend"].dt.astimezone(UTC).hour) == (STARTS, 13)
    assert event["url"] == "http://127.0.0.1:8000/talks/talk"
    assert event["dtstamp"].dt == DURING
    assert b"DTSTART:20260305T120000Z" in answer.data
    assert answer.headers["Content-Disposition"] == 'inline; filename="talk.ics"'


@pytest.mark.parametrize("count", [1, 3])
def test_the_programme_as_a_calendar(make_app, folder, count):
    for number in range(1, count):
        write_talk(folder, f"talk-{number}", title=f"Talk {number}")
    browser = Browser(make_app(series="Lunch Bytes"))

    answer = browser.get("/programme.ics")

    found = events(answer)
    assert len(found) == len({event["uid"] for event in found}) == count
    assert Calendar.from_ical(answer.data)["x-wr-calname"] == "Lunch Bytes"


def test_a_programme_without_talks_is_still_a_calendar_and_a_feed(make_app, folder):
    (folder / "talk.md").unlink()
    browser = Browser(make_app())

    assert events(browser.get("/programme.ics")) == []
    assert texts(feed(browser.get("/feed.xml")), "a:entry/a:title") == []


def test_an_all_day_talk_has_dates(make_app, folder):
    write_talk(folder, front="title: A day of bees\ndate: 2026-03-05\n")

    [event] = events(Browser(make_app()).get("/talks/talk.ics"))

    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 3, 5), date(2026, 3, 6))


def test_the_feed_has_the_newest_talk_first(make_app, folder):
    write_talk(folder, "older", front="title: An older talk\ndate: 2026-03-01\n")
    root = feed(Browser(make_app(series="Lunch & Bytes")).get("/feed.xml"))

    assert texts(root, "a:title") == ["Lunch & Bytes"]
    assert texts(root, "a:entry/a:title") == ["A talk about bees", "An older talk"]
    assert texts(root, "a:entry/a:id") == [
        "http://127.0.0.1:8000/talks/talk",
        "http://127.0.0.1:8000/talks/older",
    ]
    for updated in texts(root, "a:updated") + texts(root, "a:entry/a:updated"):
        assert datetime.fromisoformat(updated).tzinfo is not None
    assert len(root.findall("a:entry/a:author/a:name", ATOM)) == 2
    assert [link.get("rel") for link in root.findall("a:link", ATOM)] == [None, "self"]


def test_an_entry_was_updated_when_its_file_was(app, folder):
    changed = datetime(2026, 2, 1, 9, 30, tzinfo=UTC)
    os.utime(folder / "talk.md", (changed.timestamp(), changed.timestamp()))

    root = feed(Browser(app).get("/feed.xml"))

    times = texts(root, "a:updated") + texts(root, "a:entry/a:updated")
    assert [datetime.fromisoformat(time) for time in times] == [changed, changed]
    assert "12:00 (Europe/London)" in texts(root, "a:entry/a:summary")[0]


def test_hostile_titles_are_text_everywhere(make_app, folder):
    write_talk(folder, title=HOSTILE, extra="speaker: Ada <ada@example.org>\n")
    browser = Browser(make_app())
    title = '<b>Bees</b> & "wasps"; a, b'

    assert texts(feed(browser.get("/feed.xml")), "a:entry/a:title") == [title]
    assert [event["summary"] for event in events(browser.get("/talks/talk.ics"))] == [title]
    assert browser.page("/talks/talk").h1 == title


def test_no_such_talk(stranger):
    stranger.page("/talks/nothing.ics", 404)


def test_a_slug_may_have_dots(make_app, folder):
    write_talk(folder, "2026.03.bees", title="Dotted")
    browser = Browser(make_app())

    assert browser.page("/talks/2026.03.bees").h1 == "Dotted"
    assert len(events(browser.get("/talks/2026.03.bees.ics"))) == 1


def test_nobody_is_given_a_cookie_by_a_feed(stranger):
    for address in ("/feed.xml", "/programme.ics", "/talks/talk.ics"):
        assert "Set-Cookie" not in stranger.get(address).headers


@pytest.mark.parametrize("path", ["/programme.ics", "/feed.xml"])
@pytest.mark.parametrize(
    "other", [{"timezone": "Europe/Paris"}, {"site_url": "https://b.example"}, {"fields": "to=end"}]
)
def test_other_settings_make_another_version(make_app, monkeypatch, path, other):
    monkeypatch.setattr(files_module, "SETTLING_NS", 0)
    tag = Browser(make_app()).get(path).headers["ETag"]
    asked = {"headers": {"If-None-Match": tag}}

    assert make_app().test_client().get(path, **asked).status_code == 304
    assert make_app(**other).test_client().get(path, **asked).status_code == 200


@pytest.mark.parametrize("path", ["/programme.ics", "/feed.xml"])
def test_there_is_no_version_while_bodies_are_still_to_come(make_app, folder, monkeypatch, path):
    monkeypatch.setattr(programme_module, "FIRST_BATCH", 1)
    write_talk(folder, "other")

    assert "ETag" not in Browser(make_app()).get(path).headers
