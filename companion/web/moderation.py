"""The desk's addresses: everything that a moderator does is a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion import moderation as rules
from companion.board.input import clean, one_line
from companion.board.rules import House
from companion.errors import Refused
from companion.moderation import SHOWN, Filters, read_filters
from companion.moderation.roles import Actor
from companion.store.engine import db
from companion.store.models import Role
from companion.store.writer import Change
from companion.talks import TalkPage
from companion.web.auth import answered, come_in, desks, do, just_said, number, role_cookie
from companion.web.board import find_board, is_unchanged, timed, wants_part
from companion.web.form_state import Kept, kept
from companion.web.pages import as_scheduled

bp = Blueprint("desk", __name__, url_prefix="/talks/<slug>")
P = ParamSpec("P")


@bp.get("/moderate")
def show(slug: str) -> ResponseReturnValue:
    """Show a talk's desk."""
    page = find_board(slug)
    return _page(page, just_said(), come_in(page, Role.MODERATOR), Kept())


@bp.get("/desk")
def fragment(slug: str) -> ResponseReturnValue:
    """Return the desk as a fragment; 204 when it is still what the browser has."""
    page = find_board(slug)
    actor = come_in(page, Role.MODERATOR, by_itself=True)
    if is_unchanged(page):
        return timed(make_response("", 204))
    return timed(_part(page, "", actor, Kept()))


@bp.post("/desk/questions")
def act(slug: str) -> ResponseReturnValue:
    """Do one thing to the questions that were chosen."""
    form = request.form
    ids = [number(id) for id in form.getlist("ids")]
    return _do(slug, rules.act, ids, form.get("do", ""), form.get("reason", ""))


@bp.post("/desk/questions/<int:question>/edit")
def edit(slug: str, question: int) -> ResponseReturnValue:
    """Change a question's words."""
    return _do(slug, rules.edit, question, dict(request.form))


@bp.post("/desk/questions/<int:question>/labels")
def labels(slug: str, question: int) -> ResponseReturnValue:
    """Set a question's labels."""
    return _do(slug, rules.label, question, request.form.get("labels", ""))


@bp.post("/desk/questions/<int:question>/answer")
def answer(slug: str, question: int) -> ResponseReturnValue:
    """Answer a question in writing."""
    text = clean(request.form.get("answer", "")).strip()
    return _do(slug, rules.answer, question, text, request.form.get("seen"))


@bp.post("/desk/questions/<int:question>/merge")
def merge(slug: str, question: int) -> ResponseReturnValue:
    """Merge a question into another one."""
    return _do(slug, rules.merge, question, number(request.form.get("into")))


@bp.post("/desk/questions/<int:question>/unmerge")
def unmerge(slug: str, question: int) -> ResponseReturnValue:
    """Have a question that was merged stand for itself again."""
    return _do(slug, rules.unmerge, question)


@bp.post("/desk/next")
def next_(slug: str) -> ResponseReturnValue:
    """Go on: Now is answered, Next is now."""
    seen = number(request.form.get("now")) or None
    return _do(slug, rules.advance, seen, number(request.form.get("next")) or None)


@bp.post("/desk/room")
def room(slug: str) -> ResponseReturnValue:
    """Add what was asked aloud."""
    return _do(slug, rules.room, dict(request.form))


@bp.post("/desk/switches")
def switches(slug: str) -> ResponseReturnValue:
    """Set what attendees may do, and what the views show."""
    return _do(slug, rules.switch, dict(request.form))


@bp.post("/desk/time")
def time(slug: str) -> ResponseReturnValue:
    """Move the talk's times."""
    return _do(slug, rules.time, request.form.get("do", ""))


@bp.post("/desk/message")
def message(slug: str) -> ResponseReturnValue:
    """Say something to the speaker."""
    return _do(slug, rules.message, request.form.get("text", ""))


@bp.post("/desk/mute")
def mute(slug: str) -> ResponseReturnValue:
    """Hold what one person posts, or no longer."""
    form = request.form
    wanted = form.get("wanted") == "1"
    return _do(slug, rules.mute, number(form.get("question")), wanted=wanted)


@bp.post("/desk/decline-burst")
def decline_burst(slug: str) -> ResponseReturnValue:
    """Decline all that waits from one person."""
    form = request.form
    return _do(slug, rules.decline_burst, number(form.get("question")), form.get("reason", ""))


@bp.post("/desk/undo")
def undo(slug: str) -> ResponseReturnValue:
    """Put back what a deed changed."""
    return _do(slug, rules.undo, number(request.form.get("deed")))


@bp.post("/desk/name")
def name(slug: str) -> ResponseReturnValue:
    """Say what the other moderators shall call this one."""
    page = find_board(slug)
    come_in(page, Role.MODERATOR)

    def call() -> str:
        typed = request.form.get("name", "")
        if not one_line(typed[:200]):
            raise Refused("A name has at least one letter.")
        desks().call(role_cookie(), typed)
        return ""

    return _answered(page, call)


def _do(
    slug: str,
    deed: Callable[Concatenate[Change, House, Actor, P], str],
    *args: P.args,
    **kwargs: P.kwargs,
) -> ResponseReturnValue:
    page = find_board(slug)
    return _answered(page, lambda: do(page, Role.MODERATOR, deed, *args, **kwargs))


def _answered(page: TalkPage, attempt: Callable[[], str]) -> ResponseReturnValue:
    return answered(
        attempt,
        lambda said: _either(page, said, Kept()),
        _address(page),
        again=lambda said: _either(page, said, kept()),
    )


def _address(page: TalkPage) -> str:
    filters = read_filters(request.args)
    shown = str(filters.shown) if filters.shown > SHOWN else ""
    query = {"tab": str(filters.tab or ""), "find": filters.find, "shown": shown, **filters.more}
    address = url_for("desk.show", slug=page.slug)
    return f"{address}?{urlencode({name: value for name, value in query.items() if value})}"


def _either(page: TalkPage, said: str, kept: Kept) -> Response:
    me = come_in(page, Role.MODERATOR)
    return timed(_part(page, said, me, kept) if wants_part() else _page(page, said, me, kept))


def _part(page: TalkPage, said: str, me: Actor, kept: Kept) -> Response:
    page, phase, desk = _seen(page, read_filters(request.args), me)
    html = render_template(
        "desk/_desk.html", page=page, phase=phase, desk=desk, said=said, kept=kept
    )
    return make_response(html)


def _page(page: TalkPage, said: str, me: Actor, kept: Kept) -> Response:
    links = desks().links(db.session(), page.slug)
    site = current_app.config["SITE"]
    page, phase, desk = _seen(page, read_filters(request.args), me)
    html = render_template(
        "desk/desk.html",
        page=page,
        phase=phase,
        desk=desk,
        said=said,
        kept=kept,
        links={view: f"{site}{address}" for view, address in links.items()},
    )
    return make_response(html)


def _seen(page: TalkPage, filters: Filters, me: Actor) -> tuple[TalkPage, str, rules.Desk]:
    desk = desks().desk(db.session(), page, filters, me)
    page = as_scheduled(page)
    return page, page.phase(desks().now), desk
