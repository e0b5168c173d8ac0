from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from companion import talks
from companion.talks import TalkPage, calendar

NOW = datetime(2025, 1, 1, tzinfo=UTC)


def written(*pages: TalkPage) -> Calendar:
    content = calendar(
        pages,
        page_url=lambda page: f"https://qa.example.org/talks/{page.slug}",
        series="T",
        now=NOW,
    )
    parsed = Calendar.from_ical(content)
    assert isinstance(parsed, Calendar)
    return parsed


def test_a_talk_keeps_its_room_beside_the_link(read):
    page = read("meeting_url: https://meet.jit.si/room\nspeaker: Ada\nlocation: Great Hall\n",
                body="What this talk is about, in more than forty letters.")  # fmt: skip
    result = written(page)
    event = result.walk("VEVENT")[0]

    assert result["X-WR-CALNAME"] == "T"
    assert "METHOD" not in result
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (page.starts, page.planned.ends)
    assert (event["SUMMARY"], event["STATUS"]) == ("A talk", "CONFIRMED")
    assert event["URL"] == "https://qa.example.org/talks/talk"
    assert event["LOCATION"] == "Great Hall"
    assert event["CONFERENCE"] == "https://meet.jit.si/room"
    assert event["DTSTAMP"].dt == NOW
    assert event["DESCRIPTION"] == (
        "Ada\n\nWhat this talk is about, in more than forty letters.\n\n"
        "Join: https://meet.jit.si/room\n\nQuestions: https://qa.example.org/talks/talk"
    )


@pytest.mark.parametrize("zone", ["Europe/London", "Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("day", ["1999-07-01", "2025-01-01", "2044-07-01"])
def test_times_need_no_rules_of_zones(read, zone, day):
    page = read(header=f'title: A\ndate: {day}\nfrom: "12:00"\ntimezone: {zone}\n')
    result = written(page)

    assert result.walk("VEVENT")[0].to_ical().count(f"{page.starts:%Y%m%dT%H%M%SZ}".encode()) == 1
    assert result.walk("VTIMEZONE") == []


def test_an_event_stays_the_same_when_the_site_moves(read):
    page = read()

    def uid(host, **more):
        made = calendar([page], page_url=lambda _: f"https://{host}/x", series="T", now=NOW, **more)
        return Calendar.from_ical(made).walk("VEVENT")[0]["UID"]

    assert uid("a.example") == uid("b.example", name="One talk")
    other = calendar([page], page_url=lambda _: "https://a.example/x", series="U", now=NOW)
    assert Calendar.from_ical(other).walk("VEVENT")[0]["UID"] != uid("a.example")


@pytest.mark.parametrize(
    ("extra", "status", "title"),
    [
        ("cancelled: true\n", "CANCELLED", "Cancelled: A talk"),
        ("status: canceled\n", "CANCELLED", "Cancelled: A talk"),
        ("status: postponed until further notice\n", "TENTATIVE", "Postponed: A talk"),
        ("moved: to 12 May\n", "CONFIRMED", "Moved: A talk"),
        ("cancelled: false\nstatus: confirmed\n", "CONFIRMED", "A talk"),
    ],
)
def test_a_talk_that_is_called_off_says_so(read, extra, status, title):
    event = written(read(f"{extra}meeting_url: https://meet.jit.si/room\n")).walk("VEVENT")[0]

    assert (event["STATUS"], event["SUMMARY"]) == (status, title)
    assert ("CONFERENCE" in event) == (status == "CONFIRMED")


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
