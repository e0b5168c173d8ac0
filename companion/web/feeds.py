"""The programme for calendars and feed readers."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from companion.talks import TalkPage, calendar
from companion.web.replies import absolute_url, board_service, find_page

bp = Blueprint("feeds", __name__)


@bp.get("/programme.ics")
def programme_calendar() -> ResponseReturnValue:
    """Return every talk as one calendar to subscribe to."""
    return _calendar(board_service().programme.pages(), "", "programme")


@bp.get("/talks/<slug>.ics")
def talk_calendar(slug: str) -> ResponseReturnValue:
    """Return one talk as a calendar file."""
    page = find_page(slug)
    return _calendar([page], page.title, page.slug)


@bp.get("/feed.xml")
def feed() -> ResponseReturnValue:
    """Return the programme as an Atom feed, the newest talk first."""
    talks = board_service().programme.pages()[::-1]
    xml = render_template(
        "pages/feed.xml",
        talks=talks,
        page_url=_page_url,
        address=absolute_url,
        updated=_updated,
        latest=max(map(_updated, talks), default=board_service().clock()),
    )
    return Response(xml, content_type="application/atom+xml; charset=utf-8")


def _updated(page: TalkPage) -> datetime:
    """Return when a talk's file last changed; now, when it is gone or of no year that there is."""
    try:
        return datetime.fromtimestamp(int(page.path.stat().st_mtime), UTC)
    except (OSError, ValueError, OverflowError):
        return board_service().clock()


def _calendar(talks: list[TalkPage], name: str, file: str) -> Response:
    ics = calendar(
        talks,
        page_url=_page_url,
        series=current_app.config["SERIES"],
        now=board_service().clock(),
        name=name,
    )
    return Response(
        ics,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="{file}.ics"'},
    )


def _page_url(page: TalkPage) -> str:
    return absolute_url("pages.talk", slug=page.slug)
