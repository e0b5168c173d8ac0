"""What attendees can do, the same whether it comes by socket or by form."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from companion.board import (
    answering,
    names,
    polls,
    presence,
    queries,
    questions,
    rating,
    room_code,
    votes,
)
from companion.board.cards import Card
from companion.board.input import ANSWER_MIN, Draft, read_draft
from companion.board.memo import Memo
from companion.board.newcomers import Newcomers, Standing
from companion.board.paging import FIRST_PAGE, Selection
from companion.board.polls import PollRecord
from companion.board.prepared_polls import follow_page
from companion.board.queries import Board
from companion.board.questions import Asked
from companion.board.rate_limits import RateLimits
from companion.board.room_code import CodeNeededError
from companion.board.rules import BoardDefaults, BoardState
from companion.board.talk_state import LockedTalk, TalkLoader, TalkState, load_talks
from companion.board.visitors import is_person
from companion.board.voting import Voting
from companion.errors import NoBoardError, Refused
from companion.messages import gettext
from companion.store.models import Kind
from companion.store.writer import Change, Writer
from companion.talks import Programme, TalkPage

NO_COOKIE = gettext(
    "This browser keeps no cookies for this page. Allow them, or open the page in another browser."
)


MOST_BOARDS = 64  # of which what strangers see is kept
SIGN_IN = gettext(
    "Only who has signed in can ask and vote here. Sign in first; nothing you typed is lost."
)
T = TypeVar("T")
Work = Callable[[Change], T]
RunsTalk = Callable[[], bool]


def _draft(fields: Mapping[str, object], prompt: int | None) -> Draft:
    if prompt is None:
        return read_draft(fields)
    answer = read_draft({**fields, "kind": Kind.COMMENT}, ANSWER_MIN)
    return replace(answer, answers_to=prompt)


def nobody_does() -> bool:
    """Say that somebody does not run the talk."""
    return False


@dataclass(frozen=True)
class Caller:
    """Who wants something done: a browser, from where, and whether it runs the talk.

    The last is asked only where it matters.
    """

    visitor: str | None
    address: str = ""
    runs_talk: RunsTalk = nobody_does


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
        self._seen: Memo[Board] = Memo(MOST_BOARDS)
        self._polls: Memo[tuple[PollRecord, ...]] = Memo(MOST_BOARDS)

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
        prompt: int | None = None,
        runs_talk: RunsTalk = nobody_does,
    ) -> Asked:
        """Put a question on a board; raises Refused, NoBoardError or UnavailableError.

        It may answer a ``prompt``. Whoever ``runs_talk`` may sign as those who do; it is asked
        only where somebody does.
        """
        loader, me = self._enter(slug, visitor)
        self._refuse_nameless(me, runs_talk)
        draft = _draft(fields, prompt)
        borrowed = names.borrowed(draft.name, loader.page.speaker)
        if borrowed and not runs_talk():
            raise borrowed
        self._limits.spend("ask", slug, me, once=draft.key)
        standing = self._newcomers.standing(slug, me, address, draft.key)

        def work(runs_talk: bool) -> Work[Asked]:
            return lambda change: questions.ask(
                change, loader.lock(change.session), me, draft, standing, runs_talk=runs_talk
            )

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

        def work(runs_talk: bool) -> Work[tuple[Card, BoardState]]:
            return Voting(loader, me, question, wanted, standing.over_budget, runs_talk)

        came = (slug, me, address) if standing.is_new else ()
        return self._write_from_the_room(work, runs_talk, came)

    def answer(
        self,
        slug: str,
        visitor: str | None,
        poll: int,
        options: Sequence[int],
        address: str = "",
        *,
        turn: int | None = None,
        runs_talk: RunsTalk = nobody_does,
    ) -> None:
        """Have an answer to a poll be as wanted; raises as `ask` does."""

        def answer(change: Change, talk: LockedTalk, me: str, **standing: bool) -> None:
            answering.answer(change, talk, me, poll, options, turn=turn, **standing)

        self.take_part(slug, Caller(visitor, address, runs_talk), "vote", answer)

    def rate(
        self,
        slug: str,
        visitor: str | None,
        fields: Mapping[str, str],
        address: str = "",
        *,
        runs_talk: RunsTalk = nobody_does,
    ) -> None:
        """Have a rating be as wanted; raises as `ask` does."""
        wish = rating.read_wish(fields)

        def give(change: Change, talk: LockedTalk, me: str, **standing: bool) -> None:
            rating.give(change, talk, me, wish, **standing)

        caller = Caller(visitor, address, runs_talk)
        # A rating can be taken back by whoever gave it.
        self.take_part(slug, caller, "vote", give, signed_in=not wish.removes)

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
        draft, expected_version = read_draft(fields, ANSWER_MIN), fields.get("expected_version")
        self._limits.spend("edit", slug, me)

        def work(runs_talk: bool) -> Work[Asked]:
            return lambda change: questions.edit(
                change,
                loader.lock(change.session),
                me,
                question,
                draft,
                expected_version,
                runs_talk=runs_talk,
            )

        return self._write_from_the_room(work, runs_talk)

    def give_code(
        self, session: Session, slug: str, visitor: str | None, typed: str, address: str
    ) -> None:
        """Let somebody ask and vote who has read the room code; raises as `ask` does."""
        loader, me = self._enter(slug, visitor)
        talk = loader.load(session)
        session.rollback()  # what was read is about to be written by another connection
        if not talk.rules.requires_code:
            return
        room_code.refuse_guess(self._limits, talk, me, address, typed)

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

    def take_part(
        self,
        slug: str,
        caller: Caller,
        limit: str,
        do: Callable[..., T],
        *,
        once: str = "",
        signed_in: bool = True,
    ) -> T:
        """Do something as an attendee, who may have to have ``signed_in``; raises as `ask` does.

        ``do`` gets the change, the locked talk, the visitor, and by name how they stand.
        """
        loader, me = self.enter(slug, caller, signed_in=signed_in)
        standing = self.spend(limit, slug, me, caller.address, once=once)
        over_budget = standing.over_budget

        def work(runs_talk: bool) -> Work[T]:
            def doing(change: Change) -> T:
                talk = loader.lock(change.session)
                return do(change, talk, me, runs_talk=runs_talk, over_budget=over_budget)

            return doing

        came = (slug, me, caller.address) if standing.is_new else ()
        return self._write_from_the_room(work, caller.runs_talk, came)

    def enter(self, slug: str, caller: Caller, *, signed_in: bool = True) -> tuple[TalkLoader, str]:
        """Return what reads a talk, and who wants something done there; raises as `ask` does."""
        loader, me = self._enter(slug, caller.visitor)
        if signed_in:
            self._refuse_nameless(me, caller.runs_talk)
        return loader, me

    def spend(
        self, limit: str, slug: str, me: str, address: str, *, of: str = "", once: str = ""
    ) -> Standing:
        """Have somebody use up one of what they may do, and return how they came; raises Refused.

        What has a limit of its own is ``of`` some kind; what is repeated counts ``once``.
        """
        self._limits.spend(limit, f"{slug} {of}".rstrip(), me, once=once)
        return self._newcomers.standing(slug, me, address)

    def standing(self, talk: TalkState, caller: Caller) -> dict[str, bool]:
        """Return how somebody stands who would take part now; raises Refused."""
        me = caller.visitor or ""
        self._refuse_nameless(me, caller.runs_talk)
        return {
            "runs_talk": talk.rules.requires_code and caller.runs_talk(),
            "over_budget": self._newcomers.is_past(talk.slug, me, caller.address),
        }

    def note_new_page(self, page: TalkPage) -> None:
        """Tell everyone who is looking at a talk that its own file has changed."""
        loader = self.loader(page)

        def work(change: Change) -> None:
            talk = loader.lock(change.session)
            follow_page(change.session, talk)
            questions.note_new_page(change, talk)

        self._write(work)

    def note_here(self, worker: str, here: Mapping[str, int]) -> None:
        """Keep how many people are on each talk's page right now; raises UnavailableError."""
        found = ((self.programme.listed(slug), count) for slug, count in here.items() if count)
        loaders = [(self.loader(page), count) for page, count in found if page]
        near = [pair for pair in loaders if presence.is_near(pair[0].page.planned, pair[0].now)]

        def work(change: Change) -> None:
            for loader, count in near:
                with suppress(NoBoardError):  # a rehearsal has ended meanwhile
                    presence.note(change, loader.lock(change.session), worker, count)

        if near:
            self._write(work)

    def tally(
        self, session: Session, slug: str, changed: Collection[int]
    ) -> tuple[int, dict[str, int]]:
        """Return a board's revision, and the votes of some of its questions by number."""
        return votes.tally(session, slug, changed)

    def board(
        self,
        session: Session,
        talk: TalkState,
        visitor: str | None,
        selection: Selection = FIRST_PAGE,
    ) -> Board:
        """Return a talk's board as a visitor sees it; what strangers see is read once."""
        if not selection.is_usual:
            return queries.board(session, talk, visitor, selection)
        seen = self._seen.get(
            (talk.slug, selection),
            talk.version,
            lambda: queries.board(session, talk, None, selection),
        )
        return queries.for_visitor(session, talk, visitor, seen)

    def polls(self, session: Session, talk: TalkState) -> tuple[PollRecord, ...]:
        """Return a talk's polls with their results, whoever may see those; read once."""
        if talk.row is None or not talk.row.polls:
            return ()
        return self._polls.get(talk.slug, talk.version, lambda: polls.records(session, talk.row))

    def needs_sign_in(self, visitor: str | None) -> bool:
        """Whether somebody has to sign in before they ask or vote."""
        return self._defaults.signed_in_only and not is_person(visitor)

    def _refuse_nameless(self, visitor: str, runs_talk: RunsTalk) -> None:
        if self.needs_sign_in(visitor) and not runs_talk():
            raise Refused(SIGN_IN, field="sign_in")

    def _write_from_the_room(
        self,
        work: Callable[[bool], Work[T]],
        runs_talk: RunsTalk,
        came: tuple[str, ...] = (),
    ) -> T:
        """Do what needs the room code, which those who run the talk need not give.

        Who they are costs a look into the database, so it is asked only where it matters. Whoever
        ``came`` only now and is refused is forgotten, so as to take no newcomer's place.
        """
        try:
            return self._write(work(False))
        except CodeNeededError:
            if not runs_talk():
                if came:
                    self._newcomers.forget(*came)
                raise
        return self._write(work(True))

    def _enter(self, slug: str, visitor: str | None) -> tuple[TalkLoader, str]:
        page = self.programme.find(slug)
        if page is None or not page.board:
            raise NoBoardError(slug)
        if visitor is None:
            raise Refused(NO_COOKIE, field="cookie")
        return self.loader(page), visitor
