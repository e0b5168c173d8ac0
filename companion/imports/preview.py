"""What would become of each row, before anything is written."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.input import Draft, one_line, read_draft
from companion.board.plural import plural
from companion.board.similarity import alike
from companion.errors import Refused
from companion.imports.encodings import NAMES
from companion.imports.guess import is_datum
from companion.imports.private import LEFT_OUT, name_without_address, without_addresses
from companion.imports.rows import LIST, Found, ParsedList
from companion.store.models import ACTIVE, PUBLIC, Kind, Question, Status, Talk

COMPARED = 500
NOBODY = frozenset({"guest", "n/a", "-", "unknown", "匿名", "匿名用户", "익명", "مجهول"})
NAMELESS = re.compile(r"(?:an[oó]n[iíyý]m|di[-]?enw|аноним|анонім|ανών|匿名|익명)", re.IGNORECASE)
# What other boards put beside questions.
NO_QUESTIONS = frozenset(
    (
        *("reply", "response", "answer", "announcement", "poll", "quiz", "survey", "prompt"),
        *("system", "multiple choice", "word cloud", "open text", "rating", "ranking", "antwort"),
        *("umfrage", "réponse", "sondage", "respuesta", "encuesta", "回答", "返信", "ateb"),
    )
)
CHOOSE = (
    "It is not clear which column has the questions, so nothing is ticked. Choose the columns, "
    "then press “Read these columns”."
)
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
    columns: tuple[str, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)

    @property
    def columns_stamp(self) -> str:
        """Return what tells its columns from those of every other table."""
        return stamp(*self.columns)

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
    guess: str = "",
) -> Preview:
    """Return what would become of each row of a reading; ``ticked`` are those already chosen.

    ``guess`` names the encoding where the file did not.
    """
    known = list(enumerate(_on_board(session, slug)))
    rows = tuple(_judged(reading, choice, token, known, is_sure=not guess))
    if ticked is not None:
        rows = tuple(replace(row, ticked=row.found.number in ticked) for row in rows)
    notes = tuple(_notes(reading, guess))
    return Preview(rows, reading.shape, reading.unit, notes, reading.columns, reading.places)


def draft_of(found: Found, choice: Choice, token: str) -> Draft:
    """Return a row as a draft; raises Refused when the board would not take it.

    The same row under the same token has the same key, so bringing it in twice is once.
    """
    if found.problem:
        raise Refused(found.problem)
    name = one_line(name_without_address(found.name))
    fields = {
        "text": without_addresses(found.text),
        "detail": without_addresses(found.detail),
        "name": choice.name if _is_nobody(name) else name,
        "kind": _kind(found, choice),
        "key": stamp(token, str(found.number), found.text, found.detail)[:32],
    }
    return read_draft(fields)


def stamp(*parts: str) -> str:
    """Return what tells one thing that was looked at from every other."""
    return sha256("\0".join(parts).encode()).hexdigest()


def _is_nobody(name: str) -> bool:
    return not name or name.casefold() in NOBODY or NAMELESS.match(name) is not None


def _kind(found: Found, choice: Choice) -> str:
    said = found.kind.strip().casefold()
    return said if said in set(Kind) else choice.kind


def _on_board(session: Session, slug: str) -> list[str]:
    shown = sa.select(Question.text).join(Talk, Talk.id == Question.talk_id)
    shown = shown.where(Talk.slug == slug, Question.status.in_(ACTIVE))
    return list(session.scalars(shown.order_by(Question.votes.desc()).limit(COMPARED)))


def _judged(
    reading: ParsedList, choice: Choice, token: str, known: Known, *, is_sure: bool
) -> Iterator[PreviewRow]:
    before: Known = []
    for found in reading.rows:
        time.sleep(0)  # comparing takes a while, and others want to be served
        try:
            draft = draft_of(found, choice, token)
        except Refused as refusal:
            yield PreviewRow(found, None, str(refusal), "", ticked=False)
            continue
        doubt = _doubt(found, draft, known, before) or _doubt_of_letters(draft, is_sure=is_sure)
        yield PreviewRow(found, draft, "", doubt, ticked=not doubt and not reading.is_guessed)
        before.append((found.number, draft.text))


def _doubt(found: Found, draft: Draft, known: Known, before: Known) -> str:
    """Say why a row is likely not wanted, "" when nothing speaks against it."""
    on_board = _same(draft.text, known)
    if on_board:
        return _said("On the board already", draft.text, on_board)
    in_file = _same(draft.text, before)
    if in_file:
        return _said("Further up already", draft.text, in_file)
    for said, unwanted in ((found.status, HIDDEN), (found.kind, NO_QUESTIONS)):
        word = said.strip().casefold()
        if word in unwanted:
            return f"It is {word} where it comes from."
    if LEFT_OUT in f"{draft.text}{draft.detail}":
        return "An e-mail address stood in it."
    return "It is a number, a time or an address." if is_datum(draft.text) else ""


def _doubt_of_letters(draft: Draft, *, is_sure: bool) -> str:
    is_plain = is_sure or f"{draft.text}{draft.detail}{draft.name}".isascii()
    return "" if is_plain else "Are its letters right? The file does not say how to read them."


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


def _notes(reading: ParsedList, guess: str) -> Iterator[str]:
    if guess:
        yield (
            f"This file is not UTF-8, and does not say what it is. It was read as {NAMES[guess]}: "
            "if letters are wrong, choose another."
        )
    if reading.is_guessed:
        yield CHOOSE
    yield from _what_is_left_out(reading)


def _what_is_left_out(reading: ParsedList) -> Iterator[str]:
    if reading.empty:
        yield f"Left out, with no question in it: {plural(reading.empty, 'row')}."
    if reading.below:
        yield f"Left out, from another table or list: {plural(reading.below, 'row')}."
    if reading.has_votes:
        yield "Votes are not taken over: they were given elsewhere, and nobody has voted here yet."
    if reading.left_out:
        yield f"Not taken over: {', '.join(reading.left_out)}."
    if reading.above:
        yield "What stands above the row with the columns' names is left out."
    if reading.shape == LIST:
        yield "What stands between the lists is left out."
