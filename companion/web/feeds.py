"""The programme for calendars and feed readers."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from companion.languages import language
from companion.store.other_servers import digest_of_version
from companion.talks import TalkPage, calendar
from companion.web.conditional import etag, tagged, unchanged
from companion.web.replies import absolute_url, board_service, find_page

bp = Blueprint("feeds", __name__)


@bp.get("/programme.ics")
def programme_calendar() -> ResponseReturnValue:
    """Return every talk as one calendar to subscribe to."""
    version = _version()
    if short := unchanged(version):
        return short
    return _told(_calendar(board_service().programme.pages(), "", "programme"), version)


@bp.get("/talks/<slug>.ics")
def talk_calendar(slug: str) -> ResponseReturnValue:
    """Return one talk as a calendar file."""
    page = find_page(slug)
    return _calendar([page], page.title, page.slug)


@bp.get("/feed.xml")
def feed() -> ResponseReturnValue:
    """Return the programme as an Atom feed, the newest talk first."""
    version = _version()
    if short := unchanged(version):
        return short
    talks = board_service().programme.pages()[::-1]
    xml = render_template(
        "pages/feed.xml",
        talks=talks,
        page_url=_page_url,
        address=absolute_url,
        updated=_updated,
        latest=max(map(_updated, talks), default=board_service().clock()),
    )
    return _told(Response(xml, content_type="application/atom+xml; charset=utf-8"), version)


def _version() -> str:
    """Return which programme it is, whose, and who writes it: what is in both follows from that.

    There is none while bodies are still to come, and with them what both say of the talks.
    """
    programme, config = board_service().programme, current_app.config
    if programme.is_waiting:
        return ""
    return etag(
        programme.version, config["SERIES"], config["SITE"], digest_of_version(), language()
    )


def _told(response: Response, version: str) -> Response:
    return tagged(response, version) if version else response


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
