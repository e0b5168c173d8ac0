"""The big screen's addresses: public, and with nothing on them that not everybody may know."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import segno
from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from companion.board.talk_state import TalkState
from companion.moderation import screen_view
from companion.store.engine import db
from companion.talks import TalkPage
from companion.web.auth import moderation_service, runs_talk
from companion.web.replies import (
    find_board,
    is_unchanged,
    load_talk,
    not_modified,
    render_talk,
    timed,
)

bp = Blueprint("screen", __name__, url_prefix="/talks/<slug>/present")


@dataclass(frozen=True)
class Join:
    """How one gets to the talk from the room: an address, as it is typed, and as a QR code."""

    url: str
    short: str
    qr: Markup


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """Show the big screen; ``overlay=1`` makes it transparent."""
    return _render("screen/screen.html", load_talk(find_board(slug)))


@bp.get("/screen")
def fragment(slug: str) -> ResponseReturnValue:
    """Return the screen as a fragment; 204 when it is still what the browser has."""
    talk = load_talk(find_board(slug))
    if is_unchanged(talk):
        return not_modified()
    return timed(_render("screen/_screen.html", talk))


def _render(template: str, talk: TalkState) -> Response:
    return render_talk(
        template,
        talk,
        screen=screen_view.screen(db.session(), talk, runs_talk=_shows_code(talk)),
        join=join_to(talk.page),
        overlay=request.args.get("overlay") == "1",
    )


def _shows_code(talk: TalkState) -> bool:
    """Whether this is a screen of those who run the talk; anybody can open the page."""
    return talk.rules.requires_code and runs_talk(talk.page)


def join_to(page: TalkPage) -> Join:
    """Return how one gets to a talk from the room."""
    url = f"{current_app.config['SITE']}/j/{moderation_service().keys.code(page.slug)}"
    return Join(url, url.partition("://")[2], _qr(url))


@lru_cache(maxsize=200)
def _qr(url: str) -> Markup:
    code = segno.make(url, error="m", micro=False)
    svg = code.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(svg)  # noqa: S704 (made here, of squares)
