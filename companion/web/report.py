"""The report on a talk, for those who run it and for its speaker."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, abort, current_app, make_response
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from companion.report import PLOTS, Report, bars, in_length, in_words, read, series_of
from companion.store.engine import db
from companion.store.models import Role
from companion.talks import TalkPage
from companion.web.auth import moderation_service, require_role
from companion.web.replies import find_board, load_talk, render_talk

bp = Blueprint("report", __name__, url_prefix="/talks/<slug>/report")


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """Show how many came and asked, when, and what stayed open."""
    page = find_board(slug)
    require_role(page, Role.SPEAKER)
    talk = load_talk(page)
    found = _read(page, PLOTS)
    return render_talk(
        "report/report.html",
        talk,
        figures=found.figures,
        plots=[_plot(name, found) for name in PLOTS],
    )


@bp.get("/<plot>.svg")
def svg(slug: str, plot: str) -> ResponseReturnValue:
    """Return one of the plots as a file."""
    page = find_board(slug)
    require_role(page, Role.SPEAKER)
    if plot not in PLOTS:
        abort(404)
    response = make_response(_read(page, [plot]).drawn[plot])
    response.content_type = "image/svg+xml; charset=utf-8"
    return response


def _read(page: TalkPage, plots: Iterable[str]) -> Report:
    """Return a report that is read aside: counting many votes would keep all others waiting."""
    url, now = current_app.config["SQLALCHEMY_DATABASE_URI"], moderation_service().now
    db.session.rollback()  # a connection is not to be kept while others may need it
    found: list[Report] = []
    current_app.extensions["executor"](lambda: found.append(read(url, page, now, plots)))
    return found[0]


def _plot(name: str, found: Report) -> dict[str, object]:
    """Return what a plot needs to be shown, as a drawing and as a table."""
    series = series_of(name, found.figures)
    return {
        "name": name,
        "title": PLOTS[name].title,
        "drawn": Markup(found.drawn[name]),  # noqa: S704 (drawn from numbers)
        "text": in_words(name, found.figures),
        "step": in_length(series.window.step),
        "rows": bars(series),
        "total": series.total,
    }
