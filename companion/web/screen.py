"""The big screen's addresses: public, and with nothing on them that not everybody may know."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import segno
from flask import Blueprint, Response, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from companion.store.engine import db
from companion.talks import TalkPage
from companion.web.auth import desks
from companion.web.board import find_board, is_unchanged, timed
from companion.web.pages import as_scheduled

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
    return _render("screen/screen.html", find_board(slug))


@bp.get("/screen")
def fragment(slug: str) -> ResponseReturnValue:
    """Return the screen as a fragment; 204 when it is still what the browser has."""
    page = find_board(slug)
    if is_unchanged(page):
        return timed(make_response("", 204))
    return timed(_render("screen/_screen.html", page))


def _render(template: str, page: TalkPage) -> Response:
    screen = desks().screen(db.session(), page)
    page = as_scheduled(page)
    html = render_template(
        template,
        page=page,
        phase=page.phase(desks().now),
        screen=screen,
        join=join_to(page),
        overlay=request.args.get("overlay") == "1",
    )
    return make_response(html)


def join_to(page: TalkPage) -> Join:
    """Return how one gets to a talk from the room."""
    url = f"{current_app.config['SITE']}/j/{desks().keys.code(page.slug)}"
    return Join(url, url.partition("://")[2], _qr(url))


@lru_cache(maxsize=200)
def _qr(url: str) -> Markup:
    code = segno.make(url, error="m", micro=False)
    svg = code.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(svg)  # noqa: S704 (made here, of squares)
