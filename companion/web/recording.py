"""The address at which those who run a talk say when its recording starts."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.errors import Refused
from companion.moderation.recording import Said, forget_recording, record_from, times
from companion.store.engine import db
from companion.store.models import Role
from companion.talks import TalkPage
from companion.web.auth import answered, come_in, desks, do, just_said, number
from companion.web.board import find_board, reply_status
from companion.web.headers import allow_frames
from companion.web.pages import as_scheduled, frame_hosts

bp = Blueprint("recording", __name__, url_prefix="/talks/<slug>/recording")


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """Show where in the recording each question is, or would be."""
    page = find_board(slug)
    come_in(page, Role.MODERATOR)
    said = _typed(request.args)
    try:
        return _render(page, said, just_said(), tried=said if said.by else None)
    except Refused as reason:
        return reply_status(_render(page, said, str(reason)), reason)


@bp.post("")
def save(slug: str) -> ResponseReturnValue:
    """Save when the recording starts, or forget it."""
    page, said = find_board(slug), _typed(request.form)

    def attempt() -> str:
        if request.form.get("do") == "forget":
            return do(page, Role.MODERATOR, forget_recording)
        return do(page, Role.MODERATOR, record_from, said)

    def show_again(words: str) -> Response:
        come_in(page, Role.MODERATOR)
        return _render(page, said, words)

    return answered(attempt, show_again, url_for("recording.show", slug=page.slug))


def _typed(fields: Mapping[str, str]) -> Said:
    typed = {name: fields.get(name, "")[:20] for name in ("by", "clock", "at")}
    return Said(**typed, question=number(fields.get("question")))


def _render(page: TalkPage, typed: Said, words: str, tried: Said | None = None) -> Response:
    found = times(db.session(), desks().boards.house(page), tried)
    page = as_scheduled(page)
    allow_frames(frame_hosts(page))
    html = render_template(
        "recording/recording.html",
        page=page,
        times=found,
        typed=typed,
        tried=tried is not None,
        said=words,
    )
    return make_response(html)
