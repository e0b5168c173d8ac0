"""A board without its web page: people act on it by name."""

from dataclasses import replace

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from companion.board import questions, votes
from companion.board.cards import Card
from companion.board.input import read_draft
from companion.board.questions import Asked, Board, BoardState, House
from companion.store.writer import Writer

from .clock import DURING

TEXT = "How do bees find home?"


class Room:
    """One talk's board, its rules and its writer."""

    def __init__(self, engine: Engine, writer: Writer, slug: str = "talk") -> None:
        self.engine, self.writer = engine, writer
        self.house = House(slug, BoardState.OPEN, moderated=False, now=DURING)

    def becomes(self, **held: object) -> None:
        """Change what holds: the state, whether it is moderated, the time."""
        self.house = replace(self.house, **held)  # type: ignore[arg-type]

    def ask(self, who: str, text: str = TEXT, **fields: object) -> Asked:
        draft = read_draft({"text": text, **fields})
        return self.writer(lambda change: questions.ask(change, self.house, who, draft))

    def vote(self, who: str, question: int, *, wanted: bool = True) -> int:
        return self.writer(
            lambda change: votes.vote(change, self.house, who, question, wanted=wanted)
        )

    def edit(self, who: str, question: int, text: str = TEXT, **fields: object) -> Asked:
        draft = read_draft({"text": text, **fields})
        return self.writer(lambda change: questions.edit(change, self.house, who, question, draft))

    def withdraw(self, who: str, question: int) -> None:
        self.writer(lambda change: questions.withdraw(change, self.house, who, question))

    def board(self, who: str | None = None, *, sort: str = "popular", find: str = "") -> Board:
        with Session(self.engine) as session:
            return questions.board(session, self.house, who, sort, find)

    def card(self, question: int, who: str | None = None) -> Card:
        with Session(self.engine) as session:
            return questions.card(session, self.house, who, question)

    def revision(self) -> int:
        with Session(self.engine) as session:
            return questions.revision(session, self.house.slug)
