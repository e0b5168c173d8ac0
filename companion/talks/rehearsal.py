"""A talk rehearsed: the same page at an address of its own, at hours of its own, on no list."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from companion.messages import gettext
from companion.talks.called_off import CalledOff

if TYPE_CHECKING:
    from companion.talks.page import PageOptions, TalkPage

MARK = "~rehearsal-"  # no file's address has a tilde, so neither is ever taken for the other
OF_ITS_TALK = 80  # letters of a talk's slug in that of its rehearsal, which has at most 100
LONGEST, WITHOUT_HOURS = timedelta(hours=2), timedelta(hours=1)


class Rehearsals(Protocol):
    """The rehearsals that are going on."""

    def find(self, slug: str) -> TalkPage | None:
        """Return the page of one, None where there is none of that slug."""

    def pages(self) -> list[TalkPage]:
        """Return the pages of all of them."""


class NoRehearsals:
    """What there is where nobody has said how to know of any."""

    def find(self, slug: str) -> TalkPage | None:
        """Return none."""
        return None

    def pages(self) -> list[TalkPage]:
        """Return none."""
        return []


def is_rehearsal(slug: str) -> bool:
    """Whether a slug is that of a rehearsal, going on or not."""
    return MARK in slug


def new_slug(slug: str) -> str:
    """Return a slug for a talk's rehearsal, which nobody guesses and none has had before."""
    return f"{slug[:OF_ITS_TALK]}{MARK}{secrets.token_hex(4)}"


def rehearsed(page: TalkPage, slug: str, starts: datetime, options: PageOptions) -> TalkPage:
    """Return a talk's page as it is in a rehearsal: about to begin, with nothing on its board."""
    planned = page.planned
    length = WITHOUT_HOURS if planned.all_day else min(planned.ends - planned.starts, LONGEST)
    hours = replace(planned, starts=starts, ends=starts + length, all_day=False, qa_began=None)
    html = page.html
    for url in (options.board_url, options.wall_url):
        html = html.replace(f'"{url.format(slug=page.slug)}"', f'"{url.format(slug=slug)}"')
    return replace(
        page,
        slug=slug,
        title=gettext("Rehearsal: %(title)s", title=page.title),
        planned=hours,
        board_state="",
        called_off=CalledOff.NO,
        html=html,
        qa_html="",
        redirects=(),
    )
