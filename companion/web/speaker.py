"""The speaker view's addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion import moderation as rules
from companion.board.input import clean
from companion.store.engine import db
from companion.store.models import Role
from companion.talks import TalkPage
from companion.web.auth import answered, come_in, desks, do, just_said, number
from companion.web.board import find_board, is_unchanged, timed, wants_part
from companion.web.pages import as_scheduled

bp = Blueprint("speaker", __name__, url_prefix="/talks/<slug>/speaker")
MOMENT_DIGITS = 14  # epoch milliseconds


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """Show what to answer next, or after the talk what stayed open."""
    page = find_board(slug)
    come_in(page, Role.SPEAKER)
    return _render("speaker/speaker.html", page, just_said())


@bp.get("/queue")
def queue(slug: str) -> ResponseReturnValue:
    """Return the queue as a fragment; 204 when it is still what the browser has."""
    page = find_board(slug)
    come_in(page, Role.SPEAKER, by_itself=True)
    if is_unchanged(page):
        return timed(make_response("", 204))
    return timed(_render("speaker/_queue.html", page, ""))


@bp.post("/next")
def next_(slug: str) -> ResponseReturnValue:
    """Go on to the next question, if the moderator lets the speaker."""
    page = find_board(slug)
    seen = number(request.form.get("now")) or None
    offered = number(request.form.get("next")) or None
    return _answered(page, lambda: do(page, Role.SPEAKER, rules.advance, seen, offered))


@bp.post("/read")
def read(slug: str) -> ResponseReturnValue:
    """Acknowledge the chair's message, the one that was shown."""
    page = find_board(slug)
    at = number(request.form.get("at"), MOMENT_DIGITS)
    return _answered(page, lambda: do(page, Role.SPEAKER, rules.read_message, at))


@bp.post("/answers")
def answers(slug: str) -> ResponseReturnValue:
    """Answer a question in writing, skip it or not, or say that it was answered in the talk."""
    page, form = find_board(slug), request.form
    question, text = number(form.get("question")), clean(form.get("answer", "")).strip()
    how, seen = _how(form), form.get("seen", "")
    return _answered(
        page,
        lambda: do(page, Role.SPEAKER, rules.settle, question, how, text, seen),
        typed={question: text} if how == "answer" else None,
    )


def _how(form: Mapping[str, str]) -> str:
    if form.get("skip"):
        return "unskip" if form["skip"] == "0" else "skip"
    return "done" if form.get("done") else "answer"


def _answered(
    page: TalkPage, attempt: Callable[[], str], typed: Mapping[int, str] | None = None
) -> ResponseReturnValue:
    def show_again(said: str) -> Response:
        come_in(page, Role.SPEAKER)
        template = "speaker/_queue.html" if wants_part() else "speaker/speaker.html"
        return timed(_render(template, page, said, typed))

    return answered(attempt, show_again, url_for("speaker.show", slug=page.slug))


def _render(
    template: str, page: TalkPage, said: str, typed: Mapping[int, str] | None = None
) -> Response:
    queue = desks().queue(db.session(), page, typed)
    page = as_scheduled(page)
    phase = page.phase(desks().now)
    html = render_template(template, page=page, phase=phase, queue=queue, said=said)
    return make_response(html)
