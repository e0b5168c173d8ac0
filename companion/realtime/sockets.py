"""The sockets: who joins which room, `ask` and `vote` up, what happened down to its audience."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from flask import Flask, request
from flask_socketio import ConnectionRefusedError, SocketIO, join_room
from gevent.monkey import is_module_patched

from companion.board.events import VotesChanged
from companion.board.others import Nobody
from companion.board.presence import until_next_minute
from companion.board.visitors import Visitors
from companion.errors import RETRY_SECONDS, NoBoardError, Refused, UnavailableError
from companion.moderation.service import ModerationService
from companion.network.addresses import ASKED_FOR, Addresses
from companion.realtime import fanout, relay
from companion.realtime.broadcasts import REFETCHING, Broadcaster
from companion.realtime.metrics import MESSAGES, SOCKETS
from companion.realtime.relay import Relay
from companion.realtime.rooms import NEEDS, Member, RoomAccess, View, room, talk_of
from companion.realtime.throttle import Throttle
from companion.realtime.windows import Windows
from companion.settings import Settings
from companion.store.engine import db
from companion.store.events import Bus, EventsMissed

MAX_MESSAGE = 16_384
FRAMES_A_MINUTE = 240
PRESENCE_SECONDS = 2.0
PING_SECONDS, PONG_SECONDS = 20, 10
LAST_WORDS_SECONDS = 0.5
SWEEP_SECONDS, INVALIDATE_SECONDS, RANK_SECONDS, MISSED_SECONDS = 1.0, 0.15, 2.0, 1.0
BUSY = "It could not be saved just now. It is kept here and will be tried again."
BROKEN = "Something went wrong here. What you typed is kept; try again."
Ack = dict[str, object]
_log = logging.getLogger(__name__)


class Sockets:
    """One process's sockets, and what they are told."""

    def __init__(
        self,
        app: Flask,
        settings: Settings,
        addresses: Addresses,
        moderation: ModerationService,
        visitors: Visitors,
        bus: Bus,
        others: Relay | None = None,
    ) -> None:
        """Serve Socket.IO beside ``app``; listen to ``bus``, and to ``others`` that serve too."""
        self._app, self._boards = app, moderation.boards
        self._access = RoomAccess(app, moderation, visitors)
        self._members: dict[str, Member] = {}
        self._hops, self._others = settings.proxies, others
        self._name = others.name if others else token_hex(8)
        self._known_as = others.known_as if others else str
        self._windows = Windows(self._name, others or Nobody(), self._note_change)
        self._voted: defaultdict[str, set[int]] = defaultdict(set)
        self.socketio = _new_socketio(app, settings, addresses, others)
        later = (self.socketio.sleep, self.socketio.start_background_task)
        self._tallies = Throttle(settings.tally_ms / 1000, self._send_tally, *later)
        self._presence = Throttle(PRESENCE_SECONDS, self._send_presence, *later)
        self._invalidations = Throttle(INVALIDATE_SECONDS, self._refetch, *later)
        self._ranks = Throttle(RANK_SECONDS, self._invalidate_ranks, *later)
        self._missed = Throttle(MISSED_SECONDS, self._refetch_talk, *later)
        self._gaps = Throttle(MISSED_SECONDS, self._resync_all, *later)
        self._broadcaster = Broadcaster(app, self._emit, self._invalidations)
        self._answer_sockets()
        self._broadcaster.listen(bus)
        bus.on(VotesChanged, self._count_votes)
        bus.on(EventsMissed, lambda event: self._missed.touch(event.talk))
        if others:
            self._hear(others)

    @property
    def trouble(self) -> str:
        """Return why other workers' people are not told at the moment, or ""."""
        return self._others.trouble if self._others else ""

    def start(self) -> None:
        """Begin to hear of the other workers, and they of this one."""
        if self._others:
            self._others.start()
        begin, keep = self.socketio.start_background_task, self._keep_doing
        begin(keep, self._sweep, lambda: SWEEP_SECONDS, "could not look who may stay")
        begin(keep, self.note_here, self._until_next_minute, "how many are here could not be kept")

    def say_goodbye(self) -> None:
        """Tell everyone connected here that this process is about to restart."""
        fanout.emit_here(self.socketio.server, "going_away", {})

    def close_all(self) -> None:
        """Close every socket, so that each browser comes back to another process."""
        engine = self.socketio.server.eio
        for client_id in list(engine.sockets):
            engine.disconnect(client_id)

    def finish(self) -> None:
        """Have the other workers' people hear the last of what happened here."""
        if self._others:
            for throttle in (self._tallies, self._invalidations, self._ranks, self._missed):
                throttle.send_waiting()
            self._others.stop(LAST_WORDS_SECONDS)

    def _hear(self, others: Relay) -> None:
        others.on(relay.HELLO, self._windows.tell_all)
        others.on(relay.BYE, self._windows.forget)
        others.on(relay.LOST, self._lose)
        others.on(relay.GAP, lambda: self._gaps.touch(""))
        others.on(relay.MISSED, lambda talk: self._missed.touch(talk))
        others.on(relay.TROUBLE, self._show_trouble)

    def _answer_sockets(self) -> None:
        self.socketio.on_event("connect", self._join)
        self.socketio.on_event("disconnect", self._leave)
        self.socketio.on_event("ask", self._ask)
        self.socketio.on_event("vote", self._vote)

    def _join(self, auth: object = None) -> None:
        member = self._access.admit(auth)
        here, person = room(member.talk, member.view), self._person(member)
        if self._windows.is_one_too_many(here, person):
            raise ConnectionRefusedError("This talk is open in too many windows already.")
        own = self._access.own_room_of(member) if member.view is View.BOARD else None
        # Whoever has gone meanwhile is refused by this, and is counted nowhere yet.
        join_room(here)
        if own:
            join_room(own)
        self._members[_sid()] = member
        SOCKETS.labels(member.view.value).inc()
        self._windows.open(here, person)

    def _join_own_room(self, member: Member) -> None:
        own = self._access.own_room_of(member)
        if own and self._members.get(_sid()) is member:
            join_room(own)

    def _leave(self, _reason: object = None) -> None:
        member = self._members.pop(_sid(), None)
        if member is None:
            return
        SOCKETS.labels(member.view.value).dec()
        self._windows.close(room(member.talk, member.view), self._person(member))

    def _person(self, member: Member) -> str:
        """Return whose window this is; whoever brings no cookie is somebody new."""
        return self._known_as(member.visitor or member.sign_in or _sid())

    def _note_change(self, here: str) -> None:
        """Have the audience hear how many they are."""
        talk = talk_of(here)
        if here == room(talk):
            self._presence.touch(talk)

    def _keep_doing(
        self, work: Callable[[], None], pause: Callable[[], float], failure: str
    ) -> None:
        """Do something again and again, whatever comes of it."""
        while True:
            self.socketio.sleep(pause())
            try:
                work()
            except Exception:  # the next round may find the database again
                _log.exception(failure)

    def _until_next_minute(self) -> float:
        return until_next_minute(self._boards.clock())

    def _sweep(self) -> None:
        """Throw those out whose role has ended: their link was changed, or their time is over."""
        in_role = {sid: member for sid, member in self._members.items() if member.view in NEEDS}
        may_stay = {member: self._access.may_stay(member) for member in set(in_role.values())}
        for sid, member in in_role.items():
            if not may_stay[member]:
                fanout.emit_here(self.socketio.server, "signed_out", {}, sid)
                self.socketio.server.disconnect(sid)

    def note_here(self) -> None:
        """Keep how many of the people here are on each talk's page; never who they are."""
        on_boards = {each.talk for each in self._members.values() if each.view is View.BOARD}
        shares = {talk: self._windows.share(room(talk)) for talk in on_boards}
        self._boards.note_here(self._name, shares)

    def _ask(self, fields: object = None, *_rest: object) -> Ack:
        def put(member: Member) -> Ack:
            asked = self._boards.ask(
                member.talk,
                member.visitor,
                _mapping(fields),
                self._address(),
                runs_talk=lambda: self._access.runs_talk(member),
            )
            self._join_own_room(member)
            return {"id": asked.id, "status": asked.status}

        return self._acknowledge("ask", put)

    def _vote(self, wish: object = None, *_rest: object) -> Ack:
        def put(member: Member) -> Ack:
            question, wanted = _mapping(wish).get("question"), _mapping(wish).get("wanted")
            if type(question) is not int or type(wanted) is not bool:
                raise Refused(
                    "A vote names its question, and whether it is wanted. Reload the page."
                )
            card, _ = self._boards.vote(
                member.talk,
                member.visitor,
                question,
                self._address(),
                wanted=wanted,
                runs_talk=lambda: self._access.runs_talk(member),
            )
            return {"votes": card.votes}

        return self._acknowledge("vote", put)

    def _address(self) -> str:
        """Return where somebody connected from, as the proxies that are ours say."""
        route = request.access_route
        is_told = 0 < self._hops <= len(route)
        return (route[-self._hops] if is_told else request.remote_addr) or ""

    def _acknowledge(self, event: str, put: Callable[[Member], Ack]) -> Ack:
        ack = self._answer(put)
        answer = "ok" if ack["ok"] else "later" if "again" in ack else "refused"
        MESSAGES.labels(event, answer).inc()
        return ack

    def _answer(self, put: Callable[[Member], Ack]) -> Ack:
        member = self._members.get(_sid())
        try:
            if member is None:
                raise Refused("This connection is over. Reload the page.")
            if member.view is not View.BOARD:
                raise Refused("Ask and vote on the talk's own page.")
            return {"ok": True, **put(member)}
        except NoBoardError:
            return {"ok": False, "error": "This talk has been taken off the programme."}
        except UnavailableError:
            return {"ok": False, "error": BUSY, "retry_after": RETRY_SECONDS, "again": True}
        except Refused as refusal:
            more = {"retry_after": refusal.retry_after, "field": refusal.field}
            given = {name: value for name, value in more.items() if value}
            return {"ok": False, "error": str(refusal), **given}
        except Exception:  # whoever waits for an acknowledgement gets one
            _log.exception("an event failed")
            return {"ok": False, "error": BROKEN}

    def _count_votes(self, event: VotesChanged) -> None:
        self._voted[event.talk].add(event.question)
        self._tallies.touch(event.talk)
        self._ranks.touch(event.talk)

    def _invalidate_ranks(self, talk: str) -> None:
        """Have those who see the most wanted questions look whether they still are."""
        for view in REFETCHING:
            self._refetch(room(talk, view))

    def _refetch(self, to: str) -> None:
        self._broadcaster.refetch(to)

    def _refetch_talk(self, talk: str) -> None:
        """Have everybody at a talk fetch again, once there is a database to fetch from."""
        with self._app.app_context():
            db.session.execute(sa.select(sa.literal(1)))
        for view in View:
            self._refetch(room(talk, view))

    def _send_tally(self, talk: str) -> None:
        """Send the counts as they are now, whichever worker counted last."""
        changed = self._voted.pop(talk, set())
        try:
            with self._app.app_context():
                revision, votes = self._boards.tally(db.session(), talk, changed)
        except Exception:  # whatever it was, they are still to be told
            self._voted[talk] |= changed
            raise
        for view in View:
            self._emit("tally", room(talk, view), {"revision": revision, "votes": votes})

    def _send_presence(self, talk: str) -> None:
        """Say how many are here, unless other workers have some and cannot say so; each its own."""
        if not self.trouble:
            here = {"here": self._windows.people(room(talk))}
            fanout.emit_here(self.socketio.server, "presence", here, room(talk))

    def _emit(self, name: str, to: str, payload: dict[str, Any]) -> None:
        self.socketio.emit(name, payload, to=to)

    def _resync_all(self, _all: str = "") -> None:
        """Have everyone here look for what the other workers may have said meanwhile."""
        fanout.emit_here(self.socketio.server, "refetch", {})

    def _lose(self, worker: str) -> None:
        """Do without a worker that ended before it could tell all that it had saved."""
        self._windows.forget(worker)
        self._gaps.touch("")

    def _show_trouble(self) -> None:
        """Have the desks say that other workers are not heard of, or are again."""
        for here in self._windows.rooms():
            if here == room(talk_of(here), View.MODERATE):
                fanout.emit_here(self.socketio.server, "refetch", {}, here)
            elif here == room(talk_of(here)):
                self._presence.touch(talk_of(here))


def _sid() -> str:
    """Return which connection this is; Flask-SocketIO hangs it on the request."""
    return str(request.sid)  # type: ignore[attr-defined]  # Flask-SocketIO sets it


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise Refused("That was not a form. Reload the page.")
    return value


def _new_socketio(
    app: Flask, settings: Settings, addresses: Addresses, others: Relay | None
) -> SocketIO:
    def is_ours(origin: str, environ: Mapping[str, Any]) -> bool:
        return addresses.are_ours(origin, environ.get(ASKED_FOR, ""))

    socketio = SocketIO(
        app,
        async_mode="gevent" if is_module_patched("socket") else "threading",
        client_manager=fanout.client_manager(others, talk_of),
        transports=["websocket"],
        cors_allowed_origins=is_ours,
        cors_credentials=False,
        max_http_buffer_size=MAX_MESSAGE,
        async_handlers=False,
        always_connect=False,
        ping_interval=PING_SECONDS,
        ping_timeout=PONG_SECONDS,
        manage_session=False,
    )
    fanout.install(socketio.server, FRAMES_A_MINUTE if settings.rate_limits else None)
    return socketio
