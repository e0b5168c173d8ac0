"""What attendees can do, the same whether it comes by socket or by form."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from companion.board import presence, questions, votes
from companion.board.cards import Card
from companion.board.input import read_draft
from companion.board.limits import RateLimits
from companion.board.questions import Asked, Board
from companion.board.rules import BoardState, House, house, scheduled
from companion.errors import Refused
from companion.store.writer import Change, Writer
from companion.talks import Phase, Programme, TalkPage

NO_COOKIE = "This browser keeps no cookies for this page, so it can read the board only."


class NoBoardError(Exception):
    """There is no such talk on the programme, or it has no board."""


class Boards:
    """Every talk's board, joined with its page, the limits, and the one writer."""

    def __init__(
        self,
        programme: Programme,
        writer: Writer,
        limits: RateLimits,
        clock: Callable[[], datetime],
        *,
        moderated: bool,
        flood: int = 0,
    ) -> None:
        """Bring the parts together; ``clock`` returns an aware now."""
        self.programme = programme
        self.clock = clock
        self._write = writer
        self._limits = limits
        self._moderated, self._flood = moderated, flood

    def house(self, page: TalkPage) -> House:
        """Return what holds on a talk's board right now, unless the desk says otherwise."""
        return house(page, self.clock(), moderated=self._moderated, flood=self._flood)

    def current(self) -> TalkPage | None:
        """Return the talk that is on or comes next, else the last one there was."""
        pages = [page for page in self.programme.pages() if page.board]
        coming = [page for page in pages if page.phase(self.clock()) is not Phase.OVER]
        return coming[0] if coming else pages[-1] if pages else None

    def scheduled(self, session: Session, page: TalkPage) -> TalkPage:
        """Return a talk's page with its times as the desk has moved them."""
        return scheduled(page, questions.talk_named(session, page.slug))

    def state(self, session: Session, page: TalkPage) -> BoardState:
        """Return what attendees may do right now."""
        return self.house(page).under(questions.talk_named(session, page.slug)).state

    def alike(
        self, session: Session, page: TalkPage, visitor: str | None, text: str
    ) -> tuple[Card, ...]:
        """Return what is on a board already and likely says the same."""
        return questions.alike(session, self.house(page), visitor, text)

    def ask(self, slug: str, visitor: str | None, fields: Mapping[str, object]) -> Asked:
        """Put a question on a board; raises Refused, NoBoardError or UnavailableError."""
        house, me = self._enter(slug, visitor)
        draft = read_draft(fields)
        self._limits.spend("ask", slug, me, once=draft.key)
        return self._write(lambda change: questions.ask(change, house, me, draft))

    def vote(self, slug: str, visitor: str | None, question: int, *, wanted: bool) -> int:
        """Have a vote be as wanted; returns the votes, raises as `ask` does."""
        house, me = self._enter(slug, visitor)
        self._limits.spend("vote", slug, me)
        return self._write(lambda change: votes.vote(change, house, me, question, wanted=wanted))

    def edit(
        self, slug: str, visitor: str | None, question: int, fields: Mapping[str, object]
    ) -> Asked:
        """Change one's own question; raises as `ask` does."""
        house, me = self._enter(slug, visitor)
        draft = read_draft(fields)
        self._limits.spend("edit", slug, me)
        return self._write(lambda change: questions.edit(change, house, me, question, draft))

    def withdraw(self, slug: str, visitor: str | None, question: int) -> None:
        """Take one's own question back; raises as `ask` does."""
        house, me = self._enter(slug, visitor)
        self._limits.spend("edit", slug, me)
        self._write(lambda change: questions.withdraw(change, house, me, question))

    def note_new_page(self, slug: str) -> None:
        """Tell everyone who is looking at a talk that its own file has changed."""
        self._write(lambda change: questions.note_new_page(change, slug))

    def note_here(self, worker: str, here: Mapping[str, int]) -> None:
        """Keep how many people are on each talk's page right now; raises UnavailableError."""
        now = self.clock()
        found = ((self.programme.find(slug), count) for slug, count in here.items() if count)
        near = [(page, count) for page, count in found if page and presence.is_near(page, now)]

        def work(change: Change) -> None:
            for page, count in near:
                presence.note(change, page, worker, count, now)

        if near:
            self._write(work)

    def is_flooding(self, slug: str, connection: str) -> bool:
        """Count one message of a connection; return whether no person sends so many."""
        try:
            self._limits.spend("message", slug, connection)
        except Refused:
            return True
        return False

    def tally(
        self, session: Session, slug: str, changed: Collection[int]
    ) -> tuple[int, dict[str, int]]:
        """Return a board's revision, and the votes of some of its questions by number."""
        return votes.tally(session, slug, changed)

    def board(
        self, session: Session, page: TalkPage, visitor: str | None, sort: str = "", find: str = ""
    ) -> Board:
        """Return a talk's board as a visitor sees it."""
        by = "recent" if sort == "recent" else "popular"
        return questions.board(session, self.house(page), visitor, by, find)

    def card(self, session: Session, page: TalkPage, visitor: str | None, question: int) -> Card:
        """Return one entry of a board; raises Refused when it is not to be seen."""
        return questions.card(session, self.house(page), visitor, question)

    def _enter(self, slug: str, visitor: str | None) -> tuple[House, str]:
        page = self.programme.find(slug)
        if page is None or not page.board:
            raise NoBoardError(slug)
        if visitor is None:
            raise Refused(NO_COOKIE)
        return self.house(page), visitor
