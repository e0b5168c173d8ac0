"""What was asked and answered in the whole series, as far as everybody may see it on the boards."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion import organiser
from companion.board.rate_limits import RateLimits
from companion.errors import Refused
from companion.network.capacity import network_of
from companion.store.engine import db
from companion.web.replies import board_service, number, with_status

FIND_MAX = 100

bp = Blueprint("questions", __name__)


@bp.get("/questions")
def show() -> ResponseReturnValue:
    """Show which questions and answers of any talk say so."""
    find = " ".join(request.args.get("find", "")[:FIND_MAX].split())
    try:
        hits = _find(find) if find else None
    except Refused as refusal:
        html = render_template(
            "pages/questions.html", find=find, hits=None, problem=refusal.message
        )
        return with_status(make_response(html), refusal)
    return render_template("pages/questions.html", find=find, hits=hits, problem="", page=_page)


def _find(find: str) -> organiser.Hits:
    """Look through the boards of the published talks; raises Refused where it is too often."""
    limits: RateLimits = current_app.extensions["limits"]
    limits.spend("find", "", network_of(request.remote_addr or ""))
    return organiser.search(
        db.session(),
        current_app.extensions["public_words"],
        board_service().programme.pages(),
        find,
        unanswered=False,
        number=number(request.args.get("page")),
    )


def _page(find: str, page: int) -> str:
    return url_for(".show", find=find, page=page)
