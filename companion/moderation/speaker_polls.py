"""A talk's polls as the speaker sees them, who runs them as well where the desk lets them go on.

Of results the speaker sees what the room does: whoever stands on the stage is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.polls import PollRecord, PollView, as_seen, records
from companion.board.talk_state import TalkState
from companion.errors import Refused
from companion.messages import Message, gettext
from companion.moderation import polls
from companion.moderation import undo as undoing
from companion.moderation.context import ActionContext
from companion.moderation.desk_polls import DeskPoll, desk_polls
from companion.moderation.roles import Actor
from companion.store.models import Action, Role
from companion.store.polls import PollState

STEPS = ("open", "close", "show", "right", "off")
NOT_ALLOWED = gettext("The desk runs the polls on this talk. Ask the moderator for it.")
NOT_YOURS = gettext("That is not yours to undo. Ask the moderator for it.")


@dataclass(frozen=True)
class SpeakerPolls:
    """The poll that the room has before it, ``shown`` as the room sees it, and those to come.

    ``mine`` is the action that this speaker can undo, 0 for none.
    """

    shown: PollView | None = None
    key: str = ""
    can_show: bool = False
    can_show_right: bool = False
    following: DeskPoll | None = None
    later: tuple[DeskPoll, ...] = ()
    may_drive: bool = False
    mine: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show of polls."""
        return not (self.shown or self.following or self.mine)


def speaker_polls(session: Session, talk: TalkState, me: Actor) -> SpeakerPolls:
    """Return what somebody sees of a talk's polls in the speaker view."""
    found = records(session, talk.row)
    if not (found or talk.page.polls):
        return SpeakerPolls()
    record = _shown(found)
    drafts = _to_come(desk_polls(talk, found), record)
    may_drive = bool(talk.row and talk.row.speaker_may_advance)
    is_closed = record is not None and record.state is PollState.CLOSED
    has_right = record is not None and any(option.is_right for option in record.options)
    return SpeakerPolls(
        shown=next(iter(as_seen([record])), None) if record else None,
        key=record.key if record else "",
        can_show=record is not None and not record.is_public,
        can_show_right=has_right and is_closed and not (record and record.is_right_shown),
        following=drafts[0] if drafts else None,
        later=drafts[1:],
        may_drive=may_drive,
        mine=_mine(session, talk, me) if may_drive else 0,
    )


def drive(context: ActionContext, key: str, do: str, action_id: int = 0) -> Message | str:
    """Do something with a poll as the speaker, if the desk lets them; raises Refused."""
    if context.actor.role is Role.SPEAKER and not context.row.speaker_may_advance:
        raise Refused(NOT_ALLOWED)
    if do == "undo":
        return _undo(context, action_id)
    if do not in STEPS:
        raise Refused(gettext("Choose what to do with the poll."))
    return polls.run(context, key, do)


def _undo(context: ActionContext, action_id: int) -> str:
    """Undo what the speaker did to a poll, and nothing that others did or that is no poll's."""
    mine = _done_by(context.session, context.row.id, context.actor)
    if action_id not in [action.id for action in mine]:
        raise Refused(NOT_YOURS)
    return undoing.undo(context, action_id)


def _shown(found: Sequence[PollRecord]) -> PollRecord | None:
    """Return the poll that is open, else the one that is on the screen."""
    opened = [poll for poll in found if poll.state is PollState.OPEN]
    return next(iter((*opened, *(poll for poll in found if poll.on_screen))), None)


def _to_come(listed: Sequence[DeskPoll], shown: PollRecord | None) -> tuple[DeskPoll, ...]:
    """Return what was not opened yet: what comes after the one that is shown, then the others."""
    keys = [each.key for each in listed]
    start = keys.index(shown.key) if shown and shown.key in keys else 0
    return tuple(each for each in (*listed[start:], *listed[:start]) if not each.was_opened)


def _mine(session: Session, talk: TalkState, me: Actor) -> int:
    if talk.row is None:
        return 0
    young = talk.now - undoing.UNDO_TAKEN
    done = _done_by(session, talk.row.id, me)
    return next((action.id for action in done if action.at >= young and not action.undone), 0)


def _done_by(session: Session, talk_id: int, me: Actor) -> list[Action]:
    """Return what somebody did to polls alone of late, the newest first."""
    wanted = sa.select(Action).filter_by(talk_id=talk_id, sign_in=me.sign_in)
    newest = session.scalars(wanted.order_by(Action.id.desc()).limit(10))
    return [action for action in newest if me.sign_in and _is_of_polls(action)]


def _is_of_polls(action: Action) -> bool:
    before = json.loads(action.before) if action.before else {}
    return bool(before.get("polls")) and not before["questions"]
