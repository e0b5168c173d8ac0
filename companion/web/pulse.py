"""The pulse: where attendees say how they follow, and what those see of it who run the talk."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from companion.board.pressing import ON, shows
from companion.board.pulse_service import PulseService
from companion.board.pulses import Pulse
from companion.board.service import Caller
from companion.board.talk_state import TalkState
from companion.errors import Refused, UnavailableError
from companion.store.engine import db
from companion.talks import TalkPage
from companion.web.auth import runs_talk
from companion.web.form_state import empty_form
from companion.web.replies import (
    NOT_DONE,
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

bp = Blueprint("pulse", __name__, url_prefix="/talks/<slug>/pulse")


@bp.post("")
def press(slug: str) -> ResponseReturnValue:
    """Have this visitor say how they follow, or clap."""
    page = find_board(slug)
    pulses: PulseService = current_app.extensions["pulses"]
    caller = Caller(visitor(), request.remote_addr or "", partial(runs_talk, page))
    try:
        pulses.press(db.session(), page.slug, caller, request.form.get("kind", ""))
    except NOT_DONE as reason:
        return _refuse(page, reason)
    if wants_part():
        return timed(make_response("", 204))
    return redirect(url_for("pages.talk", slug=slug, flash="pulse", _anchor="pulse"), 303)


@bp.app_template_global("shows_pulse")
def shows_pulse(talk: TalkState) -> bool:
    """Whether a talk's page has something to press, now or by the clock in a while."""
    return shows(talk)


def pulse_of(talk: TalkState) -> Pulse | None:
    """Return how people follow as those see it who run the talk; None where there is nothing."""
    if not talk.rules.pulse or not (talk.phase in ON or talk.is_over):
        return None
    pulse: Pulse = current_app.extensions["sockets"].pulse.now(talk.slug)
    return pulse if pulse.claps or shows(talk) else None


def is_pulse_unchanged(talk: TalkState) -> bool:
    """Whether a browser shows how people follow as they do."""
    pulse = pulse_of(talk)
    return request.args.get("pulse", "") == (pulse.digest if pulse else "")


def _refuse(page: TalkPage, reason: Refused | UnavailableError) -> Response:
    """Answer with the reason; without scripts, on the talk's page."""
    db.session.rollback()
    if wants_part():
        return refused_shortly(reason)
    form = replace(empty_form(), problem=in_words(reason))
    return with_status(talk_page(load_talk(page), form), reason)
