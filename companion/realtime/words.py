"""Short answers to prompts as they are counted, sent to a talk's page where all may see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import Flask, render_template
from markupsafe import Markup

from companion.board.events import (
    QuestionChanged,
    QuestionEdited,
    QuestionHidden,
    QuestionOpened,
    QuestionShown,
)
from companion.board.polls import PollView, as_seen, records
from companion.board.rows import find_talk_row
from companion.languages import speaking
from companion.realtime.broadcasts import Emit
from companion.realtime.rooms import spoken_room
from companion.realtime.throttle import Throttle
from companion.store.engine import db
from companion.store.events import Bus

PARTIAL = Markup('<hx-partial hx-target="#poll-{}-words" hx-swap="outerMorph">{}</hx-partial>')


class LiveWords:
    """Listens to what changes answers, and now and then tells what they come to."""

    def __init__(
        self,
        app: Flask,
        emit: Emit,
        spoken: Callable[[str], Iterable[str]],
        interval: float,
        later: tuple[Callable[..., object], Callable[..., object]],
    ) -> None:
        """Send with ``emit`` once an ``interval``, in the languages a talk is ``spoken`` of in."""
        self._app, self._emit, self._spoken = app, emit, spoken
        self.throttle = Throttle(interval, self._send, *later)

    def listen(self, bus: Bus) -> None:
        """Listen to all that answers can do: come, change, be merged, and go."""
        for kind in (QuestionOpened, QuestionEdited, QuestionChanged):
            bus.on(kind, self._note_shown)
        bus.on(QuestionHidden, lambda event: self.throttle.touch(event.talk))

    def _note_shown(self, event: QuestionShown) -> None:
        if event.card.answers_to is not None:
            self.throttle.touch(event.talk)

    def _send(self, talk: str) -> None:
        with self._app.app_context():
            row = find_talk_row(db.session(), talk)
            found = as_seen(records(db.session(), row))
        shown = [poll for poll in found if poll.is_prompt and poll.has_results]
        if row is None or not shown:
            return
        # A blank request, so that nothing of any visitor can get into what all are sent.
        with self._app.test_request_context():
            for language in self._spoken(talk):
                with speaking(language):
                    html = Markup().join(map(_partial, shown))
                told = {"revision": row.revision, "html": str(html)}
                self._emit("words", spoken_room(talk, language), told)


def _partial(poll: PollView) -> Markup:
    words = render_template("polls/_words.html", poll=poll)
    return PARTIAL.format(poll.id, Markup(words))  # noqa: S704 (a template's own)
