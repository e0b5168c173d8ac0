"""The rating's address: see it, and give it, with scripts or without."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from companion.board.rating import given
from companion.errors import Refused, UnavailableError
from companion.store.engine import db
from companion.talks import TalkPage
from companion.web.auth import runs_talk_afresh
from companion.web.form_state import empty_form
from companion.web.rating_view import rating_of, rating_part
from companion.web.replies import (
    NOT_DONE,
    board_service,
    find_board,
    in_words,
    load_talk,
    refused_shortly,
    timed,
    wants_part,
    with_status,
)
from companion.web.talk_page import talk_page
from companion.web.visitors import visitor

bp = Blueprint("rating", __name__, url_prefix="/talks/<slug>/rating")


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """Return the rating as a fragment, as this visitor has given it."""
    return timed(rating_part(load_talk(find_board(slug))))


@bp.post("")
def give(slug: str) -> ResponseReturnValue:
    """Have this visitor's rating be as wanted."""
    page = find_board(slug)
    try:
        board_service().rate(
            page.slug,
            visitor(),
            request.form,
            request.remote_addr or "",
            runs_talk=partial(runs_talk_afresh, page),
        )
    except NOT_DONE as reason:
        return _refuse(page, reason)
    if wants_part():
        return timed(rating_part(load_talk(page)))
    return redirect(url_for("pages.talk", slug=slug, _anchor="rating"), 303)


def _refuse(page: TalkPage, reason: Refused | UnavailableError) -> Response:
    """Answer with the reason; without scripts, on the talk's page with what was typed."""
    db.session.rollback()
    if wants_part():
        return refused_shortly(reason)
    talk, said = load_talk(page), in_words(reason)
    mine = given(db.session(), talk.row, visitor())
    rating = rating_of(talk, replace(mine, line=request.form.get("line", mine.line)))
    if rating is None:
        form = replace(empty_form(), problem=said)
        return with_status(talk_page(talk, form), reason)
    return with_status(talk_page(talk, rating=replace(rating, problem=said)), reason)
