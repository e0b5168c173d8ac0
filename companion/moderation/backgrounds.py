"""What those who run a talk put behind its wall's notes, and how that is put back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import too_long
from companion.board.backgrounds import AXIS_MAX, NAMES, Background
from companion.board.events import BackgroundChanged
from companion.board.input import read_text
from companion.board.putting_back import find_done, left_of
from companion.board.rows import MAX_ID, count_change
from companion.board.wall_changes import keep, wall_row
from companion.board.wall_since import BACKGROUND
from companion.board.wall_since import is_background as of_background
from companion.errors import Refused
from companion.messages import Message, gettext
from companion.moderation.context import ActionContext
from companion.moderation.pictures import MEDIA_TYPE, Picture
from companion.moderation.sayings import CHANGED_SINCE
from companion.store.models import Talk
from companion.store.wall import WallChange, WallPicture

FIELDS = ("background", "across", "up")
PICTURE = "picture"
CHANGED, SO_ALREADY = gettext("The background is changed."), gettext("It was so already.")
WHICH = gettext("Choose one of the backgrounds in the list.")
NO_PICTURE_YET = gettext("Choose the file of a picture.")
PICTURE_GONE = gettext(
    "The picture that was there has been deleted or replaced. Choose its file again."
)
Diffs = dict[str, list[Any]]


def choose(context: ActionContext, form: Mapping[str, str], given: Picture | None) -> Message:
    """Have a wall's background be as a form wants it, with a picture if one is given.

    Raises Refused.
    """
    kind = form.get("background", "")
    if kind not in list(Background):
        raise Refused(WHICH)
    wish = {"background": str(kind)}
    if kind == Background.FIELDS:
        wish |= {name: _axis(form.get(name, "")) for name in ("across", "up")}
    there = _digest(context)
    if kind == Background.PICTURE and not given and not there:
        raise Refused(NO_PICTURE_YET, field=PICTURE)
    if given:
        _keep(context, given)
        wish[PICTURE] = given.digest
    return CHANGED if _change(context, wish, there) else SO_ALREADY


def delete_picture(context: ActionContext) -> Message:
    """Delete a wall's picture for good; where it was shown, the wall is blank then."""
    there = _digest(context)
    if not there:
        return SO_ALREADY
    context.session.execute(sa.delete(WallPicture).filter_by(talk_id=context.row.id))
    wall = wall_row(context.session, context.row)
    is_shown = wall.background == Background.PICTURE
    wish = {PICTURE: ""} | ({"background": str(Background.BLANK)} if is_shown else {})
    _change(context, wish, there)
    return gettext("The picture is deleted.")


def is_background(context: ActionContext, change_id: int) -> bool:
    """Whether a change of the wall was one of its background."""
    wanted = sa.select(WallChange.id).filter_by(id=min(max(change_id, 0), MAX_ID))
    here = wanted.filter_by(talk_id=context.row.id).where(of_background())
    return context.session.scalar(here) is not None


def put_back(context: ActionContext, change_id: int) -> int:
    """Have the background be as it was before a change of the last hour; raises Refused.

    Return the number of the change that this is itself.
    """
    session, row, there = context.session, context.row, _digest(context)
    who = context.arranger
    done = find_done(session, context.talk, who, change_id, own=False)
    wall = wall_row(session, row)
    diffs: Diffs = json.loads(done.before)
    old = {name: before for name, (before, _) in diffs.items()}
    if old.get("background", wall.background) == Background.PICTURE:
        was = old.get(PICTURE, there)
        if not was or was != there:
            raise Refused(PICTURE_GONE)
    old.pop(PICTURE, None)
    if not old:
        raise Refused(PICTURE_GONE)
    left = left_of(session, row, done)[BACKGROUND, 0]
    if any(name not in left or getattr(wall, name) != diffs[name][1] for name in old):
        raise Refused(CHANGED_SINCE)
    return _change(context, old, there)


def log_of(session: Session, row: Talk) -> Sequence[WallChange]:
    """Return what was done last to a wall's background, the newest first."""
    done = sa.select(WallChange).filter_by(talk_id=row.id).where(of_background())
    return session.scalars(done.order_by(WallChange.id.desc()).limit(10)).all()


def said(before: str) -> Message:
    """Return what was done to a background, by what it changed."""
    diffs: Diffs = json.loads(before)
    if "background" in diffs:
        kind = NAMES[Background(diffs["background"][1])]
        return gettext("chose a background: %(kind)s", kind=kind)
    if PICTURE not in diffs:
        return gettext("renamed the axes")
    if diffs[PICTURE][1]:
        return gettext("chose another picture as the background")
    return gettext("deleted the background’s picture")


def _axis(typed: str) -> str:
    return read_text(typed, AXIS_MAX, too_long.axis)


def _change(context: ActionContext, wish: Mapping[str, str], picture: str) -> int:
    """Change what is to be different, and say so; return the change's number, 0 for none."""
    wall = wall_row(context.session, context.row)
    now = {name: getattr(wall, name) for name in FIELDS} | {PICTURE: picture}
    diffs = {name: [now[name], new] for name, new in wish.items() if now[name] != new}
    if not diffs:
        return 0
    for name in diffs.keys() & set(FIELDS):
        setattr(wall, name, wish[name])
    context.change.announce(BackgroundChanged(*count_change(context.session, context.row)))
    return keep(context.session, context.talk, context.arranger, diffs, {})


def _keep(context: ActionContext, given: Picture) -> None:
    context.session.execute(sa.delete(WallPicture).filter_by(talk_id=context.row.id))
    row = WallPicture(
        talk_id=context.row.id,
        digest=given.digest,
        image=given.image,
        media_type=MEDIA_TYPE,
        width=given.width,
        height=given.height,
    )
    context.session.add(row)
    context.session.flush()


def _digest(context: ActionContext) -> str:
    wanted = sa.select(WallPicture.digest).filter_by(talk_id=context.row.id)
    return context.session.scalar(wanted) or ""
