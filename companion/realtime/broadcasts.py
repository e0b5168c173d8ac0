"""What happened, shown to those whom it concerns: cards to the board, a nudge to the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, render_template
from markupsafe import Markup

from companion.board.service import Boards
from companion.errors import Refused
from companion.realtime.rooms import View, own_room, room
from companion.realtime.throttle import Throttle
from companion.store.engine import db
from companion.store.events import (
    AskerTold,
    BoardChanged,
    Bus,
    DeskChanged,
    Event,
    MessageChanged,
    QuestionChanged,
    QuestionEdited,
    QuestionHeld,
    QuestionHidden,
    QuestionOpened,
    RulesChanged,
    TalkChanged,
    ViewsChanged,
)

PARTIAL = Markup('<hx-partial hx-target="{}" hx-swap="{}" data-after="{}">{}</hx-partial>')
MISSED = -1  # follows no revision, so whoever hears of it has a gap
STAFF = (View.MODERATE, View.SPEAKER, View.PRESENT)
PARTS = {View.MODERATE: "#desk", View.SPEAKER: "#queue", View.PRESENT: "#screen"}
# Who fetches anew when something has happened; the board's own audience is told what it was.
NUDGED: dict[type[Event], tuple[View, ...]] = {
    QuestionOpened: STAFF,
    QuestionEdited: STAFF,
    QuestionChanged: STAFF,
    QuestionHidden: STAFF,
    BoardChanged: STAFF,
    TalkChanged: STAFF,
    RulesChanged: STAFF,
    ViewsChanged: STAFF,
    MessageChanged: (View.MODERATE, View.SPEAKER),
    QuestionHeld: (View.MODERATE,),
    DeskChanged: (View.MODERATE,),
}
Emit = Callable[[str, str, dict[str, Any]], None]
Shown = QuestionOpened | QuestionEdited | QuestionChanged


def fetch(target: str) -> dict[str, Any]:
    """Return what has a page fetch one of its parts."""
    return {"revision": 0, "html": str(PARTIAL.format(target, "none", MISSED, ""))}


class Shows:
    """Listens to what happens and tells each audience what is theirs, and nothing else."""

    def __init__(self, app: Flask, boards: Boards, emit: Emit, nudges: Throttle) -> None:
        """Send with ``emit``; ``nudges`` is told the room of everybody who has to fetch."""
        self._app, self._boards, self._emit, self._nudges = app, boards, emit, nudges

    def hear(self, bus: Bus) -> None:
        """Listen to all that happens but votes."""
        bus.on(QuestionOpened, self._show_question)
        bus.on(QuestionEdited, self._show_words)
        bus.on(QuestionChanged, self._show_question_anew)
        bus.on(QuestionHidden, self._hide_question)
        bus.on(BoardChanged, self._fetch_anew)
        bus.on(TalkChanged, self._fetch_anew)
        bus.on(RulesChanged, self._fetch_anew)
        bus.on(AskerTold, self._tell_asker)
        for kind in NUDGED:
            bus.on(kind, self._nudge)

    def nudge(self, key: str) -> None:
        """Have everybody in a room fetch what they look at."""
        view = next(view for view in STAFF if key == room(key.split(":")[1], view))
        self._emit("fragments", key, fetch(PARTS[view]))

    def _nudge(self, event: Event) -> None:
        for view in NUDGED[type(event)]:
            self._nudges.touch(room(event.talk, view))

    def _show_question(self, event: QuestionOpened) -> None:
        self._send(event, ("#questions", "beforeend", "_card.html"))

    def _show_words(self, event: QuestionEdited) -> None:
        self._send(event, (f"#question-{event.question}-body", "outerMorph", "_body.html"))

    def _show_question_anew(self, event: QuestionChanged) -> None:
        id = f"#question-{event.question}"
        self._send(
            event,
            (f"{id}-body", "outerMorph", "_body.html"),
            (f"{id}-status", "outerMorph", "_status.html"),
        )

    def _hide_question(self, event: QuestionHidden) -> None:
        partial = PARTIAL.format(f"#question-{event.question}", "delete", event.after, "")
        self._send_html(event, partial)

    def _fetch_anew(self, event: Event) -> None:
        """Have everybody there fetch the board: too much of it has changed, or what it allows."""
        self._emit("fragments", room(event.talk), fetch("#board"))

    def _tell_asker(self, event: AskerTold) -> None:
        self._emit("fragments", own_room(event.talk, event.author), fetch("#board"))

    def _send(self, event: Shown, *parts: tuple[str, str, str]) -> None:
        """Send one change; even one that shows nothing is sent, for the next follows it."""
        html = Markup()
        for target, swap, template in parts:
            shown = self._render(event, template)
            html += PARTIAL.format(target, swap if shown else "none", event.after, shown)
        self._send_html(event, html)

    def _send_html(self, event: Event, html: Markup) -> None:
        payload = {"revision": event.revision, "html": str(html)}
        self._emit("fragments", room(event.talk), payload)

    def _render(self, event: Shown, template: str) -> Markup:
        """Render one question as a stranger sees it."""
        page = self._boards.programme.find(event.talk)
        if page is None:
            return Markup()
        try:
            with self._app.app_context():
                card = self._boards.card(db.session(), page, None, event.question)
                state = self._boards.state(db.session(), page)
        except Refused:  # withdrawn in the same commit
            return Markup()
        return self._blank(template, page=page, card=card, state=state)

    def _blank(self, template: str, **context: object) -> Markup:
        """Render in a blank request, so that nothing of any visitor can get into it."""
        with self._app.test_request_context():
            return Markup(render_template(f"live/{template}", **context))  # noqa: S704
