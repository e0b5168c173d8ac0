"""The report on a talk, for those who run it and for its speaker."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from companion.db import db
from companion.models import Role
from companion.report import PLOTS, Figures, bars, draw, figures, in_length, in_words, series_of
from companion.talks import TalkPage
from companion.web.board import find_board
from companion.web.pages import as_scheduled
from companion.web.staff import come_in, desks

bp = Blueprint("report", __name__, url_prefix="/talks/<slug>/report")


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """Show how many came and asked, when, and what stayed open."""
    page = find_board(slug)
    come_in(page, Role.SPEAKER)
    found = _figures(page)
    plots = [_plot(name, found) for name in PLOTS]
    page = as_scheduled(page)
    phase = page.phase(desks().now)
    return render_template("report/report.html", page=page, phase=phase, figures=found, plots=plots)


@bp.get("/<plot>.svg")
def svg(slug: str, plot: str) -> ResponseReturnValue:
    """Return one of the plots as a file."""
    page = find_board(slug)
    come_in(page, Role.SPEAKER)
    if plot not in PLOTS:
        abort(404)
    response = make_response(draw(plot, _figures(page)))
    response.content_type = "image/svg+xml; charset=utf-8"
    return response


def _figures(page: TalkPage) -> Figures:
    return figures(db.session(), page, desks().now)


def _plot(name: str, found: Figures) -> dict[str, object]:
    """Return what a plot needs to be shown, as a drawing and as a table."""
    series = series_of(name, found)
    return {
        "name": name,
        "title": PLOTS[name].title,
        "drawn": Markup(draw(name, found)),  # noqa: S704 (drawn from numbers)
        "text": in_words(name, found),
        "step": in_length(series.window.step),
        "rows": bars(series),
        "total": series.total,
    }
