"""What attendees can do, the same whether it comes by socket or by form."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from companion.board import names, presence, queries, questions, room_code, votes
from companion.board.cards import Card
from companion.board.input import read_draft
from companion.board.newcomers import Newcomers
from companion.board.paging import FIRST_PAGE, View
from companion.board.queries import Board
from companion.board.questions import Asked
from companion.board.rate_limits import RateLimits
from companion.board.room_code import CodeNeededError
from companion.board.rules import BoardDefaults, BoardState
from companion.board.talk_state import TalkLoader, TalkState, load_talks
from companion.board.visitors import is_person
from companion.errors import NoBoardError, Refused
from companion.store.writer import Change, Writer
from companion.talks import Programme, TalkPage

NO_COOKIE = (
    "This browser keeps no cookies for this page. Allow them, or open the page in another browser."
)


SIGN_IN = "Only who has signed in can ask and vote here. Sign in first; nothing you typed is lost."
T = TypeVar("T")
RunsTalk = Callable[[], bool]


def nobody_does() -> bool:
    """Say that somebody does not run the talk."""
    return False


class BoardService:
    """Every talk's board, joined with its page, the limits, and the one writer."""

    def __init__(
        self,
        programme: Programme,
        writer: Writer,
        limits: RateLimits,
        clock: Callable[[], datetime],
        defaults: BoardDefaults,
    ) -> None:
        """Bring the parts together; ``clock`` returns an aware now."""
        self.programme = programme
        self.clock = clock
        self._write = writer
        self._limits = limits
        self._newcomers = Newcomers(on=limits.on, others=limits.others)
        self._defaults = defaults

    def loader(self, page: TalkPage) -> TalkLoader:
        """Return what reads a talk as it is at this moment."""
        return TalkLoader(page, self.clock(), self._defaults)

    def talk(self, session: Session, page: TalkPage) -> TalkState:
        """Return a talk as it is now, in one query."""
        return self.loader(page).load(session)

    def talks(self, session: Session, pages: Iterable[TalkPage]) -> list[TalkState]:
        """Return talks as they are now, all in one query."""
        return load_talks(session, map(self.loader, pages))

    def ask(
        self,
        slug: str,
        visitor: str | None,
        fields: Mapping[str, object],
        address: str = "",
        *,
        runs_talk: RunsTalk = nobody_does,
    ) -> Asked:
        """Put a question on a board; raises Refused, NoBoardError or UnavailableError.

        Whoever ``runs_talk`` may sign as those who do; it is asked only where somebody does.
        """
        loader, me = self._enter(slug, visitor)
        self._refuse_nameless(me, runs_talk)
        draft = read_draft(fields)
        borrowed = names.borrowed(draft.name, loader.page.speaker)
        if borrowed and not runs_talk():
            raise borrowed
        self._limits.spend("ask", slug, me, once=draft.key)
        standing = self._newcomers.standing(slug, me, address, draft.key)

        def work(change: Change, runs_talk: bool) -> Asked:
            talk = loader.lock(change.session)
            return questions.ask(change, talk, me, draft, standing, runs_talk=runs_talk)

        came = (slug, me, address, draft.key) if standing.is_new else ()
        return self._write_from_the_room(work, runs_talk, came)

    def vote(
        self,
        slug: str,
        visitor: str | None,
        question: int,
        address: str = "",
        *,
        wanted: bool,
        runs_talk: RunsTalk = nobody_does,
    ) -> tuple[Card, BoardState]:
        """Have a vote be as wanted; return the question as the voter sees it; raises as `ask`."""
        loader, me = self._enter(slug, visitor)
        if wanted:  # a vote can be taken back by whoever gave it
            self._refuse_nameless(me, runs_talk)
        self._limits.spend("vote", slug, me)
        standing = self._newcomers.standing(slug, me, address)

        def work(change: Change, runs_talk: bool) -> tuple[Card, BoardState]:
            more = {"wanted": wanted, "over_budget": standing.over_budget, "runs_talk": runs_talk}
            return votes.vote(change, loader, me, question, **more)

        came = (slug, me, address) if standing.is_new else ()
        return self._write_from_the_room(work, runs_talk, came)

    def edit(
        self,
        slug: str,
        visitor: str | None,
        question: int,
        fields: Mapping[str, object],
        *,
        runs_talk: RunsTalk = nobody_does,
    ) -> Asked:
        """Change one's own question; raises as `ask` does."""
        loader, me = self._enter(slug, visitor)
        self._refuse_nameless(me, runs_talk)
        draft, expected_version = read_draft(fields), fields.get("expected_version")
        self._limits.spend("edit", slug, me)

        def work(change: Change, runs_talk: bool) -> Asked:
            talk = loader.lock(change.session)
            more = {"runs_talk": runs_talk}
            return questions.edit(change, talk, me, question, draft, expected_version, **more)

        return self._write_from_the_room(work, runs_talk)

    def give_code(
        self, session: Session, slug: str, visitor: str | None, typed: str, address: str
    ) -> None:
        """Let somebody ask and vote who has read the room code; raises as `ask` does."""
        loader, me = self._enter(slug, visitor)
        talk = loader.load(session)
        if not talk.rules.requires_code:
            return
        room_code.refuse_guess(self._limits, talk, me, address, typed)
        session.rollback()  # what was read is about to be written by another connection

        def work(change: Change) -> None:
            row = loader.lock(change.session).row
            room_code.admit(change, row, me, loader.now, typed)

        self._write(work)

    def withdraw(self, slug: str, visitor: str | None, question: int) -> None:
        """Take one's own question back; raises as `ask` does."""
        loader, me = self._enter(slug, visitor)
        self._limits.spend("edit", slug, me)

        def work(change: Change) -> None:
            questions.withdraw(change, loader.lock(change.session), me, question)

        self._write(work)

    def delete_own(self, slug: str, visitor: str | None) -> None:
        """Delete all that somebody asked on a talk; raises as `ask` does."""
        loader, me = self._enter(slug, visitor)
        self._limits.spend("edit", slug, me)
        self._write(lambda change: questions.delete_own(change, loader.lock(change.session), me))

    def note_new_page(self, page: TalkPage) -> None:
        """Tell everyone who is looking at a talk that its own file has changed."""
        loader = self.loader(page)
        self._write(lambda change: questions.note_new_page(change, loader.lock(change.session)))

    def note_here(self, worker: str, here: Mapping[str, int]) -> None:
        """Keep how many people are on each talk's page right now; raises UnavailableError."""
        found = ((self.programme.find(slug), count) for slug, count in here.items() if count)
        loaders = [(self.loader(page), count) for page, count in found if page]
        near = [pair for pair in loaders if presence.is_near(pair[0].page.planned, pair[0].now)]

        def work(change: Change) -> None:
            for loader, count in near:
                presence.note(change, loader.lock(change.session), worker, count)

        if near:
            self._write(work)

    def tally(
        self, session: Session, slug: str, changed: Collection[int]
    ) -> tuple[int, dict[str, int]]:
        """Return a board's revision, and the votes of some of its questions by number."""
        return votes.tally(session, slug, changed)

    def board(
        self, session: Session, talk: TalkState, visitor: str | None, view: View = FIRST_PAGE
    ) -> Board:
        """Return a talk's board as a visitor sees it."""
        return queries.board(session, talk, visitor, view)

    def needs_sign_in(self, visitor: str | None) -> bool:
        """Whether somebody has to sign in before they ask or vote."""
        return self._defaults.signed_in_only and not is_person(visitor)

    def _refuse_nameless(self, visitor: str, runs_talk: RunsTalk) -> None:
        if self.needs_sign_in(visitor) and not runs_talk():
            raise Refused(SIGN_IN, field="sign_in")

    def _write_from_the_room(
        self,
        work: Callable[[Change, bool], T],
        runs_talk: RunsTalk,
        came: tuple[str, ...] = (),
    ) -> T:
        """Do what needs the room code, which those who run the talk need not give.

        Who they are costs a look into the database, so it is asked only where it matters. Whoever
        ``came`` only now and is refused is forgotten, so as to take no newcomer's place.
        """
        try:
            return self._write(lambda change: work(change, False))
        except CodeNeededError:
            if not runs_talk():
                if came:
                    self._newcomers.forget(*came)
                raise
        return self._write(lambda change: work(change, True))

    def _enter(self, slug: str, visitor: str | None) -> tuple[TalkLoader, str]:
        page = self.programme.find(slug)
        if page is None or not page.board:
            raise NoBoardError(slug)
        if visitor is None:
            raise Refused(NO_COOKIE, field="cookie")
        return self.loader(page), visitor
