"""Boards as a test needs them, written straight into the database."""

import json
from itertools import count

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from companion.board.visitors import pseudonym
from companion.store.engine import Base
from companion.store.models import PUBLIC, Action, Kind, Question, Role, Status, Talk, Vote

from .clock import STARTS
from .people import ADA

_numbers = count(1)


def make_talk(session: Session, slug: str = "talk") -> Talk:
    """Return the talk's row, made when there is none."""
    talk = session.scalar(sa.select(Talk).filter_by(slug=slug))
    if talk is None:
        talk = Talk(slug=slug, key=f"key-of-{slug}", revision=0, public_revision=0)
        session.add(talk)
        session.flush()
    return talk


def make_question(
    engine: Engine,
    text: str = "",
    *,
    talk: str = "talk",
    author: str = ADA,
    status: Status = Status.OPEN,
    kind: Kind = Kind.QUESTION,
    detail: str = "",
    name: str = "",
    votes: int = 0,
    voters: tuple[str, ...] = (),
    key: str = "",
) -> int:
    """Put a question on a board; returns its id. ``votes`` is filled up with people unknown."""
    number = next(_numbers)
    with Session(engine) as session, session.begin():
        row = make_talk(session, talk)
        row.revision += 1
        row.public_revision = row.revision if status in PUBLIC else row.public_revision
        question = Question(
            talk_id=row.id,
            key=key or f"made-for-a-test-{number}",
            author=pseudonym(row.key, author),
            kind=kind,
            text=text or f"How do bees find home, take {number}?",
            detail=detail,
            name=name,
            status=status,
            votes=max(votes, len(voters)),
            asked_at=STARTS,
        )
        session.add(question)
        session.flush()
        crowd = (*voters, *(f"somebody-{n}" for n in range(votes - len(voters))))
        for voter in crowd:
            who = pseudonym(row.key, voter)
            session.add(Vote(question_id=question.id, voter=who, voted_at=STARTS))
        return question.id


def make_questions(
    engine: Engine, count: int, *, talk: str = "talk", status: Status = Status.OPEN
) -> list[int]:
    """Put many questions on a board at once, the first of them the most wanted; return their ids.

    Their votes are a count alone, without voters.
    """
    with Session(engine) as session, session.begin():
        row = make_talk(session, talk)
        row.revision += 1
        row.public_revision = row.revision if status in PUBLIC else row.public_revision
        questions = [
            Question(
                talk_id=row.id,
                key=f"one-of-many-{next(_numbers)}",
                author=pseudonym(row.key, f"attendee-{number}"),
                kind=Kind.QUESTION,
                text=f"How many bees does it take, number {number}?",
                status=status,
                votes=count - number,
                asked_at=STARTS,
            )
            for number in range(count)
        ]
        session.add_all(questions)
        session.flush()
        return [question.id for question in questions]


def note_merged(engine: Engine, question: int, before: Status) -> None:
    """Have the desk's log know how a question stood before it was merged."""
    with Session(engine) as session, session.begin():
        row = session.get_one(Question, question)
        diffs = {"questions": {str(question): {"status": [before, Status.MERGED]}}}
        session.add(
            Action(
                talk_id=row.talk_id,
                at=STARTS,
                role=Role.MODERATOR,
                what="merged",
                question_id=question,
                before=json.dumps(diffs),
            )
        )


def set_status(engine: Engine, question: int, status: Status) -> None:
    """Have a moderator's decision be taken."""
    with Session(engine) as session, session.begin():
        session.get_one(Question, question).status = status


def question_row(engine: Engine, question: int) -> Question:
    """Return a question as the database has it now."""
    with Session(engine, expire_on_commit=False) as session:
        return session.get_one(Question, question)


def talk_row(engine: Engine, slug: str = "talk") -> Talk:
    """Return a talk as the database has it now."""
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(sa.select(Talk).filter_by(slug=slug)).one()


def count_rows(engine: Engine, table: type[Base]) -> int:
    """Return how many rows a table has."""
    with Session(engine) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
