"""The organisers' page of what other programs may read here, and of what they are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.errors import Refused, UnavailableError
from companion.languages import translated
from companion.messages import Message, gettext
from companion.moderation import tokens
from companion.moderation.roles import CALLED, Actor
from companion.store import deliveries
from companion.store.deliveries import EVENTS
from companion.store.engine import db
from companion.store.models import Role, Webhook
from companion.store.writer import Change
from companion.web.auth import (
    flashed,
    moderation_service,
    redirect_with,
    refuse_others,
    role_cookie,
)
from companion.web.replies import NOT_DONE, board_service, in_words, number, with_status
from companion.webhooks import registry
from companion.webhooks.sending import Sender, is_heard

bp = Blueprint("integrations", __name__, url_prefix="/organise/integrations")
bp.before_request(refuse_others)
T = TypeVar("T")
NAMELESS = str(CALLED[Role.ORGANISER])  # as it is kept
TERMS = {
    "30": gettext("30 days"),
    "90": gettext("90 days"),
    "365": gettext("a year"),
    "0": gettext("until it is revoked"),
}
LINES = 10
UTC = ZoneInfo("UTC")  # in which the days of a token's uses are counted


@bp.get("")
def show() -> ResponseReturnValue:
    """Show the tokens and the webhooks that there are."""
    return _page()


@bp.post("/tokens")
def create_token() -> ResponseReturnValue:
    """Make a token and show it, once."""
    name, days = request.form.get("name", ""), request.form.get("days", "")
    now = moderation_service().now

    def work(change: Change, actor: Actor) -> str:
        if days not in TERMS:
            raise Refused(gettext("Choose how long the token is to work."))
        return tokens.create(change, name, int(days) or None, now, actor.name or NAMELESS)

    return _shown(work, lambda token: _page(token=token))


@bp.post("/tokens/revoke")
def revoke_token() -> ResponseReturnValue:
    """Have a token open nothing any more."""
    name = request.form.get("name", "")

    def work(change: Change, _actor: Actor) -> Message:
        tokens.revoke(change, name)
        return gettext("%(name)s opens nothing any more.", name=name)

    return _done(work)


@bp.post("/webhooks")
def add_webhook() -> ResponseReturnValue:
    """Have an address be told what happens, and show its secret, once."""
    url, events = request.form.get("url", "").strip(), request.form.getlist("events")
    now = moderation_service().now

    def work(change: Change, actor: Actor) -> Webhook:
        return registry.add(change, url, events, now, actor.name or NAMELESS)

    return _shown(work, _page_with_secret)


@bp.post("/webhooks/rotate")
def rotate_secret() -> ResponseReturnValue:
    """Have a webhook's secret be another one, and show it, once."""
    expected, now = number(request.form.get("generation")), moderation_service().now

    def work(change: Change, _actor: Actor) -> Webhook:
        return registry.rotate(change, _webhook(), now, expected)

    return _shown(work, _page_with_secret)


@bp.post("/webhooks/remove")
def remove_webhook() -> ResponseReturnValue:
    """Tell an address nothing more."""

    def work(change: Change, _actor: Actor) -> Message:
        registry.remove(change, _webhook())
        return gettext("It is told nothing any more.")

    return _done(work)


@bp.post("/webhooks/test")
def test_webhook() -> ResponseReturnValue:
    """Send a message that says nothing, and tell what it was answered."""
    try:
        result = _sender().test(db.session(), _webhook())
    except NOT_DONE as reason:
        return _not_done(reason)
    answer = _answer(result)
    taken = gettext("The test was taken. Answer: %(answer)s", answer=answer)
    not_taken = gettext("The test was not taken. Answer: %(answer)s", answer=answer)
    return _back_with(taken if is_heard(result) else not_taken)


@bp.post("/webhooks/retry")
def retry() -> ResponseReturnValue:
    """Have what a webhook did not take be sent anew: one message, or all."""
    one, now = number(request.form.get("delivery")) or None, moderation_service().now

    def work(change: Change, _actor: Actor) -> Message:
        registry.find(change.session, _webhook())
        count = deliveries.try_again(change, _webhook(), now, one)
        sent, nothing = (
            gettext("It is sent again now."),
            gettext("There is nothing to be sent again."),
        )
        return sent if count else nothing

    return _done(work)


def _shown(work: Callable[[Change, Actor], T], page: Callable[[T], str]) -> ResponseReturnValue:
    """Do what a form asks for and show what comes of it, which no address may hold."""
    try:
        made = moderation_service().organise(role_cookie(), work)
    except NOT_DONE as reason:
        return _not_done(reason)
    db.session.rollback()  # what was read before is not what is shown next
    return page(made)


def _done(work: Callable[[Change, Actor], Message]) -> ResponseReturnValue:
    """Do what a form asks for and lead on, or show the page with why not."""
    try:
        message = moderation_service().organise(role_cookie(), work)
    except NOT_DONE as reason:
        return _not_done(reason)
    return _back_with(message)


def _back_with(message: Message) -> ResponseReturnValue:
    return redirect_with(str(translated(message)), url_for("integrations.show"))


def _not_done(reason: Refused | UnavailableError) -> ResponseReturnValue:
    db.session.rollback()
    return with_status(make_response(_page(in_words(reason), form=request.form)), reason)


def _page_with_secret(webhook: Webhook) -> str:
    return _page(secret=_sender().signer.secret(webhook), told=webhook)


def _page(
    problem: str = "",
    token: str = "",
    secret: str = "",
    told: Webhook | None = None,
    form: Mapping[str, str] | None = None,
) -> str:
    session, pages = db.session(), board_service().programme.pages()
    return render_template(
        "integrations/integrations.html",
        tokens=tokens.listed(session),
        webhooks=registry.listed(session),
        logs=registry.logs(session, LINES),
        standing=deliveries.standing(session.connection()),
        events=EVENTS,
        terms=TERMS,
        example=next((page.slug for page in pages if page.board), "my-talk"),
        utc=UTC,
        answer=_answer,
        nameless=NAMELESS,
        problem=problem,
        flash=flashed(),
        token=token,
        secret=secret,
        told=told,
        form=form or {},
    )


def _webhook() -> int:
    return number(request.form.get("webhook"))


def _answer(result: str) -> str:
    """Return what was answered, in words where that was nothing."""
    return result if result.isdecimal() else str(translated(gettext("none (%(why)s)", why=result)))


def _sender() -> Sender:
    found: Sender = current_app.extensions["webhooks"]
    return found
