"""The sockets: who joins which room, `ask` and `vote` up, what happened down to its audience."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext, suppress
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask, request
from flask_socketio import ConnectionRefusedError, SocketIO, join_room
from gevent.monkey import is_module_patched

from companion.board.others import Others
from companion.board.presence import until_next_minute
from companion.board.pulse_service import PulseService
from companion.board.service import Caller
from companion.board.visitors import Visitors
from companion.errors import RETRY_SECONDS, NoBoardError, Refused, UnavailableError
from companion.languages import speaking, translated
from companion.messages import gettext
from companion.moderation.service import ModerationService
from companion.network.addresses import ASKED_FOR, Addresses
from companion.realtime import fanout, relay
from companion.realtime.broadcasts import Broadcaster
from companion.realtime.drags import Drags
from companion.realtime.laser import Laser
from companion.realtime.metrics import MESSAGES, SOCKETS
from companion.realtime.places import Places
from companion.realtime.pulse import PULSE_SECONDS, LivePulse
from companion.realtime.rooms import (
    ATTENDING,
    NEEDS,
    Member,
    RoomAccess,
    View,
    attending,
    is_own_room,
    room,
    spoken_room,
    talk_of,
    wall_desk_room,
)
from companion.realtime.tallies import Tallies
from companion.realtime.throttle import Throttle
from companion.realtime.windows import Windows
from companion.realtime.words import LiveWords
from companion.settings import Settings
from companion.store.engine import db
from companion.store.events import Bus, EventsMissed

MAX_MESSAGE = 16_384
FRAMES_A_MINUTE = 240
FRAMES_AT_THE_WALL = 1_500  # whoever holds a note says twenty times a second where
PRESENCE_SECONDS = 2.0
WALL_SECONDS, WORDS_SECONDS = 0.05, 2.0
MANY_AT_A_WALL, CROWDED_WALL_SECONDS = 250, 0.125  # each of them costs a write every time
PING_SECONDS, PONG_SECONDS = 20, 10
LAST_WORDS_SECONDS = 0.5
SAVE_PULSE_SECONDS = 10.0
SWEEP_SECONDS, INVALIDATE_SECONDS, MISSED_SECONDS = 1.0, 0.15, 1.0
BUSY = gettext("It could not be saved just now. It is kept here and will be tried again.")
BROKEN = gettext("Something went wrong here. What you typed is kept; try again.")
OFF = gettext("This talk has been taken off the programme.")
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
        others: Others,
    ) -> None:
        """Serve Socket.IO beside ``app``; listen to ``bus``, and to ``others`` that serve too."""
        self._app, self._boards = app, moderation.boards
        self._pulses: PulseService = app.extensions["pulses"]
        self._access = RoomAccess(app, moderation, visitors)
        self._members: dict[str, Member] = {}
        self._early: defaultdict[str, set[str]] = defaultdict(set)
        self._hops, self._others = settings.proxies, others
        self._laser = Laser(app, self._access)
        self._windows = Windows(others, self._note_change)
        manager = fanout.Manager(others, talk_of, self._gather)
        self.socketio = _new_socketio(app, settings, addresses, manager)
        self._tell(bus, settings.tally_ms / 1000)
        self._answer_sockets()
        self._hear(others)

    def _tell(self, bus: Bus, interval: float) -> None:
        """Have each part tell what it is about; what is counted, once an ``interval``."""
        app, emit = self._app, self._emit
        later = (self.socketio.sleep, self.socketio.start_background_task)
        walls = app.extensions["walls"]
        self._presence = Throttle(PRESENCE_SECONDS, self._send_presence, *later)
        self._invalidations = Throttle(INVALIDATE_SECONDS, self._refetch, *later)
        self._missed = Throttle(MISSED_SECONDS, self._refetch_talk, *later)
        self._gaps = Throttle(MISSED_SECONDS, self._resync_all, *later)
        self._broadcaster = Broadcaster(app, emit, self._invalidations, self._spoken)
        hands = self._access, self._others, self._emit_volatile, self._drag_seconds
        self._drags = Drags(app, walls, *hands, later)
        seen_by = self._windows, self._emit_here, self._is_alone
        self.pulse = LivePulse(app, self._pulses, *seen_by, later)
        self._tallies = Tallies(app, self._boards, emit, self._refetch, interval, later)
        self._places = Places(app, emit, WALL_SECONDS, later)
        self._words = LiveWords(app, emit, self._spoken, WORDS_SECONDS, later)
        for part in (self._drags, self._broadcaster, self._words, self._tallies, self._places):
            part.listen(bus)
        bus.on(EventsMissed, lambda event: self._missed.touch(event.talk))

    @property
    def trouble(self) -> str:
        """Return why other workers' people are not told at the moment, or ""."""
        return self._others.trouble

    def start(self) -> None:
        """Begin to hear of the other workers, and they of this one."""
        self._others.start()
        begin, keep = self.socketio.start_background_task, self._keep_doing
        begin(keep, self._sweep, lambda: SWEEP_SECONDS, "could not look who may stay")
        begin(keep, self.note_here, self._until_next_minute, "how many are here could not be kept")
        fade, save = self.pulse.fade, self._pulses.save
        begin(keep, fade, lambda: PULSE_SECONDS, "how people follow could not be told")
        begin(keep, save, lambda: SAVE_PULSE_SECONDS, "how people follow could not be kept")

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
        for throttle in (
            *self._tallies.throttles,
            self._words.throttle,
            self._places.throttle,
            self._invalidations,
            self._missed,
        ):
            throttle.send_waiting()
        with suppress(UnavailableError):
            self._pulses.save()
        self._others.stop(LAST_WORDS_SECONDS)

    def _hear(self, others: Others) -> None:
        others.on(relay.HELLO, self._windows.tell_all)
        others.on(relay.HELLO, self._pulses.pulses.tell_all)
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
        self.socketio.on_event("pulse", self._press)
        self.socketio.on_event("point", self._point)
        self.socketio.on_event("drag", self._drag)

    def _join(self, auth: object = None) -> None:
        member = self._access.admit(auth)
        here, person = room(member.talk, member.view), self._person(member)
        if self._windows.is_one_too_many(here, person):
            raise ConnectionRefusedError("This talk is open in too many windows already.")
        own = self._access.own_room_of(member) if member.view in ATTENDING else None
        # Whoever has gone meanwhile is refused by this, and is counted nowhere yet.
        join_room(here)
        if member.shows_wall:  # it is told what the wall is, and counts as nobody who is here
            join_room(room(member.talk, View.WALL))
        if member.view is View.BOARD:
            join_room(spoken_room(member.talk, member.language))
        if member.view is View.WALL:
            self._join_wall(member)
        if own:
            join_room(own)
        elif member.view in ATTENDING and member.visitor:
            self._early[member.talk].add(_sid())
        self._members[_sid()] = member
        SOCKETS.labels(member.view.value).inc()
        self._windows.open(here, person)

    def _join_wall(self, member: Member) -> None:
        fanout.allow(self.socketio.server, _sid(), FRAMES_AT_THE_WALL)
        moderator = self._access.as_moderator(member)
        if moderator:
            join_room(wall_desk_room(member.talk))
            self._drags.note_moderator(_sid(), moderator)

    def _join_own_room(self, member: Member) -> None:
        own = self._access.own_room_of(member)
        if own and self._members.get(_sid()) is member:
            join_room(own)

    def _gather(self, to: str) -> None:
        """Have those be in their own rooms who came before a talk's first question gave it a key.

        Whoever asked it by a form, or in another window, is told what becomes of it as well.
        """
        if not is_own_room(to):
            return
        for sid in self._early.pop(talk_of(to), ()):
            member = self._members.get(sid)
            own = self._access.own_room_of(member) if member else None
            if own:
                self.socketio.server.enter_room(sid, own)

    def _leave(self, _reason: object = None) -> None:
        member = self._members.pop(_sid(), None)
        if member is None:
            return
        self._drags.leave(_sid())
        self._early.get(member.talk, set()).discard(_sid())
        SOCKETS.labels(member.view.value).dec()
        self._laser.forget(_sid())
        self._windows.close(room(member.talk, member.view), self._person(member))

    def _person(self, member: Member) -> str:
        """Return whose window this is; whoever brings no cookie is somebody new."""
        return self._others.known_as(member.visitor or member.sign_in or _sid())

    def _note_change(self, here: str) -> None:
        """Have the audience hear how many they are."""
        talk = talk_of(here)
        if here in attending(talk):
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
        for sid, former in self._drags.ended():
            self.socketio.server.leave_room(sid, former)

    def note_here(self) -> None:
        """Keep how many of the people here are on each talk's page; never who they are."""
        talks = {each.talk for each in self._members.values() if each.view in ATTENDING}
        shares = {talk: self._windows.share(*attending(talk)) for talk in talks}
        self._boards.note_here(self._others.name, shares)

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
                    gettext("A vote names its question, and whether it is wanted. Reload the page.")
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

    def _press(self, what: object = None, *_rest: object) -> Ack:
        def put(member: Member) -> Ack:
            kind = _mapping(what).get("kind")
            runs_talk = partial(self._access.runs_talk, member)
            caller = Caller(member.visitor, self._address(), runs_talk)
            with self._app.app_context():
                self._pulses.press(
                    db.session(), member.talk, caller, kind if isinstance(kind, str) else ""
                )
            return {}

        return self._acknowledge("pulse", put)

    def _point(self, at: object = None, *_rest: object) -> None:
        """Show where somebody points; nobody waits for it, so what is wrong is not answered."""
        member = self._members.get(_sid())
        told = self._laser.read(_sid(), member, at) if member else None
        if member and told:
            here = room(member.talk, View.WALL)
            self.socketio.emit("point", told, to=here, skip_sid=_sid())

    def _drag(self, moved: object = None, *_rest: object) -> None:
        """Have others at the wall see where somebody holds a note; nobody waits for an answer."""
        member = self._members.get(_sid())
        if member and member.view is View.WALL:
            self._drags.take(_sid(), member, self._address(), moved)

    def _address(self) -> str:
        """Return where somebody connected from, as the proxies that are ours say."""
        route = request.access_route
        is_told = 0 < self._hops <= len(route)
        return (route[-self._hops] if is_told else request.remote_addr) or ""

    def _acknowledge(self, event: str, put: Callable[[Member], Ack]) -> Ack:
        ack = self._answer(put)
        if "error" in ack:
            ack["error"] = self._in_words(ack["error"])
        answer = "ok" if ack["ok"] else "later" if "again" in ack else "refused"
        MESSAGES.labels(event, answer).inc()
        return ack

    def _in_words(self, error: object) -> str:
        member = self._members.get(_sid())
        with speaking(member.language) if member else nullcontext():
            return str(translated(error))

    def _answer(self, put: Callable[[Member], Ack]) -> Ack:
        member = self._members.get(_sid())
        try:
            if member is None:
                raise Refused(gettext("This connection is over. Reload the page."))
            if member.view is not View.BOARD:
                raise Refused(gettext("Ask and vote on the talk's own page."))
            return {"ok": True, **put(member)}
        except NoBoardError:
            return {"ok": False, "error": OFF}
        except UnavailableError:
            return {"ok": False, "error": BUSY, "retry_after": RETRY_SECONDS, "again": True}
        except Refused as refusal:
            more = {"retry_after": refusal.retry_after, "field": refusal.field}
            given = {name: value for name, value in more.items() if value}
            return {"ok": False, "error": refusal.message, **given}
        except Exception:  # whoever waits for an acknowledgement gets one
            _log.exception("an event failed")
            return {"ok": False, "error": BROKEN}

    def _refetch(self, to: str) -> None:
        self._broadcaster.refetch(to)

    def _refetch_talk(self, talk: str) -> None:
        """Have everybody at a talk fetch again, once there is a database to fetch from."""
        with self._app.app_context():
            db.session.execute(sa.select(sa.literal(1)))
        for view in View:
            self._refetch(room(talk, view))

    def _drag_seconds(self, talk: str) -> float:
        """Return how long what is in hands is told nothing of: the longer the more are told."""
        here = self._windows.people(room(talk, View.WALL))
        return WALL_SECONDS if here <= MANY_AT_A_WALL else CROWDED_WALL_SECONDS

    def _send_presence(self, talk: str) -> None:
        """Say how many are here, unless other workers have some and cannot say so; each its own."""
        if not self.trouble:
            here = {"here": self._windows.people(*attending(talk))}
            self._emit_here("presence", room(talk), here)

    def _spoken(self, talk: str) -> Iterable[str]:
        """Return the languages that somebody may be reading a talk's board in."""
        languages: Iterable[str] = self._app.config["LANGUAGES"]
        if self._others.exist:
            return languages
        there = (each for each in self._members.values() if each.talk == talk)
        return {each.language for each in there if each.view is View.BOARD}

    def _emit(self, name: str, to: str, payload: dict[str, Any]) -> None:
        self.socketio.emit(name, payload, to=to)

    def _emit_here(self, name: str, to: str, payload: dict[str, Any]) -> None:
        fanout.emit_here(self.socketio.server, name, payload, to)

    def _is_alone(self) -> bool:
        return bool(self.trouble)

    def _emit_volatile(self, name: str, payload: object, to: str) -> None:
        fanout.emit_volatile(self.socketio.server, name, payload, to)

    def _resync_all(self, _all: str = "") -> None:
        """Have everyone here look for what the other workers may have said meanwhile."""
        fanout.emit_here(self.socketio.server, "refetch", {})

    def _lose(self, worker: str) -> None:
        """Do without a worker that ended before it could tell all that it had saved."""
        self._windows.forget(worker)
        self._gaps.touch("")

    def _show_trouble(self) -> None:
        """Have the desks say that other workers are not heard of, or are again."""
        self.pulse.tell_again()
        for here in self._windows.rooms():
            if here == room(talk_of(here), View.MODERATE):
                self._emit_here("refetch", here, {})
            elif here == room(talk_of(here)):
                self._presence.touch(talk_of(here))


def _sid() -> str:
    """Return which connection this is; Flask-SocketIO hangs it on the request."""
    return str(request.sid)  # type: ignore[attr-defined]  # Flask-SocketIO sets it


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise Refused(gettext("That was not a form. Reload the page."))
    return value


def _new_socketio(
    app: Flask, settings: Settings, addresses: Addresses, manager: fanout.Manager
) -> SocketIO:
    def is_ours(origin: str, environ: Mapping[str, Any]) -> bool:
        return addresses.are_ours(origin, environ.get(ASKED_FOR, ""))

    socketio = SocketIO(
        app,
        async_mode="gevent" if is_module_patched("socket") else "threading",
        client_manager=manager,
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
