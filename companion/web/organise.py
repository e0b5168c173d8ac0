"""The organisers' pages: the programme in figures, and a search through all that was asked."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion import series
from companion.db import db
from companion.models import Role
from companion.roles import EVERY_TALK
from companion.talks import Phase
from companion.web.pages import boards
from companion.web.staff import desks, just_said, number, role_cookie

bp = Blueprint("organise", __name__, url_prefix="/organise")
UNANSWERED = "unanswered"
FIND_MAX = 100


@bp.get("")
def show() -> ResponseReturnValue:
    """Show every talk with what was asked, and what is wrong with the files."""
    _come_in()
    lines = series.programme(db.session(), boards().programme.pages(), desks().now)
    return render_template(
        "organise/programme.html",
        coming=[line for line in lines if line.phase is not Phase.OVER],
        past=[line for line in reversed(lines) if line.phase is Phase.OVER],
        problems=sorted(boards().programme.problems(), key=lambda found: not found.fatal),
        said=just_said(),
    )


@bp.get("/questions")
def questions() -> ResponseReturnValue:
    """Show what was asked on any talk."""
    _come_in()
    find = request.args.get("find", "")[:FIND_MAX]
    unanswered = request.args.get("only") == UNANSWERED
    hits = series.search(
        db.session(),
        boards().programme.pages(),
        find,
        unanswered=unanswered,
        number=number(request.args.get("page")),
    )
    return render_template(
        "organise/questions.html",
        hits=hits,
        find=find,
        unanswered=unanswered,
        back=_address(find, hits.number - 1, unanswered=unanswered),
        more=_address(find, hits.number + 1, unanswered=unanswered),
    )


def _address(find: str, page: int, *, unanswered: bool) -> str:
    only = UNANSWERED if unanswered else None
    return url_for("organise.questions", find=find or None, only=only, page=page)


def _come_in() -> None:
    """Let organisers alone in; raises SignedOutError."""
    desks().actor(db.session(), role_cookie(), EVERY_TALK, Role.ORGANISER)
    desks().note_seen(db.session(), role_cookie())
