"""What documents say of a talk's days and times, whichever they are."""

from dataclasses import replace
from datetime import timedelta

import pytest

from companion.exports.wording import facts, when
from companion.store.models import Status
from tests.support.clock import STARTS
from tests.support.talks import read_programme, write_talk

MIDNIGHT = STARTS.replace(hour=0)


@pytest.mark.parametrize(
    ("starts", "hours", "all_day", "expected"),
    [
        (STARTS, 1, False, "5 March 2026, 12:00–13:00"),
        (STARTS, 12, False, "5 March 2026, 12:00, to 6 March 2026, 00:00"),
        (STARTS, 13, False, "5 March 2026, 12:00, to 6 March 2026, 01:00"),
        (MIDNIGHT, 24, True, "5 March 2026"),
        (MIDNIGHT, 72, True, "5 March 2026 to 7 March 2026"),
    ],
)
def test_a_talk_is_on_the_days_that_it_is_on(plain_record, starts, hours, all_day, expected):
    ends = starts + timedelta(hours=hours)

    said = when(replace(plain_record, starts=starts, ends=ends, all_day=all_day))

    assert said == f"{expected} (Europe/London)"


def test_an_all_day_talk_is_known_as_one(make_settings, folder, taken):
    write_talk(folder, front="title: {title}\ndate: 2026-03-05\n")

    record = taken(at=read_programme(make_settings()).find("talk"))

    assert when(record) == "5 March 2026 (Europe/London)"


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(50, "at 12:50"), (12 * 60 + 20, "at 00:20 on 6 March 2026")],
)
def test_an_answer_of_another_day_says_which(plain_record, minutes, expected):
    answered = replace(
        plain_record.entries[0],
        status=Status.ANSWERED,
        answered_at=STARTS + timedelta(minutes=minutes),
    )

    assert facts(answered, plain_record) == ["0 votes", f"answered {expected}"]
