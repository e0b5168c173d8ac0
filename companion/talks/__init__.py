"""Talks: Markdown files with frontmatter, read as pages, kept live, checked, and listed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from companion.talks.embeds import Embed, Recording
    from companion.talks.ics import calendar
    from companion.talks.meeting_links import MeetingLink
    from companion.talks.page import PageOptions, TalkPage, when
    from companion.talks.phase import Phase, Schedule
    from companion.talks.problem import Problem
    from companion.talks.programme import Programme, check

__all__ = [
    "Embed",
    "MeetingLink",
    "PageOptions",
    "Phase",
    "Problem",
    "Programme",
    "Recording",
    "Schedule",
    "TalkPage",
    "calendar",
    "check",
    "when",
]
HOMES = {
    "Embed": "embeds",
    "MeetingLink": "meeting_links",
    "PageOptions": "page",
    "Phase": "phase",
    "Problem": "problem",
    "Programme": "programme",
    "Recording": "embeds",
    "Schedule": "phase",
    "TalkPage": "page",
    "calendar": "ics",
    "check": "programme",
    "when": "page",
}


def __getattr__(name: str) -> object:
    """Load what is asked for and no more: the rendering process starts often and needs little."""
    if name in HOMES:
        return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
