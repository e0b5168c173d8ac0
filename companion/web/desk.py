"""The desk's addresses: everything that a moderator does is a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.board.input import one_line
from companion.board.talk_state import TalkState
from companion.errors import Refused, UnavailableError
from companion.messages import gettext
from companion.moderation import (
    actions,
    answers,
    controls,
    desk_view,
    editing,
    merging,
    new_polls,
    newcomers,
    now_and_next,
    polls,
)
from companion.moderation import undo as undoing
from companion.moderation.context import ActionContext
from companion.moderation.desk_filters import SHOWN, read_filters
from companion.moderation.roles import Actor
from companion.store.engine import db
from companion.store.models import Role
from companion.talks import TalkPage
from companion.web.auth import (
    do,
    flashed,
    has_role,
    moderation_service,
    redirect_with,
    require_role,
    role_cookie,
)
from companion.web.form_state import FormState, form_state
from companion.web.health import troubles
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

bp = Blueprint("desk", __name__, url_prefix="/talks/<slug>")
P = ParamSpec("P")


@bp.get("/moderate")
def show(slug: str) -> ResponseReturnValue:
    """Show a talk's desk."""
    page = find_board(slug)
    actor = require_role(page, Role.MODERATOR)
    return _whole(load_talk(page), actor, flashed(), FormState())


@bp.app_template_global("moderates")
def moderates(page: TalkPage) -> bool:
    """Whether a moderator asks, or somebody who may do as much."""
    return has_role(page, Role.MODERATOR)


@bp.get("/desk")
def fragment(slug: str) -> ResponseReturnValue:
    """Return the desk as a fragment; 204 when it is still what the browser has."""
    page = find_board(slug)
    actor = require_role(page, Role.MODERATOR, background=True)
    talk, was_troubled = load_talk(page), bool(request.args.get("trouble"))
    is_same = is_unchanged(talk) and is_pulse_unchanged(talk)
    if is_same and was_troubled == bool(troubles()):
        return not_modified()
    return timed(_part(talk, actor, "", FormState()))


@bp.post("/desk/questions")
def act(slug: str) -> ResponseReturnValue:
    """Do one thing to the questions that were chosen."""
    form = request.form
    ids = [number(id) for id in form.getlist("ids")]
    why = form.get("reason", ""), form.get("words", "")
    return _perform(slug, actions.apply, ids, form.get("do", ""), *why)


@bp.post("/desk/questions/<int:question>/edit")
def edit(slug: str, question: int) -> ResponseReturnValue:
    """Change a question's words."""
    return _perform(slug, editing.edit, question, dict(request.form))


@bp.post("/desk/questions/<int:question>/labels")
def labels(slug: str, question: int) -> ResponseReturnValue:
    """Set a question's labels."""
    return _perform(slug, actions.label, question, request.form.get("labels", ""))


@bp.post("/desk/questions/<int:question>/answer")
def answer(slug: str, question: int) -> ResponseReturnValue:
    """Answer a question in writing."""
    text = request.form.get("answer", "")
    return _perform(slug, answers.answer, question, text, request.form.get("expected_version"))


@bp.post("/desk/questions/<int:question>/merge")
def merge(slug: str, question: int) -> ResponseReturnValue:
    """Merge a question into another one."""
    return _perform(slug, merging.merge, question, number(request.form.get("into")))


@bp.post("/desk/questions/<int:question>/unmerge")
def unmerge(slug: str, question: int) -> ResponseReturnValue:
    """Have a question that was merged stand for itself again."""
    return _perform(slug, merging.unmerge, question)


@bp.post("/desk/next")
def next_(slug: str) -> ResponseReturnValue:
    """Go on: Now is answered, Next is now."""
    seen = number(request.form.get("now")) or None
    return _perform(slug, now_and_next.advance, seen, number(request.form.get("next")) or None)


@bp.post("/desk/room")
def room(slug: str) -> ResponseReturnValue:
    """Add what was asked aloud."""
    return _perform(slug, actions.room, dict(request.form))


@bp.post("/desk/switches")
def switches(slug: str) -> ResponseReturnValue:
    """Set what attendees may do, and what the views show."""
    return _perform(slug, controls.switch, dict(request.form))


@bp.post("/desk/time")
def time(slug: str) -> ResponseReturnValue:
    """Move the talk's times."""
    return _perform(slug, controls.time, request.form.get("do", ""))


@bp.post("/desk/message")
def message(slug: str) -> ResponseReturnValue:
    """Say something to the speaker."""
    return _perform(slug, controls.message, request.form.get("text", ""))


@bp.post("/desk/mute")
def mute(slug: str) -> ResponseReturnValue:
    """Hold what one person posts, or no longer."""
    form = request.form
    wanted = form.get("wanted") == "1"
    return _perform(slug, actions.mute, number(form.get("question")), wanted=wanted)


@bp.post("/desk/decline-and-mute")
def decline_and_mute(slug: str) -> ResponseReturnValue:
    """Decline a question, and hold what its author posts."""
    return _perform(slug, actions.decline_and_mute, number(request.form.get("question")))


@bp.post("/desk/newcomers")
def decide_newcomers(slug: str) -> ResponseReturnValue:
    """Let the new people in who are held, or exclude them."""
    return _perform(slug, newcomers.decide, request.form.get("do", ""))


@bp.post("/desk/decline-burst")
def decline_burst(slug: str) -> ResponseReturnValue:
    """Decline all that waits from one person."""
    form = request.form
    return _perform(
        slug, actions.decline_burst, number(form.get("question")), form.get("reason", "")
    )


@bp.post("/desk/undo")
def undo(slug: str) -> ResponseReturnValue:
    """Put back what an action changed."""
    return _perform(slug, undoing.undo, number(request.form.get("action_id")))


@bp.post("/desk/polls")
def poll(slug: str) -> ResponseReturnValue:
    """Open a poll, close it, show what came of it, or have it be gone."""
    key, wanted = request.form.get("poll", ""), request.form.get("do", "")
    if wanted == "delete":
        return _perform(slug, polls.delete, key)
    return _perform(slug, polls.run, key, wanted)


@bp.post("/desk/polls/new")
def make_poll(slug: str) -> ResponseReturnValue:
    """Make a poll of what was typed."""
    return _perform(slug, new_polls.make, dict(request.form))


@bp.post("/desk/name")
def name(slug: str) -> ResponseReturnValue:
    """Say what the other moderators shall call this one."""
    page, typed = find_board(slug), request.form.get("name", "")
    require_role(page, Role.MODERATOR)
    try:
        if not one_line(typed[:200]):
            raise Refused(gettext("Write a name with at least one letter."))
        moderation_service().set_name(role_cookie(), typed)
    except NOT_DONE as reason:
        return _refuse(page, reason)
    return _reply(page, require_role(page, Role.MODERATOR), "")


def _perform(
    slug: str,
    action: Callable[Concatenate[ActionContext, P], str],
    *args: P.args,
    **kwargs: P.kwargs,
) -> ResponseReturnValue:
    page = find_board(slug)
    try:
        done = do(page, Role.MODERATOR, action, *args, **kwargs)
    except NOT_DONE as reason:
        return _refuse(page, reason)
    return _reply(page, done.actor, done.message)


def _reply(page: TalkPage, actor: Actor, message: str) -> ResponseReturnValue:
    if wants_part():
        return timed(_part(load_talk(page), actor, message, FormState()))
    return redirect_with(message, _address(page))


def _refuse(page: TalkPage, reason: Refused | UnavailableError) -> Response:
    """Answer with the desk as it is, what was typed kept, and the reason."""
    db.session.rollback()
    actor = require_role(page, Role.MODERATOR)
    show_again = _part if wants_part() else _whole
    response = show_again(load_talk(page), actor, in_words(reason), form_state())
    return with_toast(timed(response), reason)


def _address(page: TalkPage) -> str:
    filters = read_filters(request.args)
    shown = str(filters.shown) if filters.shown > SHOWN else ""
    query = {"tab": str(filters.tab or ""), "find": filters.find, "shown": shown, **filters.more}
    address = url_for("desk.show", slug=page.slug)
    return f"{address}?{urlencode({name: value for name, value in query.items() if value})}"


def _part(talk: TalkState, actor: Actor, flash: str, form: FormState) -> Response:
    desk = desk_view.desk(db.session(), talk, read_filters(request.args), actor)
    context = {"desk": desk, "flash": flash, "form_state": form, "troubles": troubles()}
    context["pulse"] = pulse_of(talk)
    response = render_talk("desk/_desk.html", talk, **context)
    expected = render_template("desk/_expected_version.html", desk=desk, form_state=form)
    response.data += expected.encode()
    return response


def _whole(talk: TalkState, actor: Actor, flash: str, form: FormState) -> Response:
    links = moderation_service().links(db.session(), talk.slug)
    site = current_app.config["SITE"]
    return render_talk(
        "desk/desk.html",
        talk,
        desk=desk_view.desk(db.session(), talk, read_filters(request.args), actor),
        flash=flash,
        form_state=form,
        troubles=troubles(),
        pulse=pulse_of(talk),
        links={view: f"{site}{address}" for view, address in links.items()},
    )
