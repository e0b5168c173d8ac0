"""The big screen's addresses: public, and with nothing on them that not everybody may know."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from companion.board import backgrounds
from companion.board import wall as walls
from companion.board.strokes import strokes_of
from companion.board.talk_state import TalkState
from companion.board.wall import COLOURS, WallMode, mode_of
from companion.moderation import screen_view
from companion.store.engine import db
from companion.talks import TalkPage
from companion.web.auth import moderation_service, runs_talk
from companion.web.qr import qr_code
from companion.web.replies import (
    absolute_url,
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
    """Show the big screen; ``overlay=1`` makes it transparent, ``view=wall`` has the wall on it."""
    return _render("screen/screen.html", load_talk(find_board(slug)))


@bp.get("/screen")
def fragment(slug: str) -> ResponseReturnValue:
    """Return the screen as a fragment; 204 when it is still what the browser has."""
    talk = load_talk(find_board(slug))
    if is_unchanged(talk) and request.args.get("arranged", "0") == _arranged(talk):
        return not_modified()
    return timed(_render("screen/_screen.html", talk))


def _render(template: str, talk: TalkState) -> Response:
    session = db.session()
    wall = walls.wall(session, talk) if _has_wall(talk) else None
    return render_talk(
        template,
        talk,
        screen=screen_view.screen(session, talk, runs_talk=_shows_code(talk)),
        join=join_to(talk.page),
        overlay=request.args.get("overlay") == "1",
        shows_wall=_wants_wall(),
        wall=wall,
        backdrop=backgrounds.backdrop(session, talk.row if wall else None),
        strokes=strokes_of(session, talk.row) if wall else (),
        colours=COLOURS,
        arranges=False,
    )


def _wants_wall() -> bool:
    return request.args.get("view") == "wall"


def _has_wall(talk: TalkState) -> bool:
    """Whether the wall is shown: one that is put away is not, whoever has the screen open."""
    return _wants_wall() and mode_of(talk) is not WallMode.OFF


def _arranged(talk: TalkState) -> str:
    return str(walls.arranged(db.session(), talk.row) if _has_wall(talk) else 0)


def _shows_code(talk: TalkState) -> bool:
    """Whether this is a screen of those who run the talk; anybody can open the page."""
    return talk.rules.requires_code and runs_talk(talk.page)


def join_to(page: TalkPage) -> Join:
    """Return how one gets to a talk from the room."""
    url = absolute_url("join.short", code=moderation_service().keys.code(page.slug))
    return Join(url, url.partition("://")[2], qr_code(url))
