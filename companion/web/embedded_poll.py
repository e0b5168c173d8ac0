"""One poll in a frame: a talk's slides show what is asked, and how it stands."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app
from flask.typing import ResponseReturnValue

from companion.board.poll_addresses import AddressedPoll, address_of, at_address
from companion.board.talk_state import TalkState
from companion.messages import gettext
from companion.store.engine import db
from companion.web.embed import chosen_scheme
from companion.web.headers import allow_parents
from companion.web.replies import (
    absolute_url,
    board_service,
    find_board,
    is_unchanged,
    load_talk,
    not_modified,
    render_talk,
    timed,
)
from companion.web.screen import join_to

bp = Blueprint("embedded_poll", __name__, url_prefix="/embed/<slug>/polls/<poll_address>")
NO_SUCH_POLL = gettext(
    "There is no such poll. If its question was changed, copy its new address from the desk."
)


@bp.get("")
def show(slug: str, poll_address: str) -> ResponseReturnValue:
    """Show one poll alone, as everybody may see it, to pages that may frame it."""
    allow_parents(current_app.config["EMBED_PARENTS"])
    return _render("embed/poll.html", load_talk(find_board(slug)), poll_address)


@bp.get("/part")
def part(slug: str, poll_address: str) -> ResponseReturnValue:
    """Return it as a fragment; 204 when it is still what the browser has."""
    talk = load_talk(find_board(slug))
    if is_unchanged(talk):
        return not_modified()
    return timed(_render("embed/_poll.html", talk, poll_address))


@bp.app_template_global("poll_address")
def whole_address(slug: str, key: str) -> str:
    """Return where a poll is shown alone, whole, to be put into slides."""
    return absolute_url("embedded_poll.show", slug=slug, poll_address=address_of(key))


def _render(template: str, talk: TalkState, poll_address: str) -> Response:
    return render_talk(
        template,
        talk,
        screen=_found(talk, poll_address),
        poll_address=poll_address,
        join=join_to(talk.page),
        scheme=chosen_scheme(),
    )


def _found(talk: TalkState, poll_address: str) -> AddressedPoll:
    found = at_address(talk, board_service().polls(db.session(), talk), poll_address)
    if found is None:
        abort(404, NO_SUCH_POLL)
    return found
