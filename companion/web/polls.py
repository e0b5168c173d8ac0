"""The polls' addresses: see them, and answer one, with scripts or without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from companion.errors import Refused, UnavailableError
from companion.store.engine import db
from companion.talks import TalkPage
from companion.web.auth import runs_talk_afresh
from companion.web.form_state import Unsaved, typed_form
from companion.web.replies import (
    NOT_DONE,
    board_service,
    find_board,
    in_words_on,
    load_talk,
    number,
    refused_shortly,
    timed,
    wants_part,
    with_status,
)
from companion.web.talk_page import board_part, polls_of, polls_part, talk_page
from companion.web.visitors import visitor

bp = Blueprint("polls", __name__, url_prefix="/talks/<slug>/polls")


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """Return a talk's polls as a fragment."""
    return timed(polls_part(load_talk(find_board(slug))))


@bp.post("/<int:poll>")
def answer(slug: str, poll: int) -> ResponseReturnValue:
    """Have this visitor's answer be as wanted; one to a prompt is a note."""
    page = find_board(slug)
    return _write(page, poll) if "text" in request.form else _choose(page, poll)


def _choose(page: TalkPage, poll: int) -> ResponseReturnValue:
    options = [number(one) for one in request.form.getlist("option")]
    try:
        board_service().answer(
            page.slug,
            visitor(),
            poll,
            options,
            request.remote_addr or "",
            turn=number(request.form.get("turn")) or None,
            runs_talk=partial(runs_talk_afresh, page),
        )
    except NOT_DONE as reason:
        return _refuse(page, reason, poll, options)
    if wants_part():
        return timed(polls_part(load_talk(page)))
    return redirect(url_for("pages.talk", slug=page.slug, _anchor=f"poll-{poll}"), 303)


def _write(page: TalkPage, poll: int) -> ResponseReturnValue:
    try:
        asked = board_service().ask(
            page.slug,
            visitor(),
            request.form,
            request.remote_addr or "",
            prompt=poll,
            runs_talk=partial(runs_talk_afresh, page),
        )
    except NOT_DONE as reason:
        return _refuse(page, reason, poll)
    if wants_part():
        return timed(board_part(load_talk(page)))
    said, anchor = asked.status.value, f"poll-{poll}"
    back = url_for("pages.talk", slug=page.slug, flash=said, kind="answer", _anchor=anchor)
    return redirect(back, 303)


def _refuse(
    page: TalkPage, reason: Refused | UnavailableError, poll: int, options: Sequence[int] = ()
) -> Response:
    """Answer with the reason; without scripts, on the talk's page, at the poll it is about."""
    db.session.rollback()
    if wants_part():
        return refused_shortly(reason)
    talk, problem = load_talk(page), in_words_on(page, reason)
    typed = typed_form(request.form, "") if "text" in request.form else None
    is_gone = all(each.id != poll for each in polls_of(talk))
    form = replace(typed, kind="comment") if typed and is_gone else None  # the board has room
    unsaved = Unsaved(poll, frozenset(options), problem, typed)
    return with_status(talk_page(talk, form, unsaved), reason)
