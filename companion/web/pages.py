"""The programme, the talks' pages, and their old addresses."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from companion.board.talk_state import TalkState
from companion.store.engine import db
from companion.talks import Phase, TalkPage
from companion.web.form_state import empty_form
from companion.web.replies import board_service, find_page, load_talk
from companion.web.talk_page import talk_page

bp = Blueprint("pages", __name__)


def upcoming() -> list[TalkPage]:
    """Return the talks that are still to come by their files, the next one first."""
    now, pages = board_service().clock(), board_service().programme.pages()
    return [page for page in pages if page.planned.phase(now) is Phase.UPCOMING]


@bp.get("/")
def programme() -> ResponseReturnValue:
    """Show what is on now, what comes, and what has been."""
    talks = _talks()
    live = [talk for talk in talks if _is_live(talk)]
    return render_template(
        "pages/programme.html",
        live=live,
        upcoming=[talk for talk in talks if not talk.is_over and talk not in live],
        past=[talk for talk in reversed(talks) if talk.is_over],
    )


def _is_live(talk: TalkState) -> bool:
    return talk.page.takes_place and talk.phase not in (Phase.UPCOMING, Phase.OVER)


def _talks() -> list[TalkState]:
    """Return all talks as they are now, or by their files alone where the database is away."""
    pages = board_service().programme.pages()
    try:
        return board_service().talks(db.session(), pages)
    except OperationalError:
        return [board_service().loader(page).with_row(None) for page in pages]


@bp.get("/talks/<slug>")
def talk(slug: str) -> ResponseReturnValue:
    """Show a talk's page with its board."""
    return talk_page(load_talk(find_page(slug)), empty_form())


@bp.get("/<path:path>")
def old_address(path: str) -> ResponseReturnValue:
    """Lead a talk's old address, or one written a little differently, to its page."""
    programme = board_service().programme
    find = programme.redirect
    slug = find(f"/{path}") or find(f"/{path}/") or find(f"/{path.rstrip('/')}")
    slug = slug or programme.meant(path.removeprefix("talks/"))
    return redirect(url_for("pages.talk", slug=slug or abort(404)), 301)
