"""The sockets: who joins which room, `ask` and `vote` up, what happened down to its audience."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, render_template, request
from flask_socketio import ConnectionRefusedError, SocketIO, disconnect, join_room
from gevent.monkey import is_module_patched
from markupsafe import Markup

from companion import fanout
from companion.boards import Boards, NoBoardError
from companion.config import Settings
from companion.db import db
from companion.events import (
    Bus,
    Event,
    QuestionEdited,
    QuestionHidden,
    QuestionOpened,
    TalkChanged,
    VotesChanged,
)
from companion.identity import Visitors
from companion.questions import Refused
from companion.throttle import Throttle
from companion.writer import UnavailableError

MAX_MESSAGE = 16_384
PRESENCE_SECONDS = 2.0
PING_SECONDS, PONG_SECONDS = 20, 10
RETRY_SECONDS = 3
BUSY = "It could not be saved just now. It is kept here and will be tried again."
BROKEN = "Something went wrong here. What you typed is kept; try again."
PARTIAL = Markup('<hx-partial hx-target="{}" hx-swap="{}" data-after="{}">{}</hx-partial>')
MISSED = -1  # follows no revision, so whoever hears of it has a gap
FETCH = {"revision": 0, "html": str(PARTIAL.format("#board", "none", MISSED, ""))}
Ack = dict[str, object]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Member:
    """One connected browser: the talk it looks at, and its visitor if it has a cookie."""

    talk: str
    visitor: str | None


def room(talk: str) -> str:
    """Return the room of everybody who looks at a talk's board."""
    return f"talk:{talk}"


class Live:
    """One process's sockets, and what they are told."""

    def __init__(
        self, app: Flask, settings: Settings, boards: Boards, visitors: Visitors, bus: Bus
    ) -> None:
        """Serve Socket.IO beside ``app``, and listen to ``bus``."""
        self._app, self._boards, self._visitors = app, boards, visitors
        self._members: dict[str, Member] = {}
        self._here: Counter[str] = Counter()
        self._voted: defaultdict[str, set[int]] = defaultdict(set)
        self.socketio = _new_socketio(app, settings, self._resync_all)
        later = (self.socketio.sleep, self.socketio.start_background_task)
        self._tallies = Throttle(settings.tally_ms / 1000, self._send_tally, *later)
        self._counts_everyone = settings.workers == 1
        self._presence = Throttle(PRESENCE_SECONDS, self._send_presence, *later)
        self._answer_sockets()
        self._hear(bus)

    def start(self) -> None:
        """Begin to hear of the other workers, and they of this one."""
        fanout.start(self.socketio.server)

    def say_goodbye(self) -> None:
        """Tell everyone connected here that this process is about to restart."""
        fanout.emit_here(self.socketio.server, "going_away", {})

    def close_all(self) -> None:
        """Close every socket, so that each browser comes back to another process."""
        engine = self.socketio.server.eio
        for client_id in list(engine.sockets):
            engine.disconnect(client_id)

    def _answer_sockets(self) -> None:
        self.socketio.on_event("connect", self._join)
        self.socketio.on_event("disconnect", self._leave)
        self.socketio.on_event("ask", self._ask)
        self.socketio.on_event("vote", self._vote)

    def _hear(self, bus: Bus) -> None:
        bus.on(QuestionOpened, self._show_question)
        bus.on(QuestionEdited, self._show_words)
        bus.on(QuestionHidden, self._hide_question)
        bus.on(TalkChanged, self._fetch_anew)
        bus.on(VotesChanged, self._count_votes)

    def _join(self, auth: object = None) -> None:
        wanted = auth if isinstance(auth, Mapping) else {}
        talk, view = wanted.get("talk"), wanted.get("view", "board")
        page = self._boards.programme.find(talk) if isinstance(talk, str) else None
        if page is None or not page.board:
            raise ConnectionRefusedError("There is no such talk.")
        if view != "board":
            raise ConnectionRefusedError("That view is not yours.")
        visitor = self._visitors.read(request.cookies.get(self._app.config["VISITOR_COOKIE"]))
        self._members[request.sid] = Member(page.slug, visitor)  # type: ignore[attr-defined]
        join_room(room(page.slug))
        self._here[page.slug] += 1
        self._presence.touch(page.slug)

    def _leave(self, _reason: object = None) -> None:
        member = self._members.pop(request.sid, None)  # type: ignore[attr-defined]
        if member:
            self._here[member.talk] -= 1
            self._presence.touch(member.talk)

    def _ask(self, fields: object = None, *_rest: object) -> Ack:
        def put(member: Member) -> Ack:
            asked = self._boards.ask(member.talk, member.visitor, _mapping(fields))
            return {"id": asked.id, "status": asked.status}

        return self._acknowledge(put)

    def _vote(self, wish: object = None, *_rest: object) -> Ack:
        def put(member: Member) -> Ack:
            question, wanted = _mapping(wish).get("question"), _mapping(wish).get("wanted")
            if type(question) is not int or type(wanted) is not bool:
                raise Refused("A vote names its question, and whether it is wanted.")
            votes = self._boards.vote(member.talk, member.visitor, question, wanted=wanted)
            return {"votes": votes}

        return self._acknowledge(put)

    def _acknowledge(self, put: Callable[[Member], Ack]) -> Ack:
        member = self._members.get(request.sid)  # type: ignore[attr-defined]
        if member and self._boards.is_flooding(member.talk, request.sid):  # type: ignore[attr-defined]
            disconnect()
        try:
            if member is None:
                raise Refused("This connection is over. Reload the page.")
            return {"ok": True, **put(member)}
        except NoBoardError:
            return {"ok": False, "error": "This talk has been taken off the programme."}
        except UnavailableError:
            return {"ok": False, "error": BUSY, "retry_after": RETRY_SECONDS, "again": True}
        except Refused as refusal:
            wait = {"retry_after": refusal.retry_after} if refusal.retry_after else {}
            return {"ok": False, "error": str(refusal), **wait}
        except Exception:  # whoever waits for an acknowledgement gets one
            _log.exception("an event failed")
            return {"ok": False, "error": BROKEN}

    def _show_question(self, event: QuestionOpened) -> None:
        self._send(event, "#questions", "beforeend", self._render(event, "_card.html"))

    def _show_words(self, event: QuestionEdited) -> None:
        target = f"#question-{event.question}-body"
        self._send(event, target, "outerMorph", self._render(event, "_body.html"))

    def _hide_question(self, event: QuestionHidden) -> None:
        self._send(event, f"#question-{event.question}", "delete", Markup())

    def _fetch_anew(self, event: TalkChanged) -> None:
        """Have everybody there fetch the board: what it allows, and when, may have changed."""
        self._emit("fragments", event.talk, FETCH)

    def _render(self, event: QuestionOpened | QuestionEdited, template: str) -> Markup:
        """Render one question as a stranger sees it."""
        page = self._boards.programme.find(event.talk)
        if page is None:
            return Markup()
        try:
            with self._app.app_context():
                card = self._boards.card(db.session(), page, None, event.question)
        except Refused:  # withdrawn in the same commit
            return Markup()
        state = self._boards.house(page).state
        return self._blank(template, page=page, card=card, state=state)

    def _blank(self, template: str, **context: object) -> Markup:
        """Render in a blank request, so that nothing of any visitor can get into it."""
        with self._app.test_request_context():
            return Markup(render_template(f"live/{template}", **context))  # noqa: S704

    def _send(self, event: Event, target: str, swap: str, html: Markup) -> None:
        """Send one change; even one that shows nothing is sent, for the next follows it."""
        what = swap if html or swap == "delete" else "none"
        partial = PARTIAL.format(target, what, event.after, html)
        self._emit("fragments", event.talk, {"revision": event.revision, "html": str(partial)})

    def _count_votes(self, event: VotesChanged) -> None:
        self._voted[event.talk].add(event.question)
        self._tallies.touch(event.talk)

    def _send_tally(self, talk: str) -> None:
        """Send the counts as they are now, whichever worker counted last."""
        with self._app.app_context():
            revision, votes = self._boards.tally(db.session(), talk, self._voted.pop(talk, set()))
        self._emit("tally", talk, {"revision": revision, "votes": votes})

    def _send_presence(self, talk: str) -> None:
        """Say how many are here, unless other workers have some of them."""
        if self._counts_everyone:
            self._emit("presence", talk, {"here": self._here[talk]})

    def _emit(self, name: str, talk: str, payload: dict[str, Any]) -> None:
        self.socketio.emit(name, payload, to=room(talk))

    def _resync_all(self) -> None:
        """Have everyone look for what the other workers said while Redis was away."""
        fanout.emit_here(self.socketio.server, "fragments", FETCH)


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise Refused("That was not a form.")
    return value


def _new_socketio(app: Flask, settings: Settings, on_gap: Callable[[], None]) -> SocketIO:
    socketio = SocketIO(
        app,
        async_mode="gevent" if is_module_patched("socket") else "threading",
        client_manager=fanout.client_manager(settings.redis_url or None, on_gap),
        transports=["websocket"],
        cors_allowed_origins=list(settings.origins),
        max_http_buffer_size=MAX_MESSAGE,
        async_handlers=False,
        always_connect=False,
        ping_interval=PING_SECONDS,
        ping_timeout=PONG_SECONDS,
        manage_session=False,
    )
    fanout.install(socketio.server)
    return socketio
