"""The addresses of what is behind a wall's notes."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, make_response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from companion.board import backgrounds
from companion.board.backgrounds import Backdrop, Background
from companion.board.wall import WallMode, mode_of
from companion.moderation import backgrounds as choosing
from companion.moderation import pictures
from companion.moderation.pictures import LARGEST, TOO_LARGE, Picture
from companion.store.engine import db
from companion.store.models import Role
from companion.web.auth import do, has_role, redirect_with, require_role
from companion.web.headers import keep_for_good
from companion.web.replies import NOT_DONE, find_board, load_talk
from companion.web.wall_page import refuse

bp = Blueprint("wall_background", __name__, url_prefix="/talks/<slug>/wall")
AROUND = 64 * 1024  # what a form needs beside the file


@bp.post("/background")
def choose(slug: str) -> ResponseReturnValue:
    """Have the wall have another background, or delete its picture."""
    page = find_board(slug)
    require_role(page, Role.MODERATOR)
    request.max_content_length = LARGEST + AROUND
    try:
        form = request.form
    except RequestEntityTooLarge:
        abort(413, TOO_LARGE)
    try:
        if form.get("do") == "delete":
            said = do(page, Role.MODERATOR, choosing.delete_picture).message
        else:
            said = do(page, Role.MODERATOR, choosing.choose, form, _given()).message
    except NOT_DONE as reason:
        return refuse(page, reason, _typed(form))
    return redirect_with(said, url_for("wall.show", slug=slug))


@bp.get("/picture/<digest>")
def picture(slug: str, digest: str) -> ResponseReturnValue:
    """Return the picture behind a wall to those who see the wall."""
    talk = load_talk(find_board(slug))
    is_away = mode_of(talk) is WallMode.OFF and not has_role(talk.page, Role.MODERATOR)
    if talk.row is None or is_away:
        abort(404)
    image, media_type = backgrounds.picture(db.session(), talk.row, digest) or abort(404)
    keep_for_good()
    response = make_response(image)
    response.content_type = media_type
    return response


def _typed(form: Mapping[str, str]) -> Backdrop:
    """Return what a form wants, as far as it can be."""
    kind = form.get("background", "")
    known = Background(kind) if kind in list(Background) else Background.BLANK
    return Backdrop(known, form.get("across", ""), form.get("up", ""))


def _given() -> Picture | None:
    """Return the picture that came with the form, drawn anew; raises Refused."""
    file = request.files.get("picture")
    data = file.read() if file and file.filename else b""
    db.session.rollback()  # who asks is known: no connection waits while it is drawn
    return pictures.redraw(data) if data else None
