"""Talks: Markdown files with frontmatter, read as pages, kept live, checked, and listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from companion.talks.embeds import Embed, Recording
from companion.talks.links import Link
from companion.talks.page import PageOptions, Phase, TalkPage
from companion.talks.preflight import check
from companion.talks.problem import Problem
from companion.talks.programme import Programme

if TYPE_CHECKING:
    from companion.talks.ics import calendar

__all__ = [
    "Embed",
    "Link",
    "PageOptions",
    "Phase",
    "Problem",
    "Programme",
    "Recording",
    "TalkPage",
    "calendar",
    "check",
]


def __getattr__(name: str) -> object:
    """Load icalendar when a calendar is asked for: the rendering process never does."""
    if name == "calendar":
        from companion.talks.ics import calendar

        return calendar
    raise AttributeError(name)
