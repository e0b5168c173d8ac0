"""The speaker view's addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Concatenate, ParamSpec

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from companion.board.talk_state import TalkState
from companion.moderation import answers, controls, now_and_next, speaker_polls, speaker_view
from companion.moderation.context import ActionContext
from companion.moderation.roles import Actor
from companion.store.engine import db
from companion.store.models import Role
from companion.talks import TalkPage
from companion.web.auth import do, flashed, redirect_with, require_role
from companion.web.pulse import is_pulse_unchanged, pulse_of
from companion.web.replies import (
    NOT_DONE,
    find_board,
    in_words,
    is_unchanged,
    load_talk,
    not_modified,
    number,
    render_talk,
    timed,
    wants_part,
    with_toast,
)

P = ParamSpec("P")
bp = Blueprint("speaker", __name__, url_prefix="/talks/<slug>/speaker")
MOMENT_DIGITS = 14  # epoch milliseconds


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """Show what to answer next, or after the talk what stayed open."""
    page = find_board(slug)
    me = require_role(page, Role.SPEAKER)
    return _render("speaker/speaker.html", load_talk(page), me, flashed(), at=_at())


@bp.get("/queue")
def queue(slug: str) -> ResponseReturnValue:
    """Return the queue as a fragment; 204 when it is still what the browser has."""
    page = find_board(slug)
    me = require_role(page, Role.SPEAKER, background=True)
    talk = load_talk(page)
    if is_unchanged(talk) and is_pulse_unchanged(talk):
        return not_modified()
    return timed(_render("speaker/_queue.html", talk, me, "", at=_at()))


@bp.post("/next")
def next_(slug: str) -> ResponseReturnValue:
    """Go on to the next question, if the moderator lets the speaker."""
    seen = number(request.form.get("now")) or None
    offered = number(request.form.get("next")) or None
    return _perform(slug, {}, now_and_next.advance, seen, offered)


@bp.post("/polls")
def poll(slug: str) -> ResponseReturnValue:
    """Open a poll, close it, or show what came of it, if the moderator lets the speaker."""
    form = request.form
    key, wanted, action_id = form.get("poll", ""), form.get("do", ""), form.get("action_id")
    return _perform(slug, {}, speaker_polls.drive, key, wanted, number(action_id))


@bp.post("/read")
def read(slug: str) -> ResponseReturnValue:
    """Acknowledge the chair's message, the one that was shown."""
    return _perform(slug, {}, controls.read_message, number(request.form.get("at"), MOMENT_DIGITS))


@bp.post("/answers")
def answer(slug: str) -> ResponseReturnValue:
    """Answer a question in writing, skip it or not, or say that it was answered in the talk."""
    form = request.form
    question, text = number(form.get("question")), form.get("answer", "")
    how, expected_version = _how(form), form.get("expected_version", "")
    typed = {question: text} if how == "answer" else {}
    return _perform(slug, typed, answers.settle, question, how, text, expected_version)


def _at() -> int:
    """Return which of the questions that stayed open is to be shown."""
    return number(request.values.get("at"))


def _address(page: TalkPage) -> str:
    shown = number(request.values.get("shown")) or None
    return url_for("speaker.show", slug=page.slug, at=_at() or None, shown=shown)


def _how(form: Mapping[str, str]) -> str:
    if form.get("skip"):
        return "unskip" if form["skip"] == "0" else "skip"
    return "done" if form.get("done") else "answer"


def _perform(
    slug: str,
    typed: Mapping[int, str],
    action: Callable[Concatenate[ActionContext, P], str],
    *args: P.args,
    **kwargs: P.kwargs,
) -> ResponseReturnValue:
    """Do something as the speaker; answers that were ``typed`` are shown again after a refusal."""
    page = find_board(slug)
    template = "speaker/_queue.html" if wants_part() else "speaker/speaker.html"
    try:
        done = do(page, Role.SPEAKER, action, *args, **kwargs)
    except NOT_DONE as reason:
        me = require_role(page, Role.SPEAKER)
        response = _render(template, load_talk(page), me, in_words(reason), typed, *typed)
        return with_toast(timed(response), reason)
    if wants_part():
        return timed(_render(template, load_talk(page), done.actor, done.message, at=_at()))
    return redirect_with(done.message, _address(page))


def _render(
    template: str,
    talk: TalkState,
    me: Actor,
    flash: str,
    typed: Mapping[int, str] | None = None,
    at: int = 0,
) -> Response:
    session, shown = db.session(), number(request.values.get("shown"))
    return render_talk(
        template,
        talk,
        queue=speaker_view.queue(session, talk, typed or {}, at, shown),
        polls=speaker_polls.speaker_polls(session, talk, me),
        pulse=pulse_of(talk),
        flash=flash,
    )
