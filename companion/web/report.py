"""The report on a talk, for those who run it and for its speaker."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, Response, abort, current_app, make_response, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from companion.board.poll_totals import PollTotal, public, totals
from companion.board.rating import is_asked
from companion.board.rating_counts import Line, RatingCounts, counts, lines
from companion.board.rating_words import worth_asked
from companion.board.talk_state import TalkState
from companion.board.wall import WallMode, mode_of
from companion.exports.dataset import Choice
from companion.languages import translated
from companion.messages import Message
from companion.moderation import rating
from companion.moderation.roles import Actor
from companion.report import PLOTS, Figures, Speech, bars, draw, in_words, read, series_of
from companion.report.pulse import pulse_figures
from companion.report.wall import wall_figures
from companion.store.engine import db
from companion.store.models import Role
from companion.talks import TalkPage
from companion.web.auth import (
    do,
    flashed,
    has_role,
    moderation_service,
    redirect_with,
    require_role,
    sees_rating,
)
from companion.web.dates import month_day
from companion.web.exports import wall_file
from companion.web.replies import (
    NOT_DONE,
    find_board,
    load_talk,
    render_talk,
    with_status,
)
from companion.web.replies import (
    in_words as why,
)

WALL = "wall"


class Rated(NamedTuple):
    """How a talk was rated, if enough people have; what was asked of it, and what they wrote."""

    asked: Message
    counts: RatingCounts | None
    lines: list[Line]


bp = Blueprint("report", __name__, url_prefix="/talks/<slug>/report")


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """Show how many came and asked, when, and what stayed open."""
    page = find_board(slug)
    return _report(page, require_role(page, Role.SPEAKER), flashed())


@bp.post("/rating")
def remove_line(slug: str) -> ResponseReturnValue:
    """Remove what somebody wrote in a rating."""
    page = find_board(slug)
    try:
        done = do(page, Role.ORGANISER, rating.remove_line, request.form.get("line", ""))
    except NOT_DONE as reason:
        actor = require_role(page, Role.ORGANISER)
        return with_status(_report(page, actor, why(reason)), reason)
    return redirect_with(done.message, url_for("report.show", slug=slug, _anchor="rating"))


def _report(page: TalkPage, actor: Actor, flash: str) -> Response:
    talk = load_talk(page)
    found = _read(page)
    return render_talk(
        "report/report.html",
        talk,
        figures=found,
        plots=[_plot(name, found) for name in PLOTS],
        pulse=pulse_figures(db.session(), talk.row),
        wall=wall_figures(db.session(), talk.row) if _shows_wall(talk) else None,
        polls=_polls(talk),
        rated=_rated(talk) if sees_rating(page, actor) else None,
        flash=flash,
    )


def _rated(talk: TalkState) -> Rated | None:
    """Return how a talk was rated, None where it is not asked for and never was."""
    row, session = talk.row, db.session()
    counted = counts(session, row.id) if row else None
    if counted is None and not is_asked(talk):
        return None
    asked = worth_asked(talk.page)
    return Rated(asked, counted, lines(session, row) if row and counted else [])


@bp.get("/<plot>.svg")
def svg(slug: str, plot: str) -> ResponseReturnValue:
    """Return one of the plots, or the wall, as a file."""
    page = find_board(slug)
    require_role(page, Role.SPEAKER)
    if plot == WALL and _shows_wall(load_talk(page)):
        return wall_file(page, Choice(), "wall.svg")
    if plot not in PLOTS:
        abort(404)
    response = make_response(draw(plot, _read(page), _speech()))
    response.content_type = "image/svg+xml; charset=utf-8"
    return response


def _shows_wall(talk: TalkState) -> bool:
    """Whether who looks may see the wall: one that is put away is the moderators' alone."""
    return mode_of(talk) is not WallMode.OFF or has_role(talk.page, Role.MODERATOR)


def _polls(talk: TalkState) -> tuple[PollTotal, ...]:
    """Return the polls that whoever looks may know of: what nobody was shown is the moderators'."""
    if talk.row is None or not talk.row.polls:
        return ()
    found = totals(db.session(), talk.slug)
    shown = public(found)
    return shown if shown == found or not has_role(talk.page, Role.MODERATOR) else found


def _read(page: TalkPage) -> Figures:
    """Return a report that is read aside: counting many votes would keep all others waiting."""
    url, now = current_app.config["SQLALCHEMY_DATABASE_URI"], moderation_service().now
    db.session.rollback()  # a connection is not to be kept while others may need it
    found: list[Figures] = []
    current_app.extensions["executor"](lambda: found.append(read(url, page, now)))
    return found[0]


def _plot(name: str, found: Figures) -> dict[str, object]:
    """Return what a plot needs to be shown, as a drawing and as a table."""
    series, speech = series_of(name, found), _speech()
    return {
        "name": name,
        "title": translated(PLOTS[name].title),
        "drawn": Markup(draw(name, found, speech)),  # noqa: S704 (drawn from numbers)
        "text": in_words(name, found, speech),
        "rows": bars(series, speech),
        "total": series.total,
    }


def _speech() -> Speech:
    """Return how plots speak to who looks."""
    return Speech(translated, month_day)
