"""A board without its web page: people act on it by name."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from companion.board import queries, questions
from companion.board.cards import Card
from companion.board.input import read_draft
from companion.board.paging import read_selection
from companion.board.queries import Board
from companion.board.questions import Asked
from companion.board.rules import BoardDefaults, BoardState
from companion.board.talk_state import LockedTalk, TalkLoader
from companion.board.voting import Voting
from companion.store.writer import Change, Writer
from companion.talks import TalkPage

from .clock import DURING
from .talks import make_page

T = TypeVar("T")
TEXT = "How do bees find home?"


class Room:
    """One talk's board, its rules and its writer; its page has the board open, and unmoderated."""

    def __init__(self, engine: Engine, writer: Writer, slug: str = "talk") -> None:
        self.engine, self.writer = engine, writer
        page = make_page(slug, board_state="open", moderated=False)
        self.loader = TalkLoader(page, DURING, BoardDefaults())

    @property
    def page(self) -> TalkPage:
        return self.loader.page

    def becomes(
        self,
        *,
        page: TalkPage | None = None,
        state: BoardState | None = None,
        moderated: bool | None = None,
        **held: object,
    ) -> None:
        """Change what holds: the page, the state, whether it is moderated, the time."""
        page = page or self.loader.page
        if state is not None:
            page = replace(page, board_state=state.value)
        if moderated is not None:
            page = replace(page, moderated=moderated)
        if "flood" in held:
            held["defaults"] = BoardDefaults(flood=held.pop("flood"))  # type: ignore[arg-type]
        self.loader = replace(self.loader, page=page, **held)  # type: ignore[arg-type]

    def write(self, work: Callable[[Change, LockedTalk], T]) -> T:
        return self.writer(lambda change: work(change, self.loader.lock(change.session)))

    def ask(self, who: str, text: str = TEXT, **fields: object) -> Asked:
        draft = read_draft({"text": text, **fields})
        return self.write(lambda change, talk: questions.ask(change, talk, who, draft))

    def vote(self, who: str, question: int, *, wanted: bool = True) -> int:
        card, _ = self.writer(Voting(self.loader, who, question, wanted))
        return card.votes

    def edit(self, who: str, question: int, text: str = TEXT, **fields: object) -> Asked:
        draft = read_draft({"text": text, **fields})
        return self.write(lambda change, talk: questions.edit(change, talk, who, question, draft))

    def withdraw(self, who: str, question: int) -> None:
        self.write(lambda change, talk: questions.withdraw(change, talk, who, question))

    def board(self, who: str | None = None, **asked: str) -> Board:
        """Return the board as somebody sees it, by what the page's address would ask for."""
        with Session(self.engine) as session:
            return queries.board(session, self.loader.load(session), who, read_selection(asked))

    def card(self, question: int, who: str | None = None) -> Card:
        with Session(self.engine) as session:
            return queries.card(session, self.loader.load(session), who, question)

    def revision(self) -> int:
        with Session(self.engine) as session:
            return self.loader.load(session).revision
