"""What routes have in common: finding the talk, answering htmx, answering a refusal."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, current_app, make_response, render_template, request, url_for
from markupsafe import Markup
from werkzeug.routing import RequestRedirect

from companion.board.service import BoardService
from companion.board.talk_state import TalkState
from companion.board.wall_service import WallService
from companion.errors import RETRY_SECONDS, InDoubtError, Refused, UnavailableError
from companion.languages import translated
from companion.messages import gettext
from companion.moderation import ending
from companion.moderation.service import ModerationService
from companion.store.engine import db
from companion.talks import TalkPage
from companion.web.rehearsals import refuse_over
from companion.web.visitors import welcome

NO_TALK = gettext("There is no such talk. It may have moved, or the address may be mistyped.")
FOLDERS = re.compile(r"(?<![\w:/])(?:/[^/\s]+)+/(?=[^/\s])")  # and no addresses
NOT_DONE = (Refused, UnavailableError)
BUSY = gettext(
    "It could not be saved just now. Send it again in a few seconds; nothing you typed is lost."
)
OUT_OF_A_FRAME = gettext(
    "This is the talk's own page, where your browser keeps a cookie. Do it once more here, please."
)
DOUBTFUL = gettext(
    "It is not known whether it was saved. Look here again in a few seconds before you send it "
    "again; nothing you typed is lost."
)


def board_service() -> BoardService:
    """Return what attendees' routes call."""
    found: BoardService = current_app.extensions["boards"]
    return found


def wall_service() -> WallService:
    """Return what the wall's routes call."""
    found: WallService = current_app.extensions["walls"]
    return found


def find_page(slug: str) -> TalkPage:
    """Return a published talk's page, lead to it from a name much like its own, or answer 404."""
    programme = board_service().programme
    page = programme.find(slug)
    if page is None:
        refuse_over(slug)
        meant = programme.meant(slug) if request.method in ("GET", "HEAD") else None
        if meant and request.endpoint:
            values = (request.view_args or {}) | {"slug": meant}
            asked = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
            raise RequestRedirect(url_for(request.endpoint, **values) + asked)
        abort(404, NO_TALK)
    return page


def find_board(slug: str) -> TalkPage:
    """Return the page of a talk that has a board, or answer 404."""
    page = find_page(slug)
    if not page.board:
        abort(404, gettext("This talk has no board."))
    return page


def load_talk(page: TalkPage) -> TalkState:
    """Return a talk as it is now, and as its end has left it, if that was a moment ago."""
    talk = board_service().talk(db.session(), page)
    if not ending.is_due(talk):
        return talk
    settle(page)
    return board_service().talk(db.session(), page)


def settle(page: TalkPage) -> None:
    """Have a talk's end count, before anything is read of what it leaves."""
    db.session.rollback()
    with suppress(UnavailableError):  # it can still be read as it is
        moderation: ModerationService = current_app.extensions["moderation"]
        moderation.settle(page)


def render_talk(template: str, talk: TalkState, **context: Any) -> Response:
    """Render a template about a talk: its ``page``, and the ``talk`` as it is now."""
    return make_response(render_template(template, talk=talk, page=talk.page, **context))


def absolute_url(endpoint: str, **values: Any) -> str:
    """Return a full address under the public one, whatever host a request names."""
    origin: str = current_app.config["ORIGIN"]
    return origin + url_for(endpoint, **values)


def wants_part() -> bool:
    """Whether htmx asks, so that a part of the page is enough."""
    return request.headers.get("HX-Request") == "true"


def is_unchanged(talk: TalkState) -> bool:
    """Whether what a browser has, by what it asks with, is still what it would get.

    Time alone changes what is shown from one phase to the next, without any revision.
    """
    since, phase = request.args.get("since", ""), request.args.get("phase", "")
    return bool(since) and since == str(talk.revision) and phase in ("", talk.phase)


def not_modified() -> Response:
    """Answer that a browser has already what it would get."""
    return timed(make_response("", 204))


def timed(response: Response) -> Response:
    """Say what the time is here, so that the browser's countdown can go by it."""
    response.headers["Companion-Now"] = str(epoch_ms(board_service().clock()))
    return response


def epoch_ms(moment: datetime) -> int:
    """Return a moment as JavaScript counts time."""
    return round(moment.timestamp() * 1000)


def in_words(reason: Refused | UnavailableError) -> str:
    """Return why something was not done."""
    if isinstance(reason, Refused):
        return str(translated(reason.message))
    return str(translated(DOUBTFUL if isinstance(reason, InDoubtError) else BUSY))


def in_words_on(page: TalkPage, reason: Refused | UnavailableError) -> str:
    """Return the reason; who comes out of a frame without cookies gets one with this answer."""
    came_from = urlsplit(request.referrer or "").path
    is_first = field_of(reason) == "cookie" and came_from == url_for("embed.show", slug=page.slug)
    return str(translated(OUT_OF_A_FRAME)) if is_first else in_words(reason)


def without_folders(words: str) -> str:
    """Say why without saying in which folder of the server a file is."""
    return FOLDERS.sub("", str(translated(words)))


def field_of(reason: Refused | UnavailableError) -> str:
    """Return which field a refusal speaks of, "" when of none."""
    return reason.field if isinstance(reason, Refused) else ""


def with_status(response: Response, reason: Refused | UnavailableError) -> Response:
    """Give an answer the status that goes with why something was not done, and which field."""
    if isinstance(reason, Refused):
        code, wait = 429 if reason.retry_after else 422, reason.retry_after
    else:
        code, wait = 503, RETRY_SECONDS
    response.status_code = code
    if field_of(reason):
        response.headers["Companion-Field"] = field_of(reason)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def toast(message: str) -> Markup:
    """Return what an answer carries along, for a page to show for some seconds."""
    return Markup(render_template("ui/_toast.html", message=message))  # noqa: S704 (a template's own)


def with_toast(response: Response, reason: Refused | UnavailableError) -> Response:
    """Give an answer the status of a refusal, and if htmx asks, what to say of it."""
    if wants_part():
        response.data += toast(in_words(reason)).encode()
    return with_status(response, reason)


def refused_shortly(reason: Refused | UnavailableError) -> Response:
    """Answer htmx with the reason alone, and a cookie for whoever has none."""
    return with_toast(welcome(make_response("")), reason)


def number(text: str | None, digits: int = 9) -> int:
    """Return the number that a field holds, 0 when it holds none of so many digits at most."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= digits else 0
