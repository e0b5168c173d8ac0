"""Talks as a list: what is on, what comes, and what has been, each as it is at this moment."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from flask import Flask, current_app, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.exc import OperationalError

from companion.board.counts import Counts, seen
from companion.board.memo import Memo
from companion.board.talk_state import TalkState
from companion.languages import language
from companion.store.engine import db
from companion.store.models import PUBLIC
from companion.talks import Phase, TalkPage
from companion.talks.catalogue import Wish, year_of
from companion.web.replies import board_service

AT_ONCE = 100  # of the talks that have been, and of those announced: a series may have thousands
KEPT = 64  # lists of some of the talks in each language, each for a choice that a link can make
WHOLE = 16  # of all in each language, one for each path that we are served below


@dataclass(frozen=True)
class Reach:
    """Which of many talks are listed: so many ``ahead`` of now, and so many ``past``."""

    ahead: int = AT_ONCE
    past: int = AT_ONCE

    @classmethod
    def of(cls, ahead: int, past: int, talks: int) -> Reach:
        """Return one that holds what is asked for, of so many talks; there are few of them."""
        return cls(_step(min(ahead, talks)), _step(min(past, talks)))


@dataclass(frozen=True)
class Listing:
    """Some talks as they are now, and how many more there are on either side."""

    talks: tuple[TalkState, ...]
    more_ahead: int
    more_past: int

    @property
    def live(self) -> list[TalkState]:
        """Return what is on now."""
        return [talk for talk in self.talks if _is_live(talk)]

    @property
    def upcoming(self) -> list[TalkState]:
        """Return what is to come, the next one first."""
        return [talk for talk in self.talks if not talk.is_over and not _is_live(talk)]

    @property
    def past(self) -> list[tuple[int, list[TalkState]]]:
        """Return what has been, year by year, the latest first."""
        over = sorted((talk for talk in self.talks if talk.is_over), key=_end, reverse=True)
        return [(year, list(talks)) for year, talks in groupby(over, lambda t: year_of(t.page))]

    @property
    def version(self) -> tuple[object, ...]:
        """Return what tells whether all of it still looks the same."""
        return (self.more_ahead, self.more_past, *(talk.version for talk in self.talks))


class ListingHtml(NamedTuple):
    """A list as HTML: what is on now, "" where nothing is, and the rest."""

    live: Markup
    rest: Markup


def init_app(app: Flask) -> None:
    """Keep the lists that were rendered last."""
    languages = len(app.config["LANGUAGES"])
    app.extensions.update(listing=Memo(WHOLE * languages), listings=Memo(KEPT * languages))


def listing_html(pages: list[TalkPage], reach: Reach, wish: Wish | None = None) -> ListingHtml:
    """Return a list of talks, by start, as HTML: the same for everybody, and kept as long as it is.

    Of the programme it is what is wished for. What is typed there, finds nothing or reaches further
    than usual is not kept: there is no end to it.
    """
    listing = _listing(pages, reach)
    wish = wish and wish.folded
    if not pages or reach != Reach() or (wish and wish.words):
        return _render(listing, reach, wish)
    is_whole = wish is not None and not wish
    memo: Memo[ListingHtml] = current_app.extensions["listing" if is_whole else "listings"]
    name = (language(), request.path, wish, reach, request.script_root)
    return memo.get(name, listing.version, lambda: _render(listing, reach, wish))


def past_years(pages: list[TalkPage]) -> list[tuple[int, int]]:
    """Return the years of talks that have been, the latest first, and how many each had."""
    now, year = board_service().clock(), board_service().programme.catalogue().years
    years = Counter(year[page.slug] for page in pages if page.planned.ends < now)
    return sorted(years.items(), reverse=True)


def _render(listing: Listing, reach: Reach, wish: Wish | None) -> ListingHtml:
    asked_for = wish.asked_for if wish else {}

    def wider(anchor: str, **shown: int) -> str:
        values = (request.view_args or {}) | asked_for | shown
        return url_for(str(request.endpoint), _anchor=anchor, **values)

    boards, talks = _shown(listing), listing.live
    rest = render_template(
        "pages/_listing.html",
        listing=listing,
        shown=boards,
        reach=reach,
        wider=wider,
        is_whole=wish is not None and not wish,
    )
    live = render_template("pages/_live.html", talks=talks, shown=boards) if talks else ""
    return ListingHtml(Markup(live), Markup(rest))  # noqa: S704 (templates of our own)


def _listing(pages: list[TalkPage], reach: Reach) -> Listing:
    """Return the talks nearest to now as they are.

    The desk moves a talk's end by hours at most: what is on is among them in any case.
    """
    now = board_service().clock()
    over = [page for page in pages if page.planned.ends < now]
    over.sort(key=lambda page: (page.planned.ends, page.slug))
    coming = [page for page in pages if page.planned.ends >= now]
    near = [*over[-reach.past :], *coming[: reach.ahead]]
    more = len(coming) - reach.ahead, len(over) - reach.past
    return Listing(tuple(_as_they_are(near)), *(max(count, 0) for count in more))


def _step(least: int) -> int:
    step = AT_ONCE
    while step < least:
        step *= 2
    return step


def _is_live(talk: TalkState) -> bool:
    return talk.page.takes_place and talk.phase not in (Phase.UPCOMING, Phase.OVER)


def _end(talk: TalkState) -> tuple[int, object, str]:
    return year_of(talk.page), talk.schedule.ends, talk.slug


def _as_they_are(pages: list[TalkPage]) -> list[TalkState]:
    """Return talks as they are now, or by their files alone where the database is away."""
    try:
        return board_service().talks(db.session(), pages)
    except OperationalError:
        return [board_service().loader(page).with_row(None) for page in pages]


def _shown(listing: Listing) -> dict[str, Counts]:
    """Return what the boards show of those talks that anybody has ever written on."""
    asked = [talk.slug for talk in listing.talks if talk.row and talk.page.board]
    try:
        return seen(db.session(), asked, PUBLIC) if asked else {}
    except OperationalError:
        return {}
