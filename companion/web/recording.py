"""The address at which those who run a talk say when its recording starts."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from companion.errors import Refused
from companion.moderation.recording import StartInput, forget_recording, record_from, times
from companion.store.engine import db
from companion.store.models import Role
from companion.talks import TalkPage
from companion.web.auth import do, flashed, redirect_with, require_role
from companion.web.headers import allow_frames
from companion.web.replies import (
    NOT_DONE,
    find_board,
    in_words,
    load_talk,
    number,
    render_talk,
    wants_part,
    with_status,
)
from companion.web.talk_page import frame_hosts

bp = Blueprint("recording", __name__, url_prefix="/talks/<slug>/recording")


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """Show where in the recording each question is, or would be."""
    page = find_board(slug)
    require_role(page, Role.MODERATOR)
    said = _typed(request.args)
    try:
        return _render(page, said, flashed(), tried=said if said.by else None)
    except Refused as reason:
        return with_status(_render(page, said, in_words(reason)), reason)


@bp.post("")
def save(slug: str) -> ResponseReturnValue:
    """Save when the recording starts, or forget it."""
    page, said = find_board(slug), _typed(request.form)
    try:
        if request.form.get("do") == "forget":
            done = do(page, Role.MODERATOR, forget_recording)
        else:
            done = do(page, Role.MODERATOR, record_from, said)
    except NOT_DONE as reason:
        require_role(page, Role.MODERATOR)
        return with_status(_render(page, said, in_words(reason)), reason)
    if wants_part():
        return _render(page, said, done.message)
    return redirect_with(done.message, url_for("recording.show", slug=page.slug))


def _typed(fields: Mapping[str, str]) -> StartInput:
    typed = {name: fields.get(name, "")[:20] for name in ("by", "clock", "at")}
    return StartInput(**typed, question=number(fields.get("question")))


def _render(
    page: TalkPage, typed: StartInput, flash: str, tried: StartInput | None = None
) -> Response:
    talk = load_talk(page)
    found = times(db.session(), talk, tried)
    allow_frames(frame_hosts(page))
    return render_talk(
        "recording/recording.html",
        talk,
        times=found,
        typed=typed,
        tried=tried is not None,
        flash=flash,
    )
