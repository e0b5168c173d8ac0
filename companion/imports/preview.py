"""What would become of each row, before anything is written."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.input import Draft, one_line, read_draft
from companion.board.similarity import alike
from companion.errors import Refused
from companion.imports.encodings import NAMES
from companion.imports.guess import is_datum
from companion.imports.prepared_wall import PreparedWall
from companion.imports.private import LEFT_OUT, name_without_address, without_addresses
from companion.imports.putting_up import PlannedWall
from companion.imports.rows import LIST, Found, ParsedList
from companion.messages import Message, gettext, ngettext
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
CHOOSE = gettext(
    "It is not clear which column has the questions, so nothing is ticked. Choose the columns, "
    "then press “Read these columns”."
)
PREPARED = gettext("the organisers")
# What was not shown to everybody where it comes from.
HIDDEN = {*(set(Status) - set(PUBLIC)), "archived", "dismissed", "rejected"}
Known = list[tuple[int, str]]


@dataclass(frozen=True)
class RowDefaults:
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
    place: Callable[[int], Message]
    notes: tuple[str, ...]
    columns: tuple[str, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)
    wall: PreparedWall | None = None

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
    choice: RowDefaults,
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
    columns = reading.columns, reading.places
    return Preview(rows, reading.shape, reading.place, notes, *columns, reading.wall)


def draft_of(found: Found, choice: RowDefaults, token: str) -> Draft:
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
        "key": key_of(found, token),
    }
    return read_draft(fields)


def key_of(found: Found, token: str) -> str:
    """Return the key of a row's draft under a token."""
    return stamp(token, str(found.number), found.text, found.detail)[:32]


def planned_wall(reading: ParsedList, token: str) -> PlannedWall | None:
    """Return the wall of a reading as it is put up with its drafts, None where it has none."""
    wall = reading.wall
    if wall is None:
        return None
    keys = [stamp(token, "cluster", str(at))[:32] for at in range(len(wall.clusters))]
    found = [each for each in reading.rows if each.number in wall.spots]
    return PlannedWall(wall, keys, {key_of(each, token): wall.spots[each.number] for each in found})


def stamp(*parts: str) -> str:
    """Return what tells one thing that was looked at from every other."""
    return sha256("\0".join(parts).encode()).hexdigest()


def _is_nobody(name: str) -> bool:
    return not name or name.casefold() in NOBODY or NAMELESS.match(name) is not None


def _kind(found: Found, choice: RowDefaults) -> str:
    said = found.kind.strip().casefold()
    return said if said in set(Kind) else choice.kind


def _on_board(session: Session, slug: str) -> list[str]:
    shown = sa.select(Question.text).join(Talk, Talk.id == Question.talk_id)
    shown = shown.where(Talk.slug == slug, Question.status.in_(ACTIVE))
    return list(session.scalars(shown.order_by(Question.votes.desc()).limit(COMPARED)))


def _judged(
    reading: ParsedList, choice: RowDefaults, token: str, known: Known, *, is_sure: bool
) -> Iterator[PreviewRow]:
    before: Known = []
    for found in reading.rows:
        time.sleep(0)  # comparing takes a while, and others want to be served
        try:
            draft = draft_of(found, choice, token)
        except Refused as refusal:
            yield PreviewRow(found, None, refusal.message, "", ticked=False)
            continue
        doubt = _doubt(found, draft, known, before) or _doubt_of_letters(draft, is_sure=is_sure)
        yield PreviewRow(found, draft, "", doubt, ticked=not doubt and not reading.is_guessed)
        before.append((found.number, draft.text))


def _doubt(found: Found, draft: Draft, known: Known, before: Known) -> str:
    """Say why a row is likely not wanted, "" when nothing speaks against it."""
    on_board = _same(draft.text, known)
    if on_board:
        if _is_same(draft.text, on_board):
            return gettext("On the board already.")
        return gettext("On the board already: “%(question)s”", question=on_board)
    in_file = _same(draft.text, before)
    if in_file:
        if _is_same(draft.text, in_file):
            return gettext("Further up already.")
        return gettext("Further up already: “%(question)s”", question=in_file)
    for said, unwanted in ((found.status, HIDDEN), (found.kind, NO_QUESTIONS)):
        word = said.strip().casefold()
        if word in unwanted:
            return gettext("It is %(word)s where it comes from.", word=word)
    if LEFT_OUT in f"{draft.text}{draft.detail}":
        return gettext("An e-mail address stood in it.")
    return gettext("It is a number, a time or an address.") if is_datum(draft.text) else ""


def _doubt_of_letters(draft: Draft, *, is_sure: bool) -> str:
    is_plain = is_sure or f"{draft.text}{draft.detail}{draft.name}".isascii()
    if is_plain:
        return ""
    return gettext("Are its letters right? The file does not say how to read them.")


def _is_same(text: str, other: str) -> bool:
    """Whether to say what is alike would say the same once more."""
    return other.casefold() == text.casefold()


def _same(text: str, others: Known) -> str:
    """Return what likely says the same, be it too short to be compared otherwise."""
    exact = (other for _, other in others if other.casefold() == text.casefold())
    likely = alike(text, others)
    return next(exact, "") or (likely[0][1] if likely else "")


def _notes(reading: ParsedList, guess: str) -> Iterator[str]:
    if guess:
        yield gettext(
            "This file is not UTF-8, and does not say what it is. It was read as %(letters)s: "
            "if letters are wrong, choose another.",
            letters=NAMES[guess],
        )
    if reading.is_guessed:
        yield CHOOSE
    yield from _what_is_left_out(reading)


def _what_is_left_out(reading: ParsedList) -> Iterator[str]:
    if reading.empty:
        yield ngettext(
            "Left out, with no question in it: %(num)s row.",
            "Left out, with no question in it: %(num)s rows.",
            reading.empty,
        )
    if reading.below:
        yield ngettext(
            "Left out, from another table or list: %(num)s row.",
            "Left out, from another table or list: %(num)s rows.",
            reading.below,
        )
    if reading.has_votes:
        yield gettext(
            "Votes are not taken over: they were given elsewhere, and nobody has voted here yet."
        )
    if reading.left_out:
        yield gettext("Not taken over: %(columns)s.", columns=", ".join(reading.left_out))
    if reading.above:
        yield gettext("What stands above the row with the columns' names is left out.")
    if reading.shape == LIST:
        yield gettext("What stands between the lists is left out.")
