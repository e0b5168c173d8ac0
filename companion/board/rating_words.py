"""What people are asked about a talk: of how long it was said to be."""

from __future__ import annotations

from datetime import timedelta

from companion.messages import Message, gettext, ngettext
from companion.talks.page import TalkPage

HOUR, LONGEST = 60, timedelta(hours=12)


def worth_asked(page: TalkPage) -> Message:
    """Ask whether a talk was worth its time, which is as long as was announced."""
    length = page.planned.ends - page.planned.starts
    minutes = round(length.total_seconds() / 60)
    if page.all_day or length > LONGEST or not minutes:
        return gettext("Was it worth your time?")
    if minutes == HOUR:
        return gettext("Was it worth your hour?")
    if minutes % HOUR == 0:
        return ngettext(
            "Was it worth your %(num)s hour?", "Was it worth your %(num)s hours?", minutes // HOUR
        )
    return ngettext(
        "Was it worth your %(num)s minute?", "Was it worth your %(num)s minutes?", minutes
    )
