"""What attendees say with the pulse, what others hear of it, and what is kept."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from companion.board import pressing, provisional, pulse_minutes
from companion.board.others import Others
from companion.board.pulses import Pulse, Pulses
from companion.board.rows import lock_talk_row
from companion.board.service import BoardService, Caller
from companion.board.talk_state import TalkLoader
from companion.board.visitors import pseudonym
from companion.errors import InDoubtError, NoBoardError, UnavailableError
from companion.store.pulse import PulseKind
from companion.store.writer import Change, Writer


class PulseService:
    """Every talk's pulse, by the limits of its board."""

    def __init__(self, boards: BoardService, writer: Writer, others: Others) -> None:
        """Go by the boards; the ``others`` are told who has pressed what, and tell it."""
        self._boards, self._write = boards, writer
        self.pulses = Pulses(others, boards.clock)

    def press(self, session: Session, slug: str, caller: Caller, kind: str) -> None:
        """Have somebody say how they follow, or clap; raises as `BoardService.ask` does.

        It is heard at once, and how many there were is kept later.
        """
        loader, me = self._boards.enter(slug, caller)
        talk = loader.load(session)
        is_let_in = talk.rules.requires_code and caller.runs_talk()
        pressed = pressing.refuse(session, talk, me, kind, runs_talk=is_let_in)
        session.rollback()  # no connection is kept while somebody may have to be held
        if self.pulses.is_repeated(slug, me, pressed):
            return
        standing = self._boards.spend("pulse", slug, me, caller.address, of=pressed)
        if standing.over_budget and not self._lets_in(loader, me):
            raise pressing.held()
        self.pulses.press(slug, me, pressed)

    def pulse(self, session: Session, slug: str, here: int, *, is_alone: bool) -> Pulse:
        """Return how a talk's people follow, of those who are here."""
        counts = self.pulses.counts(slug)
        claps = max(counts[PulseKind.CLAP], pulse_minutes.claps(session, slug))
        clear, lost, louder = (counts[kind] for kind in PulseKind if kind is not PulseKind.CLAP)
        of = max(here, clear + lost + louder)  # without a socket nobody is counted as here
        at = round(self._boards.clock().timestamp() * 1000)
        return Pulse(clear, lost, louder, claps, of, at, is_alone)

    def save(self) -> None:
        """Keep how many pressed what in which minute; raises UnavailableError, and tries later."""
        taken = self.pulses.take_unsaved()
        talks: dict[str, dict[tuple[datetime, PulseKind], int]] = {}
        for (slug, minute, kind), count in taken.items():
            talks.setdefault(slug, {})[minute, kind] = count

        def work(change: Change) -> None:
            for slug, counts in talks.items():
                with suppress(NoBoardError):  # a rehearsal has ended meanwhile
                    pulse_minutes.add(change.session, lock_talk_row(change.session, slug), counts)

        try:
            if taken:
                self._write(work)
        except InDoubtError:  # what may be there already is not to count twice
            raise
        except UnavailableError:
            self.pulses.give_back(taken)
            raise

    def _lets_in(self, loader: TalkLoader, visitor: str) -> bool:
        """Hold somebody who came past the budget, unless the desk has let them in."""

        def work(change: Change) -> bool:
            row = loader.lock(change.session).row
            author = pseudonym(row.key, visitor)
            return not provisional.hold_aloud(change, row, author, loader.now)

        return self._write(work)
