"""A talk's wall as it leaves the house: what everybody sees of it.

It is made of the talk's record, so nothing is on it that an export would not hold. What is not
public is on no wall, whoever asks.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.backgrounds import Backdrop, backdrop, picture
from companion.board.strokes import Stroke, strokes_of
from companion.board.wall import MOST_PLACED, Area
from companion.exports import dataset
from companion.exports.dataset import Choice, QuestionRecord, TalkRecord
from companion.store.models import PUBLIC, Talk
from companion.talks.page import TalkPage


@dataclass(frozen=True)
class Shown:
    """What stands on notes besides their words."""

    names: bool = True
    votes: bool = True


EVERYTHING, BLANK = Shown(), Backdrop()


@dataclass(frozen=True)
class WallRecord:
    """A talk's wall; ``notes`` stand from the back to the front, ``unplaced`` by their votes.

    ``picture`` is the backdrop's, as an address that holds all of it.
    """

    talk: TalkRecord
    notes: tuple[QuestionRecord, ...]
    unplaced: tuple[QuestionRecord, ...]
    marks: tuple[Stroke, ...] = ()
    backdrop: Backdrop = BLANK
    picture: str = ""

    @property
    def clusters(self) -> tuple[Area, ...]:
        """Return the titled areas, from the back to the front."""
        return self.talk.surface.clusters

    @property
    def is_used(self) -> bool:
        """Whether anybody has put anything there."""
        return bool(self.clusters or self.notes or self.marks)

    def within(self, cluster: Area | None) -> list[QuestionRecord]:
        """Return the placed questions in a cluster, or in none, by their votes."""
        return _by_votes(self.on(cluster))

    def on(self, cluster: Area | None) -> list[QuestionRecord]:
        """Return the placed questions in a cluster, or in none, from the back to the front."""
        return [note for note in self.notes if note.spot.cluster == cluster]


def record(session: Session, page: TalkPage, choice: Choice, url: str, now: datetime) -> WallRecord:
    """Return a talk's wall as it is now."""
    found = of(dataset.record(session, page, choice, url, now))
    talk = session.scalar(sa.select(Talk).filter_by(slug=page.slug))
    behind = backdrop(session, talk)
    marks = tuple(strokes_of(session, talk))
    return replace(found, marks=marks, backdrop=behind, picture=_picture(session, talk, behind))


def _picture(session: Session, talk: Talk | None, behind: Backdrop) -> str:
    found = picture(session, talk, behind.picture) if talk and behind.picture else None
    if found is None:
        return ""
    image, media_type = found
    return f"data:{media_type};base64,{b64encode(image).decode()}"


def of(talk: TalkRecord) -> WallRecord:
    """Return the wall in a talk's record, without what was drawn on it."""
    public = [entry for entry in talk.entries if entry.status in PUBLIC]
    notes = sorted((entry for entry in public if entry.spot.x is not None), key=_height)
    unplaced = _by_votes(entry for entry in public if entry.spot.x is None)
    return WallRecord(talk, tuple(notes[-MOST_PLACED:]), tuple(unplaced))


def _height(entry: QuestionRecord) -> tuple[int, int]:
    return entry.spot.z, entry.number


def _by_votes(entries: Iterable[QuestionRecord]) -> list[QuestionRecord]:
    return sorted(entries, key=lambda entry: (-entry.votes, entry.number))
