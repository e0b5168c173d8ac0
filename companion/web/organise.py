"""The organisers' pages: the programme in figures, and a search through all that was asked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

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
from companion.board.talk_state import TalkState
from companion.errors import Refused
from companion.exports import FORMATS
from companion.exports.dataset import Choice
from companion.messages import gettext
from companion.moderation import role_links
from companion.organiser import TalkFigures
from companion.organiser.checklist import TalkFacts, is_near, to_do
from companion.organiser.export import TABLES, Days, SeriesExport, read_days
from companion.organiser.rating import rated
from companion.store.engine import db
from companion.store.models import Role
from companion.talks import Problem
from companion.web.auth import moderation_service, require_role
from companion.web.exports import delivered
from companion.web.publish import unpublished
from companion.web.replies import absolute_url, board_service, in_words, number, with_status

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
    problems = sorted(board_service().programme.problems(), key=lambda found: not found.fatal)
    near = _near(lines, problems)
    told = {facts.figures.talk.page.path for facts in near}
    others = [found for found in problems if found.path not in told]
    over = {talk.page.path for talk in talks if talk.is_over}
    urgent = [found for found in others if found.fatal or found.path not in over]
    return render_template(
        "organise/programme.html",
        todo=[(facts.figures.talk, found) for facts in near if (found := to_do(facts))],
        coming=[line for line in lines if not line.talk.is_over],
        past=[line for line in reversed(lines) if line.talk.is_over],
        problems=urgent,
        old_problems=[found for found in others if found not in urgent and not found.only_before],
        tables=[FORMATS[name] for name in TABLES],
        first=request.args.get("from", "")[:20],
        last=request.args.get("to", "")[:20],
        problem=problem,
    )


def _near(lines: list[TalkFigures], problems: list[Problem]) -> list[TalkFacts]:
    """Return what is known of the talks that are close by: the next one first, then those past."""
    by_path = defaultdict(list)
    for problem in problems:
        by_path[problem.path].append(problem)
    opened = role_links.opened(db.session())
    near = [replace(line, talk=_with_body(line.talk)) for line in lines if is_near(line.talk)]
    found = [
        TalkFacts(
            figures=line,
            problems=tuple(by_path[line.talk.page.path]),
            opened=opened[line.talk.slug],
            pending=unpublished(line.talk.page),
        )
        for line in near
    ]
    past = [facts for facts in reversed(found) if facts.figures.talk.is_over]
    return [facts for facts in found if not facts.figures.talk.is_over] + past


def _with_body(talk: TalkState) -> TalkState:
    """Return a talk with all that its page's body says, even while bodies are still to come."""
    page = board_service().programme.find(talk.slug)
    return replace(talk, page=page) if page else talk


@bp.get("/questions")
def questions() -> ResponseReturnValue:
    """Show what was asked on any talk."""
    require_role(None, Role.ORGANISER)
    find = request.args.get("find", "")[:FIND_MAX]
    unanswered = request.args.get("only") == UNANSWERED
    hits = organiser.search(
        db.session(),
        current_app.extensions["public_words"],
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


@bp.get("/rating")
def rating() -> ResponseReturnValue:
    """Show how talks were rated, one after the other."""
    require_role(None, Role.ORGANISER)
    pages = board_service().programme.pages()
    return render_template("organise/rating.html", talks=rated(db.session(), pages))


@bp.get("/export/<format>")
def export(format: str) -> ResponseReturnValue:
    """Return what was asked on all talks of a time as one table."""
    require_role(None, Role.ORGANISER)
    if format not in TABLES:
        abort(
            404,
            gettext(
                "There is no export of all talks as %(format)s. There are: %(formats)s.",
                format=format,
                formats=", ".join(TABLES),
            ),
        )
    try:
        days = read_days(request.args.get("from", "").strip(), request.args.get("to", "").strip())
    except Refused as refusal:
        return with_status(make_response(_programme(problem=in_words(refusal))), refusal)
    return delivered(_task(days, format), FORMATS[format].mime, days.file(format))


def _task(days: Days, format: str) -> SeriesExport:
    pages = [page for page in board_service().programme.pages() if page.board and days.holds(page)]
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
