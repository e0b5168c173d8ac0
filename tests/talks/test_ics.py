from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from companion import talks
from companion.talks import TalkPage, calendar

NOW = datetime(2025, 1, 1, tzinfo=UTC)


def written(*pages: TalkPage) -> Calendar:
    content = calendar(
        pages, page_url=lambda page: f"https://qa.example.org/talks/{page.slug}", name="T", now=NOW
    )
    parsed = Calendar.from_ical(content)
    assert isinstance(parsed, Calendar)
    return parsed


def test_a_talk_is_written_in_its_own_zone(read):
    page = read("meeting_url: https://meet.jit.si/room\nspeaker: Ada\nlocation: Jitsi\n",
                body="What this talk is about, in more than forty letters.")  # fmt: skip
    result = written(page)
    event = result.walk("VEVENT")[0]

    assert result["X-WR-CALNAME"] == "T"
    assert "METHOD" not in result
    assert [str(zone["TZID"]) for zone in result.walk("VTIMEZONE")] == ["Europe/London"]
    assert event["DTSTART"].params["TZID"] == "Europe/London"
    assert event["DTSTART"].dt == page.starts
    assert event["DTEND"].dt == page.planned.ends
    assert (event["UID"], event["SUMMARY"]) == ("talk@qa.example.org", "A talk")
    assert event["URL"] == "https://qa.example.org/talks/talk"
    assert event["LOCATION"] == "https://meet.jit.si/room"
    assert event["DTSTAMP"].dt == NOW
    assert event["DESCRIPTION"] == (
        "Ada\n\nWhat this talk is about, in more than forty letters.\n\nJitsi\n\n"
        "Join: https://meet.jit.si/room\n\nQuestions: https://qa.example.org/talks/talk"
    )


@pytest.mark.parametrize("year", [1999, 2025, 2044])
def test_the_zones_rules_cover_the_talks_and_no_more(read, year):
    page = read(header=f'title: A\ndate: {year}-07-01\nfrom: "12:00"\n')
    calendar = written(page)

    assert calendar.walk("VEVENT")[0]["DTSTART"].dt.astimezone(UTC) == page.starts
    zone = calendar.walk("VTIMEZONE")[0].to_tz()
    assert datetime(year, 7, 1, 12, tzinfo=zone).utcoffset() == timedelta(hours=1)
    assert len(calendar.to_ical()) < 2000


def test_without_a_meeting_link_the_location_is_the_place(read):
    assert written(read("location: Room 1\n")).walk("VEVENT")[0]["LOCATION"] == "Room 1"


def test_without_any_place_there_is_no_location(read):
    assert "LOCATION" not in written(read()).walk("VEVENT")[0]


@pytest.mark.parametrize("zone", ["Europe/London", "America/Santiago"])
def test_an_all_day_talk_is_written_as_dates(read, zone):
    page = read(header=f"title: A\ndate: 2025-09-05\nend-date: 2025-09-06\ntimezone: {zone}\n")
    event = written(page).walk("VEVENT")[0]

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2025, 9, 5), date(2025, 9, 7))


def test_an_empty_programme_is_a_calendar_too():
    assert written().walk("VEVENT") == []


def test_unknown_names_are_not_made_up():
    with pytest.raises(AttributeError):
        talks.nothing  # noqa: B018
