"""The organisers' pages: the programme in figures, and a search through all that was asked."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    current_app,
    make_response,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from companion import organiser
from companion.errors import Refused
from companion.exports import FORMATS
from companion.exports.dataset import Choice
from companion.organiser.export import TABLES, SeriesExport, Span, read_span
from companion.store.engine import db
from companion.store.models import Role
from companion.web.auth import moderation_service, require_role
from companion.web.exports import delivered
from companion.web.replies import absolute_url, board_service, number, with_status

bp = Blueprint("organise", __name__, url_prefix="/organise")
UNANSWERED = "unanswered"
FIND_MAX = 100


@bp.get("")
def show() -> ResponseReturnValue:
    """Show every talk with what was asked, and what is wrong with the files."""
    require_role(None, Role.ORGANISER)
    return _programme()


def _programme(problem: str = "") -> str:
    talks = board_service().talks(db.session(), board_service().programme.pages())
    lines = organiser.programme(db.session(), talks)
    over = {talk.page.path for talk in talks if talk.is_over}
    problems = sorted(board_service().programme.problems(), key=lambda found: not found.fatal)
    urgent = [found for found in problems if found.fatal or found.path not in over]
    return render_template(
        "organise/programme.html",
        coming=[line for line in lines if not line.talk.is_over],
        past=[line for line in reversed(lines) if line.talk.is_over],
        problems=urgent,
        old_problems=[found for found in problems if found not in urgent and not found.only_before],
        tables=TABLES,
        first=request.args.get("from", "")[:20],
        last=request.args.get("to", "")[:20],
        problem=problem,
    )


@bp.get("/questions")
def questions() -> ResponseReturnValue:
    """Show what was asked on any talk."""
    require_role(None, Role.ORGANISER)
    find = request.args.get("find", "")[:FIND_MAX]
    unanswered = request.args.get("only") == UNANSWERED
    hits = organiser.search(
        db.session(),
        board_service().programme.pages(),
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


@bp.get("/export/<format>")
def export(format: str) -> ResponseReturnValue:
    """Return what was asked on all talks of a time as one table."""
    require_role(None, Role.ORGANISER)
    if format not in TABLES:
        abort(404, f"There is no export of all talks as {format}. There are: {', '.join(TABLES)}.")
    try:
        span = read_span(request.args.get("from", "").strip(), request.args.get("to", "").strip())
    except Refused as refusal:
        return with_status(make_response(_programme(problem=str(refusal))), refusal)
    return delivered(_task(span, format), FORMATS[format].mime, span.file(format))


def _task(span: Span, format: str) -> SeriesExport:
    pages = [page for page in board_service().programme.pages() if page.board and span.holds(page)]
    return SeriesExport(
        pages={absolute_url("pages.talk", slug=page.slug): page for page in pages},
        choice=Choice(rounded=current_app.config["ROUNDED_TIMES"]),
        format=format,
        title=current_app.config["SERIES"],
        database_url=current_app.config["SQLALCHEMY_DATABASE_URI"],
        now=moderation_service().now,
    )


def _address(find: str, page: int, *, unanswered: bool) -> str:
    only = UNANSWERED if unanswered else None
    return url_for("organise.questions", find=find or None, only=only, page=page)
