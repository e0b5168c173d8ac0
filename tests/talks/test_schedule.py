from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from companion.talks import Phase

LINE = {"title": 2, "date": 3, "from": 4, "to": 5}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "starts", "ends", "all_day"),
    [
        ('date: 2025-07-01\nfrom: "12:00"\nto: "13:00"', "2025-07-01T11:00", "2025-07-01T12:00", 0),
        ('date: "2025-01-01"\nfrom: "12:00"', "2025-01-01T12:00", "2025-01-01T13:00", 0),
        ("date: 2025-01-01\nfrom: 09:30", "2025-01-01T09:30", "2025-01-01T10:30", 0),
        ("date: 2025-07-01", "2025-06-30T23:00", "2025-07-01T23:00", 1),
        ("date: 2025-07-01 00:00:00", "2025-06-30T23:00", "2025-07-01T23:00", 1),
        ("date: 2025-07-01\nend-date: 2025-07-03", "2025-06-30T23:00", "2025-07-03T23:00", 1),
        (
            'date: 2025-07-01\nend-date: 2025-07-03\nfrom: "10:00"\nto: "09:00"',
            "2025-07-01T09:00",
            "2025-07-03T08:00",
            0,
        ),
        (
            'date: 2025-07-01\nend-date: 2025-07-02\nfrom: "10:00"',
            "2025-07-01T09:00",
            "2025-07-02T10:00",
            0,
        ),
        ("date: 2025-07-01 12:00:00", "2025-07-01T11:00", "2025-07-01T12:00", 0),
        ("date: 2025-07-01 12:00:00 +0200", "2025-07-01T10:00", "2025-07-01T11:00", 0),
        ("date: 2025-07-01T10:00:00Z", "2025-07-01T10:00", "2025-07-01T11:00", 0),
        (
            'date: 2025-07-01\nfrom: "12:00"\ntimezone: Asia/Tokyo',
            "2025-07-01T03:00",
            "2025-07-01T04:00",
            0,
        ),
    ],
)
def test_times_are_read_in_the_talks_own_zone(read, header, starts, ends, all_day):
    page = read(header=f"title: A talk\n{header}\n")

    assert (page.starts, page.planned.ends, page.all_day) == (utc(starts), utc(ends), bool(all_day))


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ("", "1: error: no `date`; add one, as in `date: 2025-01-31`"),
        ("date:", "3: error: no `date`; add one, as in `date: 2025-01-31`"),
        (
            "date: 2025-02-30",
            "3: error: `date: 2025-02-30` is not a date; write it as in `date: 2025-01-31`",
        ),
        (
            "date: soon",
            "3: error: `date: soon` is not a date; write it as in `date: 2025-01-31`",
        ),
        (
            "date: 9999-12-31",
            "3: error: `date: 9999-12-31` is not a date; write it as in `date: 2025-01-31`",
        ),
        (
            "date: 2025-01-01\nfrom: Spring Semester Week 1",
            "4: warning: `from: Spring Semester Week 1` is not a time, so it is left out; "
            'write it as in `from: "12:30"`',
        ),
        (
            "date: 05/06/2025",
            "3: warning: `date: 05/06/2025` is read as 5 June 2025; which is the month? "
            "Write it as in 2025-06-05",
        ),
        (
            "date: Monday 5 June 2025",
            "3: warning: `date: Monday 5 June 2025` is read as 2025-06-05, which is a Thursday",
        ),
        (
            "date: 2025-01-01\ntz: EST",
            "4: warning: `tz: EST` is read as America/New_York; write that instead",
        ),
        (
            "date: 2024-12-01\nstart: 2025-01-01 12:00",
            "3: warning: `date` says 2024-12-01, but the talk is read to be on 2025-01-01 "
            "from `start`",
        ),
        (
            "date: 2025-01-01\nfrom: '12:00'\nduration: long",
            "5: warning: `duration: long` is no length, so it is left out; write minutes, as in 60",
        ),
        (
            "date: 2025-01-01\ntalk_hours: at lunch",
            "4: warning: `talk_hours: at lunch` is not read; nothing shows it",
        ),
        (
            'date: 2025-01-01\nfrom: "25:00"',
            "4: warning: `from: 25:00` is not a time, so it is left out; "
            'write it as in `from: "12:30"`',
        ),
        (
            'date: 2025-01-01\nfrom: "13:00"\nto: "12:00"',
            "5: warning: `to: 12:00` is not after 13:00, so it is left out; "
            "a talk that runs past midnight needs `end-date`",
        ),
        (
            'date: 2025-01-01\nto: "12:00"',
            '4: warning: `to` without `from`; add the start, as in `from: "12:00"`',
        ),
        (
            "date: 2025-01-02\nend-date: 2025-01-01",
            "4: warning: `end-date` is before `date`, so it is left out",
        ),
        (
            "date: 2025-01-01\ntimezone: Mars/Base",
            "4: warning: unknown timezone 'Mars/Base', so Europe/London is taken; "
            "use a name such as Europe/London",
        ),
        (
            "date: 2025-01-01\ntimezone: ../etc",
            "4: warning: unknown timezone '../etc', so Europe/London is taken; "
            "use a name such as Europe/London",
        ),
        (
            'date: 2025-03-30\nfrom: "01:30"',
            "4: warning: 01:30 on 2025-03-30 does not exist in Europe/London: "
            "the clocks go forward; 02:30 is taken",
        ),
        (
            'date: 2025-10-26\nfrom: "01:30"\nto: "03:00"',
            "4: warning: 01:30 on 2025-10-26 happens twice in Europe/London; the first is taken",
        ),
    ],
)
def test_times_that_cannot_be_meant_are_reported(complaints, header, complaint):
    assert complaints(f"title: A talk\n{header}\n") == [complaint]


def test_an_ambiguous_time_is_the_first_of_the_two(read):
    page = read(header='title: A talk\ndate: 2025-10-26\nfrom: "01:30"\nto: "03:00"\n')

    assert page.starts == utc("2025-10-26T00:30")


@pytest.mark.parametrize(
    ("minutes", "phase"),
    [
        (-16, Phase.UPCOMING),
        (-15, Phase.DOORS),
        (-1, Phase.DOORS),
        (0, Phase.TALK),
        (44, Phase.TALK),
        (45, Phase.QA),
        (59, Phase.QA),
        (60, Phase.OVER),
    ],
)
def test_phase_follows_the_clock(read, minutes, phase):
    page = read()

    assert page.planned.phase(page.starts + timedelta(minutes=minutes)) is phase


def test_the_phases_follow_each_other(read):
    planned = read().planned
    moments = [planned.doors_at, planned.starts, planned.qa_at, planned.ends]

    assert moments == sorted(set(moments))
    assert [planned.phase(moment) for moment in moments] == list(Phase)[1:]


def test_questions_never_begin_before_the_talk(read):
    page = read("qa_minutes: 600\n")

    assert page.planned.qa_at == page.starts
    assert page.planned.phase(page.starts) is Phase.QA


def test_an_all_day_talk_has_neither_doors_nor_a_questions_part(read):
    page = read(header="title: A talk\ndate: 2025-07-01\n")

    assert (page.planned.doors_at, page.planned.qa_at) == (page.starts, page.planned.ends)
    assert page.planned.phase(page.planned.ends - timedelta(seconds=1)) is Phase.TALK
    assert page.planned.phase(page.planned.ends) is Phase.OVER
