"""A talk's poster: a page to print, and the same as a PDF."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from companion.exports.poster import Poster, PosterExport
from companion.languages import translated
from companion.store.models import Role
from companion.talks import TalkPage, when
from companion.web.auth import moderation_service, require_role
from companion.web.dates import long_day
from companion.web.exports import delivered
from companion.web.replies import find_board, load_talk, render_talk
from companion.web.screen import join_to

bp = Blueprint("poster", __name__, url_prefix="/talks/<slug>")


@bp.get("/poster")
def show(slug: str) -> ResponseReturnValue:
    """Show a talk's poster, to be printed."""
    page = find_board(slug)
    require_role(page, Role.MODERATOR)
    poster = _poster(page, str(translated(when(page, long_day))))
    return render_talk("organise/poster.html", load_talk(page), poster=poster, join=join_to(page))


@bp.get("/poster.pdf")
def pdf(slug: str) -> ResponseReturnValue:
    """Return a talk's poster as a file."""
    page = find_board(slug)
    require_role(page, Role.MODERATOR)
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    wanted = PosterExport(_poster(page, str(when(page))), url, moderation_service().now)
    return delivered(wanted, "application/pdf", f"{page.slug}-poster.pdf")


def _poster(page: TalkPage, at: str) -> Poster:
    join = join_to(page)
    return Poster(
        title=page.title,
        speaker=", ".join(filter(None, (page.speaker, page.institute))),
        when=at,
        place=page.location,
        series=current_app.config["SERIES"],
        url=join.url,
        short=join.short,
    )
