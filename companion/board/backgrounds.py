"""What is behind a wall's notes: nothing, dots, four fields between two axes, or a picture.

All sizes are pixels of the map, as notes' places are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.messages import gettext
from companion.store.models import Talk
from companion.store.wall import Wall, WallPicture

DOTS_APART = 24
FIELDS_SIZE = 2_400, 1_600
PICTURE_SIZE = 2_400, 1_600  # the room that a picture is fitted into
AXIS_MAX = 60
SHOWN = WallPicture.digest, WallPicture.width, WallPicture.height


class Background(StrEnum):
    """Which of them it is."""

    BLANK = "blank"
    DOTS = "dots"
    FIELDS = "fields"
    PICTURE = "picture"


NAMES = {
    Background.BLANK: gettext("blank"),
    Background.DOTS: gettext("dots"),
    Background.FIELDS: gettext("four fields"),
    Background.PICTURE: gettext("a picture"),
}


@dataclass(frozen=True)
class Backdrop:
    """A wall's background: the axes' names, the picture's digest, and how much room it takes.

    The first axis goes across, from left to right, the second from the bottom up.
    """

    kind: Background = Background.BLANK
    across: str = ""
    up: str = ""
    picture: str = ""
    width: int = 0
    height: int = 0


def backdrop(session: Session, row: Talk | None) -> Backdrop:
    """Return a wall's background; without its picture one that had one is blank."""
    wanted = sa.select(Wall.background, Wall.across, Wall.up, *SHOWN)
    joined = wanted.outerjoin(WallPicture, WallPicture.talk_id == Wall.talk_id)
    found = session.execute(joined.where(Wall.talk_id == (row.id if row else 0))).first()
    if found is None:
        return Backdrop()
    kind = Background(found.background)
    if kind is Background.PICTURE and not found.digest:
        kind = Background.BLANK
    width, height = _room(kind, found.width, found.height)
    return Backdrop(kind, found.across, found.up, found.digest or "", width, height)


def picture(session: Session, row: Talk, digest: str) -> tuple[bytes, str] | None:
    """Return a wall's picture and its media type, if it is the one that is asked for."""
    wanted = sa.select(WallPicture.image, WallPicture.media_type)
    found = session.execute(wanted.filter_by(talk_id=row.id, digest=digest)).first()
    return (found.image, found.media_type) if found else None


def _room(kind: Background, width: int | None, height: int | None) -> tuple[int, int]:
    if kind is Background.FIELDS:
        return FIELDS_SIZE
    if kind is not Background.PICTURE or not width or not height:
        return 0, 0
    scale = min(PICTURE_SIZE[0] / width, PICTURE_SIZE[1] / height)
    return round(width * scale), round(height * scale)
