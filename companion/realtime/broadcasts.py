"""What happened, told to whom it concerns: cards to the board, "fetch again" to other views."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, render_template
from markupsafe import Markup

from companion.board.events import (
    AskerTold,
    BackgroundChanged,
    BoardChanged,
    DeskChanged,
    MessageChanged,
    PollsChanged,
    QuestionChanged,
    QuestionEdited,
    QuestionHeld,
    QuestionHidden,
    QuestionOpened,
    QuestionShown,
    RulesChanged,
    TalkChanged,
    ViewsChanged,
)
from companion.languages import speaking
from companion.realtime.rooms import View, own_room, room, spoken_room
from companion.realtime.throttle import Throttle
from companion.store.events import Bus, Event
from companion.store.models import Status

PARTIAL = Markup('<hx-partial hx-target="{}" hx-swap="{}" data-after="{}">{}</hx-partial>')
RANKING = (View.MODERATE, View.SPEAKER, View.PRESENT)
REFETCHING = (*RANKING, View.WALL)
# Who fetches again when something has happened; the board's own audience is told what it was.
INVALIDATED: dict[type[Event], tuple[View, ...]] = {
    QuestionOpened: REFETCHING,
    QuestionEdited: REFETCHING,
    QuestionChanged: REFETCHING,
    QuestionHidden: REFETCHING,
    BoardChanged: REFETCHING,
    TalkChanged: REFETCHING,
    RulesChanged: REFETCHING,
    ViewsChanged: RANKING,
    PollsChanged: RANKING,
    BackgroundChanged: (View.WALL, View.PRESENT),
    MessageChanged: (View.MODERATE, View.SPEAKER),
    QuestionHeld: (View.MODERATE,),
    DeskChanged: (View.MODERATE,),
}
Emit = Callable[[str, str, dict[str, Any]], None]


class Broadcaster:
    """Listens to what happens and tells each audience what is theirs, and nothing else."""

    def __init__(
        self,
        app: Flask,
        emit: Emit,
        invalidations: Throttle[str],
        spoken: Callable[[str], Iterable[str]],
    ) -> None:
        """Send with ``emit``, in the languages in which a talk is ``spoken`` of.

        ``invalidations`` is told the room that has to fetch again.
        """
        self._app, self._emit, self._invalidations = app, emit, invalidations
        self._spoken = spoken

    def listen(self, bus: Bus) -> None:
        """Listen to all that happens but votes."""
        bus.on(QuestionOpened, self._show_question)
        bus.on(QuestionEdited, self._show_words)
        bus.on(QuestionChanged, self._show_question_anew)
        bus.on(QuestionHidden, self._hide_question)
        bus.on(BoardChanged, self._refetch_board)
        bus.on(TalkChanged, self._refetch_board)
        bus.on(RulesChanged, self._refetch_board)
        bus.on(PollsChanged, self._refetch_board)
        bus.on(AskerTold, self._tell_asker)
        for kind in INVALIDATED:
            bus.on(kind, self._invalidate)

    def refetch(self, to: str) -> None:
        """Have everybody in a room fetch what they look at."""
        self._emit("refetch", to, {})

    def _invalidate(self, event: Event) -> None:
        for view in INVALIDATED[type(event)]:
            self._invalidations.touch(room(event.talk, view))

    def _show_question(self, event: QuestionOpened) -> None:
        self._send(event, ("#questions", "beforeend", "question/_card.html"))

    def _show_words(self, event: QuestionEdited) -> None:
        self._send(event, (f"#question-{event.question}-body", "outerMorph", "question/_body.html"))

    def _show_question_anew(self, event: QuestionChanged) -> None:
        id = f"#question-{event.question}"
        parts = [
            (f"{id}-body", "outerMorph", "question/_body.html"),
            (f"{id}-status", "outerMorph", "question/_status.html"),
        ]
        if event.card.status is not Status.OPEN:  # else who may vote is not the same for all
            parts.append((f"{id} .question__vote", "outerMorph", "board/_vote.html"))
        self._send(event, *parts)

    def _hide_question(self, event: QuestionHidden) -> None:
        partial = PARTIAL.format(f"#question-{event.question}", "delete", event.after, "")
        self._send_html(event, partial, room(event.talk))

    def _refetch_board(self, event: Event) -> None:
        """Have everybody there fetch the board: too much of it has changed, or what it allows."""
        self.refetch(room(event.talk))

    def _tell_asker(self, event: AskerTold) -> None:
        self.refetch(own_room(event.talk, event.author))

    def _send(self, event: QuestionShown, *parts: tuple[str, str, str]) -> None:
        """Send what has changed to those who read the board in each language."""
        # A blank request, so that nothing of any visitor can get into what all are sent.
        with self._app.test_request_context():
            for language in self._spoken(event.talk):
                with speaking(language):
                    html = Markup().join(_partial(event, *part) for part in parts)
                self._send_html(event, html, spoken_room(event.talk, language))

    def _send_html(self, event: Event, html: Markup, to: str) -> None:
        self._emit("fragments", to, {"revision": event.revision, "html": str(html)})


def _partial(event: QuestionShown, target: str, swap: str, template: str) -> Markup:
    shown = render_template(template, slug=event.talk, card=event.card, state=event.state)
    return PARTIAL.format(target, swap, event.after, Markup(shown))  # noqa: S704 (a template's own)
