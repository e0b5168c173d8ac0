"""The addresses where many clusters are made or laid out in one go."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from companion.messages import gettext
from companion.moderation import wall as desk_wall
from companion.store.models import Role
from companion.web.replies import find_board
from companion.web.wall_changes import as_staff, perform

bp = Blueprint("wall_columns", __name__, url_prefix="/talks/<slug>/wall")


@bp.post("/columns")
def make(slug: str) -> ResponseReturnValue:
    """Put a cluster on the wall for each of some names, side by side."""
    page, typed = find_board(slug), request.form.get("columns", "")
    wanted = partial(as_staff, page, Role.MODERATOR, desk_wall.make_columns, typed)
    return perform(page, wanted, gettext("The columns are on the wall."), leads=True)


@bp.post("/lay-out")
def lay_out(slug: str) -> ResponseReturnValue:
    """Put all clusters beside each other."""
    page = find_board(slug)
    wanted = partial(as_staff, page, Role.MODERATOR, desk_wall.lay_out)
    return perform(page, wanted, gettext("The clusters are beside each other."), leads=True)
