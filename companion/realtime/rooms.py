"""Who may listen to what: the rooms, those in them, and those whose time there is over."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from flask import Flask, request
from flask_socketio import ConnectionRefusedError

from companion.board.rows import find_talk_row
from companion.board.visitors import Visitors, pseudonym
from companion.languages import language
from companion.moderation import sign_ins
from companion.moderation.hashed_secrets import hashed
from companion.moderation.service import ModerationService
from companion.store.engine import db
from companion.store.models import Role
from companion.talks import TalkPage
from companion.translations import SOURCE


class View(StrEnum):
    """What a browser looks at."""

    BOARD = "board"
    PRESENT = "present"
    SPEAKER = "speaker"
    MODERATE = "moderate"
    WALL = "wall"


KEY_SECONDS = 10.0
ATTENDING = (View.BOARD, View.WALL)
NEEDS = {View.SPEAKER: Role.SPEAKER, View.MODERATE: Role.MODERATOR}


@dataclass(frozen=True)
class Member:
    """One connected browser: the talk and the view it looks at, and who it is, as far as known."""

    talk: str
    view: View
    visitor: str | None
    sign_in: str = ""
    language: str = SOURCE
    shows_wall: bool = False  # a big screen with the wall on it


def room(talk: str, view: View = View.BOARD) -> str:
    """Return the room of everybody who looks at one view of a talk."""
    return {
        View.BOARD: f"talk:{talk}",
        View.PRESENT: f"talk:{talk}:screen",
        View.SPEAKER: f"talk:{talk}:speaker",
        View.MODERATE: f"talk:{talk}:desk",
        View.WALL: f"talk:{talk}:wall",
    }[view]


def attending(talk: str) -> tuple[str, ...]:
    """Return the rooms of those who are counted as here, whichever view they look at."""
    return tuple(room(talk, view) for view in ATTENDING)


def spoken_room(talk: str, language: str) -> str:
    """Return the room of those who look at a talk's board in one language."""
    return f"talk:{talk}:in:{language}"


def wall_desk_room(talk: str) -> str:
    """Return the room of those at a talk's wall who see it also while it is put away."""
    return f"talk:{talk}:wall:desk"


def talk_of(room: str) -> str:
    """Return which talk a room belongs to, "" for one person's connection."""
    kind, _, rest = room.partition(":")
    return rest.partition(":")[0] if kind == "talk" else ""


def own_room(talk: str, author: str) -> str:
    """Return the room of one person alone, however many windows they have."""
    return f"talk:{talk}:visitor:{author}"


def is_own_room(room: str) -> bool:
    """Whether a room is one person's alone."""
    return ":visitor:" in room


class RoomAccess:
    """Lets people in by their cookies, and knows whose role has ended."""

    def __init__(self, app: Flask, moderation: ModerationService, visitors: Visitors) -> None:
        """Ask the database who may do what, each time anew."""
        self._app, self._moderation, self._visitors = app, moderation, visitors
        self._keys: dict[str, tuple[float, str]] = {}

    def admit(self, auth: object) -> Member:
        """Return who has connected; raises ConnectionRefusedError."""
        wanted = auth if isinstance(auth, Mapping) else {}
        page = self._page(wanted.get("talk"))
        view = wanted.get("view", View.BOARD)
        if not isinstance(view, str) or view not in set(View):
            raise ConnectionRefusedError("There is no such view.")
        cookies = map(request.cookies.get, self._app.config["VISITOR_COOKIES"])
        visitor = self._visitors.read(*cookies)
        spoken = self._language(wanted.get("language"))
        if view not in NEEDS:
            shows_wall = view == View.PRESENT and wanted.get("wall") is True
            return Member(page.slug, View(view), visitor, "", spoken, shows_wall)
        member = Member(page.slug, View(view), None, self._sign_in(), spoken)
        if not request.headers.get("Origin") or not self.may_stay(member):
            raise ConnectionRefusedError("That view is not yours.")
        return member

    def _language(self, wanted: object) -> str:
        """Return what a page is in: as it says, or as one would be that was loaded now."""
        is_known = isinstance(wanted, str) and wanted in self._app.config["LANGUAGES"]
        return str(wanted) if is_known else language()

    def _page(self, talk: object) -> TalkPage:
        page = self._moderation.boards.programme.find(talk) if isinstance(talk, str) else None
        if page is None or not page.board:
            raise ConnectionRefusedError("There is no such talk.")
        return page

    def may_stay(self, member: Member) -> bool:
        """Whether somebody still has the role that their view needs."""
        if member.view not in NEEDS:
            return True
        with self._app.app_context():
            return self._has_role(member)

    def _has_role(self, member: Member) -> bool:
        now = self._moderation.now
        role = NEEDS[member.view]
        found = sign_ins.actor(db.session(), member.sign_in, member.talk, role, now)
        return found is not None

    def runs_talk(self, member: Member) -> bool:
        """Whether somebody's browser has come in as one of those who run the talk."""
        return self.may_stay(replace(member, view=View.SPEAKER, sign_in=self._sign_in()))

    def as_moderator(self, member: Member) -> Member | None:
        """Return whoever asks as one of the talk's moderators, None for all others."""
        is_ours = request.headers.get("Origin") and self._cookie()
        known = replace(member, view=View.MODERATE, visitor=None, sign_in=self._sign_in())
        return known if is_ours and self.may_stay(known) else None

    def _sign_in(self) -> str:
        return hashed(self._cookie())

    def _cookie(self) -> str:
        return request.cookies.get(self._app.config["ROLE_COOKIE"], "")

    def own_room_of(self, member: Member) -> str | None:
        """Return a visitor's own room; None for those without a cookie, or before any question."""
        if member.visitor is None:
            return None
        key = self._key(member.talk)
        return own_room(member.talk, pseudonym(key, member.visitor)) if key else None

    def _key(self, talk: str) -> str:
        """Return a talk's key, asked for now and then: another process may make it another one."""
        read_at, key = self._keys.get(talk, (0.0, ""))
        if not key or time.monotonic() - read_at > KEY_SECONDS:
            with self._app.app_context():
                row = find_talk_row(db.session(), talk)
            key = row.key if row else ""
            self._keys[talk] = (time.monotonic(), key)
        return key
