"""The laser: where those who run a talk point on its wall; told at once, and never kept."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

import sqlalchemy as sa
from flask import Flask

from companion.board.wall import WallMode
from companion.board.wall_input import FURTHEST
from companion.realtime.rooms import Member, RoomAccess, View
from companion.store.engine import db
from companion.store.models import Talk

PAUSE, LOOK_SECONDS = 0.09, 2.0


@dataclass
class Hand:
    """One connection's: what others tell it by, when it pointed last, and whether it may."""

    name: str = field(default_factory=lambda: secrets.token_hex(3))
    pointed_at: float = 0.0
    looked_at: float = 0.0
    may: bool = False


class Laser:
    """Reads where somebody points, of those alone who may."""

    def __init__(
        self, app: Flask, access: RoomAccess, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Ask ``access`` now and then who runs a talk; ``clock`` counts seconds."""
        self._app, self._access, self._clock = app, access, clock
        self._hands: dict[str, Hand] = {}

    def read(self, sid: str, member: Member, at: object) -> dict[str, object] | None:
        """Return what the wall is told, None for what is too soon, no place, or not theirs."""
        if member.view is not View.WALL or not _is_place(at):
            return None
        hand, now = self._hands.setdefault(sid, Hand()), self._clock()
        if hand.pointed_at and now - hand.pointed_at < PAUSE:
            return None
        hand.pointed_at = now
        if not hand.looked_at or now - hand.looked_at > LOOK_SECONDS:
            hand.looked_at, hand.may = now, self._may(member)
        return {"by": hand.name, "x": at["x"], "y": at["y"]} if hand.may else None

    def forget(self, sid: str) -> None:
        """Forget a connection that has ended."""
        self._hands.pop(sid, None)

    def _may(self, member: Member) -> bool:
        """Whether somebody runs the talk, and its wall is for everybody to see."""
        if not self._access.runs_talk(member):
            return False
        with self._app.app_context():
            mode = db.session.scalar(sa.select(Talk.wall).filter_by(slug=member.talk))
        return mode != WallMode.OFF


def _is_place(at: object) -> TypeGuard[Mapping[str, int]]:
    if not isinstance(at, Mapping):
        return False
    return all(type(at.get(name)) is int and 0 <= at[name] <= FURTHEST for name in ("x", "y"))
