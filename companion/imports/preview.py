"""What would become of each row, before anything is written."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.input import Draft, one_line, read_draft
from companion.board.similarity import alike
from companion.errors import Refused
from companion.imports.rows import LIST, Found, ParsedList
from companion.store.models import ACTIVE, PUBLIC, Kind, Question, Status, Talk

COMPARED = 500
NOBODY = frozenset({"anonymous", "anonym", "anonyme", "anonimo", "n/a", "-"})
PREPARED = "the organisers"
# What was not shown to everybody where it comes from.
HIDDEN = {*(set(Status) - set(PUBLIC)), "archived", "dismissed", "rejected"}
Known = list[tuple[int, str]]


@dataclass(frozen=True)
class Choice:
    """What somebody chose for the rows that do not say it themselves."""

    status: Status = Status.OPEN
    kind: Kind = Kind.QUESTION
    name: str = PREPARED


@dataclass(frozen=True)
class PreviewRow:
    """One row as it would be; one with a ``problem`` cannot be brought in as it is.

    It is ``ticked`` unless something speaks against it, or as somebody has ticked it.
    """

    found: Found
    draft: Draft | None
    problem: str
    doubt: str
    ticked: bool


@dataclass(frozen=True)
class Preview:
    """All rows, and what has to be said about the whole."""

    rows: tuple[PreviewRow, ...]
    shape: str
    unit: str
    notes: tuple[str, ...]

    @property
    def good(self) -> int:
        """Return how many rows can be brought in."""
        return sum(not row.problem for row in self.rows)


def look(
    session: Session,
    slug: str,
    reading: ParsedList,
    choice: Choice,
    token: str,
    ticked: Collection[int] | None = None,
) -> Preview:
    """Return what would become of each row of a reading; ``ticked`` are those already chosen."""
    known = list(enumerate(_on_board(session, slug)))
    rows = tuple(_judged(reading, choice, token, known))
    if ticked is not None:
        rows = tuple(replace(row, ticked=row.found.number in ticked) for row in rows)
    return Preview(rows, reading.shape, reading.unit, tuple(_notes(reading)))


def draft_of(found: Found, choice: Choice, token: str) -> Draft:
    """Return a row as a draft; raises Refused when the board would not take it.

    The same row under the same token has the same key, so bringing it in twice is once.
    """
    if found.problem:
        raise Refused(found.problem)
    name = one_line(found.name)
    fields = {
        "text": found.text,
        "detail": found.detail,
        "name": choice.name if not name or name.casefold() in NOBODY else name,
        "kind": _kind(found, choice),
        "key": stamp(token, str(found.number), found.text, found.detail)[:32],
    }
    return read_draft(fields)


def stamp(*parts: str) -> str:
    """Return what tells one thing that was looked at from every other."""
    return sha256("\0".join(parts).encode()).hexdigest()


def _kind(found: Found, choice: Choice) -> str:
    said = found.kind.strip().casefold()
    return said if said in set(Kind) else choice.kind


def _on_board(session: Session, slug: str) -> list[str]:
    shown = sa.select(Question.text).join(Talk, Talk.id == Question.talk_id)
    shown = shown.where(Talk.slug == slug, Question.status.in_(ACTIVE))
    return list(session.scalars(shown.order_by(Question.votes.desc()).limit(COMPARED)))


def _judged(reading: ParsedList, choice: Choice, token: str, known: Known) -> Iterator[PreviewRow]:
    before: Known = []
    for found in reading.rows:
        time.sleep(0)  # comparing takes a while, and others want to be served
        try:
            draft = draft_of(found, choice, token)
        except Refused as refusal:
            yield PreviewRow(found, None, str(refusal), "", ticked=False)
            continue
        doubt = _doubt(found, draft, known, before)
        yield PreviewRow(found, draft, "", doubt, ticked=not doubt)
        before.append((found.number, draft.text))


def _doubt(found: Found, draft: Draft, known: Known, before: Known) -> str:
    """Say why a row is likely not wanted, "" when nothing speaks against it."""
    on_board = _same(draft.text, known)
    if on_board:
        return _said("On the board already", draft.text, on_board)
    in_file = _same(draft.text, before)
    if in_file:
        return _said("Further up already", draft.text, in_file)
    said = found.status.strip().casefold()
    return f"It is {said} where it comes from." if said in HIDDEN else ""


def _said(where: str, text: str, other: str) -> str:
    """Say what is alike, unless that would say the same once more."""
    if other.casefold() == text.casefold():
        return f"{where}."
    return f"{where}: “{other}”"


def _same(text: str, others: Known) -> str:
    """Return what likely says the same, be it too short to be compared otherwise."""
    exact = (other for _, other in others if other.casefold() == text.casefold())
    likely = alike(text, others)
    return next(exact, "") or (likely[0][1] if likely else "")


def _notes(reading: ParsedList) -> Iterator[str]:
    if reading.has_votes:
        yield "Votes are not taken over: they were given elsewhere, and nobody has voted here yet."
    if reading.left_out:
        yield f"Not taken over: {', '.join(reading.left_out)}."
    if reading.above:
        yield "What stands above the row with the columns' names is left out."
    if reading.shape == LIST:
        yield "What stands between the lists is left out."
