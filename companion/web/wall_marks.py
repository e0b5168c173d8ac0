"""The addresses of marks: what is drawn on a talk's wall, erased, captioned and put back."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from companion.board import wall
from companion.board.talk_state import TalkState
from companion.board.wall import WallMode
from companion.messages import gettext
from companion.moderation import marks as desk_marks
from companion.store.engine import db
from companion.store.models import Role
from companion.web.for_everybody import for_everybody
from companion.web.marks_shown import has, shown
from companion.web.replies import (
    find_board,
    load_talk,
    not_modified,
    number,
    timed,
    wall_service,
)
from companion.web.wall_changes import as_whoever, perform, perform_at_desk

bp = Blueprint("wall_marks", __name__, url_prefix="/talks/<slug>/wall/marks")
DONE = gettext("The marks are as you wanted them.")
LIST = "wall/_marks.html"


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """Return the list of a wall's marks as a fragment."""
    talk = load_talk(find_board(slug))
    if wall.mode_of(talk) is WallMode.OFF and not has(talk.page, Role.MODERATOR):
        return not_modified()
    if has(talk.page, Role.MODERATOR):
        return timed(make_response(_list(talk)))
    drawn = wall.arranged(db.session(), talk.row)
    return timed(for_everybody(LIST, talk, None, lambda *_, **__: _list(talk), drawn))


def _list(talk: TalkState) -> str:
    return render_template(LIST, page=talk.page, talk=talk, **shown(talk))


@bp.post("")
def draw(slug: str) -> ResponseReturnValue:
    """Put a mark on the wall; the same key twice is one mark."""
    return _perform(slug, desk_marks.draw, wall_service().draw, request.form)


@bp.post("/<int:mark>/erase")
def erase(slug: str, mark: int) -> ResponseReturnValue:
    """Take a mark off the wall: one's own, or as a moderator anybody's."""
    return _perform(slug, desk_marks.erase, wall_service().erase, mark)


@bp.post("/<int:mark>/caption")
def caption(slug: str, mark: int) -> ResponseReturnValue:
    """Say what a mark is: one's own, or as a moderator anybody's."""
    words = request.form.get("caption", "")
    return _perform(slug, desk_marks.caption, wall_service().caption, mark, words)


@bp.post("/put-back")
def put_back(slug: str) -> ResponseReturnValue:
    """Undo what was done to a mark: one's own doing, or as a moderator anybody's."""
    change = number(request.form.get("change"))
    return _perform(slug, desk_marks.put_back, wall_service().put_mark_back, change)


@bp.post("/<int:mark>/remove-all")
def remove_all(slug: str, mark: int) -> ResponseReturnValue:
    """Take all marks off the wall of whoever drew one."""
    return perform_at_desk(find_board(slug), desk_marks.remove_all, mark)


def _perform(slug: str, *how: Any) -> ResponseReturnValue:
    page = find_board(slug)
    return perform(page, partial(as_whoever, page, Role.SPEAKER, *how), DONE)
