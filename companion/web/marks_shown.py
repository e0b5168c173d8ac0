"""What a wall shows of its marks to whoever asks, and what they draw with."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import request

from companion.board import strokes, wall
from companion.board.service import Caller
from companion.board.strokes import NAMED_WIDTHS, TOOLS, WIDTHS
from companion.board.talk_state import TalkState
from companion.board.wall import COLOURS, WallMode
from companion.moderation import marks
from companion.moderation.roles import Actor
from companion.store.engine import db
from companion.store.models import Role
from companion.talks import TalkPage
from companion.web.auth import has_role, require_role, role_cookie
from companion.web.replies import wall_service
from companion.web.visitors import visitor


def has(page: TalkPage, role: Role) -> bool:
    """Whether whoever asks has a role; most bring no cookie, and are not looked up."""
    return bool(role_cookie()) and has_role(page, role)


def shown(talk: TalkState) -> dict[str, Any]:
    """Return what a wall shows of its marks to whoever asks, and what they draw with."""
    session, moderates = db.session(), has(talk.page, Role.MODERATOR)
    is_away = wall.mode_of(talk) is WallMode.OFF and not moderates
    return {
        "strokes": [] if is_away else strokes.strokes_of(session, talk.row),
        "drawers": marks.drawers(session, talk, _me(talk.page)) if moderates else {},
        "draws": draws(talk),
        "runs": runs(talk),
        "moderates": moderates,
        "tools": TOOLS,
        "widths": {name: (words, WIDTHS) for name, words in NAMED_WIDTHS.items()},
        "colours": COLOURS,
    }


def _me(page: TalkPage) -> Actor:
    return require_role(page, Role.MODERATOR, background=True)


def runs(talk: TalkState) -> bool:
    """Whether whoever asks has come in as one of those who run a talk."""
    return has(talk.page, Role.SPEAKER)


def draws(talk: TalkState) -> bool:
    """Whether whoever asks may draw on the wall."""
    if runs(talk):
        return wall.mode_of(talk) is not WallMode.OFF or has(talk.page, Role.MODERATOR)
    who = Caller(visitor(), request.remote_addr or "", partial(runs, talk))
    return wall_service().why_not_draw(db.session(), talk, who) is None
