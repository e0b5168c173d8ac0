"""Votes and answers to polls as they are counted: as numbers, and at most so often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from flask import Flask

from companion.board.events import BallotsChanged, VotesChanged
from companion.board.polls import counts_of, records
from companion.board.rows import find_talk_row
from companion.board.service import BoardService
from companion.realtime.broadcasts import RANKING, Emit
from companion.realtime.rooms import View, room
from companion.realtime.throttle import Throttle
from companion.store.engine import db
from companion.store.events import Bus

RANK_SECONDS = 2.0


class Tallies:
    """Listens to votes and answers, and now and then tells what they come to."""

    def __init__(
        self,
        app: Flask,
        boards: BoardService,
        emit: Emit,
        refetch: Callable[[str], None],
        interval: float,
        later: tuple[Callable[..., object], Callable[..., object]],
    ) -> None:
        """Send with ``emit`` once an ``interval``; those who see an order are to ``refetch`` it."""
        self._app, self._boards, self._emit, self._refetch = app, boards, emit, refetch
        self._voted: defaultdict[str, set[int]] = defaultdict(set)
        self._answered: defaultdict[str, set[int]] = defaultdict(set)
        self._votes = Throttle(interval, self._send_votes, *later)
        self._polls = Throttle(interval, self._send_polls, *later)
        self._ranks = Throttle(RANK_SECONDS, self._refetch_ranks, *later)
        self.throttles = self._votes, self._polls, self._ranks

    def listen(self, bus: Bus) -> None:
        """Listen to all that is counted."""
        bus.on(VotesChanged, self._note_votes)
        bus.on(BallotsChanged, self._note_ballots)

    def _note_votes(self, event: VotesChanged) -> None:
        self._voted[event.talk].add(event.question)
        self._votes.touch(event.talk)
        self._ranks.touch(event.talk)

    def _note_ballots(self, event: BallotsChanged) -> None:
        self._answered[event.talk].add(event.poll)
        self._polls.touch(event.talk)

    def _refetch_ranks(self, talk: str) -> None:
        """Have those who see the most wanted questions look whether they still are."""
        for view in RANKING:
            self._refetch(room(talk, view))

    def _send_votes(self, talk: str) -> None:
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

    def _send_polls(self, talk: str) -> None:
        """Send how polls stand now: all of it to the desk, to others what they may know."""
        changed = self._answered.pop(talk, set())
        try:
            with self._app.app_context():
                session = db.session()
                row = find_talk_row(session, talk)
                found = [poll for poll in records(session, row) if poll.id in changed]
        except Exception:  # whatever it was, they are still to be told
            self._answered[talk] |= changed
            raise
        for view in (*RANKING, View.BOARD):
            told = [poll for poll in found if view is not View.BOARD or poll.is_public]
            everything = view is View.MODERATE
            counts = {str(each.id): counts_of(each, everything=everything) for each in told}
            if row and counts:
                self._emit("polls", room(talk, view), {"revision": row.revision, "polls": counts})
