"""Notes in hands: where each is just now, told to those at the wall while it is moved.

Nothing of it is kept, acknowledged or told again: where a note is put down is what counts.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from gevent import sleep, spawn

from companion.board.lifting import MOST_LIFTED, Step, are_there, read_steps
from companion.board.others import Others
from companion.board.service import Caller
from companion.board.talk_state import TalkState
from companion.board.wall import WallMode, mode_of
from companion.board.wall_service import WallService
from companion.realtime.broadcasts import INVALIDATED
from companion.realtime.rooms import Member, RoomAccess, View, room, wall_desk_room
from companion.realtime.throttle import Throttle
from companion.store.engine import db
from companion.store.events import Bus, Event

RIGHTS_SECONDS = 2.0  # how long it is believed that somebody may move something
RIGHTS = "rights"  # what other workers are told of a talk where something has changed
_log = logging.getLogger(__name__)
Later = tuple[Callable[[float], object], Callable[..., object]]


@dataclass
class _Hand:
    """One connection's hand: from where, what it holds, and until when it is known that it may."""

    member: Member
    address: str
    held: set[int] = field(default_factory=set)
    may_until: dict[int, float] = field(default_factory=dict)
    silent_until: float = 0.0


class Drags:
    """Tells one frame of each talk in each interval, however many hands there are."""

    def __init__(
        self,
        app: Flask,
        walls: WallService,
        access: RoomAccess,
        others: Others,
        emit: Callable[[str, Any, str], None],
        interval: Callable[[str], float],
        later: Later = (sleep, spawn),
    ) -> None:
        """Tell by ``emit``, which may leave out whoever is behind; a talk has its ``interval``."""
        self._app, self._walls, self._access = app, walls, access
        self._others, self._emit = others, emit
        self._hands: dict[str, _Hand] = {}
        self._moderators: dict[str, Member] = {}
        self._moved: defaultdict[str, dict[int, Step]] = defaultdict(dict)
        self._shown: dict[str, bool] = {}
        self._changes = 0
        self._frames = Throttle(interval, self._send, *later)
        others.on(RIGHTS, lambda _worker, talk: self._forget(talk))

    def listen(self, bus: Bus) -> None:
        """Look again at who may what when anything has changed about a talk."""
        for kind in INVALIDATED:
            bus.on(kind, self._note_change)

    def note_moderator(self, sid: str, moderator: Member) -> None:
        """Remember who sees a wall also while it is put away."""
        self._moderators[sid] = moderator

    def leave(self, sid: str) -> None:
        """Have all be let go that somebody held."""
        self._moderators.pop(sid, None)
        hand = self._hands.pop(sid, None)
        if hand:
            self._let_go(hand)

    def ended(self) -> list[tuple[str, str]]:
        """Return whose role has ended since, and the room that they are in no more."""
        known = dict(self._moderators)
        may_stay = {who: self._access.may_stay(who) for who in set(known.values())}
        gone = [(sid, who) for sid, who in known.items() if not may_stay[who]]
        for sid, _ in gone:
            self._moderators.pop(sid, None)
        return [(sid, wall_desk_room(who.talk)) for sid, who in gone]

    def take(self, sid: str, member: Member, address: str, moved: object) -> None:
        """Have others see where a hand holds what it may move; all else is passed over."""
        try:
            steps = read_steps(moved)
        except ValueError:
            return
        hand = self._hands.setdefault(sid, _Hand(member, address))
        if not self._may_move(hand, {number for number, *place in steps if place}):
            self._let_go(hand)
            return
        for number, *place in steps:
            if place or number in hand.held:
                self._moved[member.talk][number] = (number, *place)  # type: ignore[assignment]
            hand.held = hand.held | {number} if place else hand.held - {number}
        self._touch(member.talk)

    def _touch(self, talk: str) -> None:
        if self._moved[talk]:
            self._frames.touch(talk)

    def _let_go(self, hand: _Hand) -> None:
        talk = hand.member.talk
        self._moved[talk].update((number, (number,)) for number in hand.held)
        hand.held = set()
        self._touch(talk)

    def _may_move(self, hand: _Hand, numbers: Iterable[int]) -> bool:
        """Whether a hand may move all of these; whoever may not is not asked about for a while."""
        now = time.monotonic()
        if now < hand.silent_until or len(hand.held.union(numbers)) > MOST_LIFTED:
            return False
        unknown = {number for number in numbers if hand.may_until.get(number, 0.0) < now}
        if not unknown:
            return True
        before, may = self._changes, self._looks_so(hand, unknown)
        known = {number: until for number, until in hand.may_until.items() if until > now}
        until = now + RIGHTS_SECONDS if before == self._changes else 0.0
        if may:
            hand.may_until = known | dict.fromkeys(unknown, until)
        else:
            hand.silent_until = until
        return may

    def _looks_so(self, hand: _Hand, numbers: set[int]) -> bool:
        try:
            with self._app.app_context():
                return self._is_allowed(hand, numbers)
        except Exception:  # the database, most likely: then nobody sees a hand
            _log.warning("who may move a note could not be looked up", exc_info=True)
            return False

    def _is_allowed(self, hand: _Hand, numbers: set[int]) -> bool:
        session, page = db.session(), self._walls.boards.programme.find(hand.member.talk)
        if page is None:
            return False
        talk = self._walls.boards.talk(session, page)
        self._shown[talk.slug] = mode_of(talk) is not WallMode.OFF
        may_arrange = self._access.as_moderator(hand.member) or self._arranges(talk, hand)
        return bool(may_arrange and talk.row and are_there(session, talk.row, numbers))

    def _arranges(self, talk: TalkState, hand: _Hand) -> bool:
        def runs_talk() -> bool:
            return self._access.runs_talk(hand.member)

        who = Caller(hand.member.visitor, hand.address, runs_talk)
        return self._walls.why_not_arrange(db.session(), talk, who) is None

    def _note_change(self, event: Event) -> None:
        self._others.tell(RIGHTS, event.talk)
        self._forget(event.talk)

    def _forget(self, talk: str) -> None:
        """Believe nothing any more of who may move what, and of who sees it."""
        self._changes += 1
        self._shown.pop(talk, None)
        for hand in list(self._hands.values()):
            if hand.member.talk == talk:
                hand.may_until, hand.silent_until = {}, 0.0

    def _send(self, talk: str) -> None:
        """Tell where all is that has moved; of a wall that is put away, to moderators alone."""
        moved = self._moved.pop(talk, {})
        is_shown = self._shown.get(talk, False)
        if moved:
            to = room(talk, View.WALL) if is_shown else wall_desk_room(talk)
            self._emit("drag", list(moved.values()), to)
