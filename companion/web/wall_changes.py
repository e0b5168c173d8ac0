"""What is done on a wall, by those who run the talk or by attendees, and how that is answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import make_response, request, url_for
from flask.typing import ResponseReturnValue

from companion.board.service import Caller
from companion.board.wall_changes import Arranged
from companion.languages import translated
from companion.messages import Message, gettext
from companion.moderation.wall import read_done
from companion.store.engine import db
from companion.store.models import Role
from companion.talks import TalkPage
from companion.web.auth import do, redirect_with
from companion.web.marks_shown import has
from companion.web.replies import NOT_DONE, timed, wants_part
from companion.web.visitors import visitor
from companion.web.wall_page import refuse

SO_ALREADY = gettext("It was so already.")


def perform(
    page: TalkPage,
    wanted: Callable[[], Arranged],
    words: Message,
    *,
    leads: bool = False,
    **chosen: Any,
) -> ResponseReturnValue:
    """Do what is ``wanted``; say so to a form, and lead it back to the wall with what is chosen.

    Or, where that ``leads`` somewhere, to the cluster that something was done to.
    """
    try:
        done = wanted()
    except NOT_DONE as reason:
        return refuse(page, reason)
    if wants_part():
        return timed(make_response(done._asdict()))
    anchor = f"cluster-{done.id}" if leads and done.id else None
    back = url_for("wall.show", slug=page.slug, _anchor=anchor, **chosen)
    return redirect_with(str(translated(words if done.change else SO_ALREADY)), back)


def perform_at_desk(
    page: TalkPage, action: Callable[..., Message], *args: object
) -> ResponseReturnValue:
    """Do what moderators alone do, and that at a stroke; say to a form what came of it."""
    try:
        said = do(page, Role.MODERATOR, action, *args).message
    except NOT_DONE as reason:
        return refuse(page, reason)
    return redirect_with(said, url_for("wall.show", slug=page.slug))


def as_whoever(
    page: TalkPage,
    staff: Role,
    action: Callable[..., str],
    as_attendee: Callable[..., Arranged],
    *args: object,
) -> Arranged:
    """Do something as whoever asks; each way looks again, in its transaction, who that is."""
    if _apart(has, page, staff):
        return as_staff(page, staff, action, *args)
    runs_talk = partial(_apart, has, page, Role.SPEAKER)
    return as_attendee(page.slug, Caller(visitor(), request.remote_addr or "", runs_talk), *args)


def as_staff(page: TalkPage, role: Role, action: Callable[..., str], *args: object) -> Arranged:
    """Do something as one of those who run the talk."""
    return read_done(do(page, role, action, *args).message)


def _apart(looks: Callable[..., bool], *at: object) -> bool:
    """Look who somebody is, in a transaction of its own: what it read is not what is shown next."""
    try:
        return looks(*at)
    finally:
        db.session.rollback()
