"""What holds on a talk: switches, times moved while it runs, and the chair's message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.board import room_code, too_long
from companion.board.drawing import Pen, pen_of
from companion.board.input import read_text
from companion.board.rules import SLOW_MINUTES, SLOW_SPAN, BoardState
from companion.board.talk_state import TalkState, is_moved
from companion.board.wall import WallMode, mode_of
from companion.errors import Refused
from companion.messages import gettext
from companion.moderation import ending
from companion.moderation.context import ActionContext
from companion.talks.phase import Phase

MESSAGE_MAX = 200
EXTRA = 5
MOST_EXTRA = 120
# What the log says of each switch, and of each way it can be set.
SAID = {
    ("board", ""): gettext("had the board follow the schedule"),
    ("board", "open"): gettext("opened the board"),
    ("board", "votes"): gettext("had the board take votes only"),
    ("board", "closed"): gettext("closed the board"),
    ("approve_first", "1"): gettext("had new questions wait for approval"),
    ("approve_first", "0"): gettext("had new questions appear at once"),
    ("requires_name", "1"): gettext("asked for names"),
    ("requires_name", "0"): gettext("allowed asking without a name"),
    ("requires_code", "1"): gettext("asked for the room code"),
    ("requires_code", "0"): gettext("no longer asked for the room code"),
    ("new_code", "1"): gettext("made a new room code"),
    ("ranked", "1"): gettext("had the screen list the most wanted"),
    ("ranked", "0"): gettext("had the screen show the current one"),
    ("speaker_may_advance", "1"): gettext("let the speaker press “next”"),
    ("speaker_may_advance", "0"): gettext("kept “next” to the desk"),
    ("wall", "off"): gettext("put the wall away"),
    ("wall", "shown"): gettext("had moderators alone arrange the wall"),
    ("wall", "open"): gettext("let everybody arrange the wall"),
    ("wall_pen", "staff"): gettext("kept drawing on the wall to those who run the talk"),
    ("wall_pen", "all"): gettext("let everybody draw on the wall"),
    ("rating", "1"): gettext("had people rate the talk"),
    ("rating", "0"): gettext("had nobody rate the talk"),
    ("pulse", "1"): gettext("let people say how they follow"),
    ("pulse", "0"): gettext("no longer asked how people follow"),
    ("slow", "1"): gettext("began slow mode"),
    ("slow", "0"): gettext("ended slow mode"),
}
SWITCHES = frozenset(name for name, _ in SAID)
WHICH_WAY = gettext(
    "Choose whether the board is open, for votes only, closed, or as the schedule says."
)
WHO_ARRANGES = gettext("Choose who sees the wall, and who arranges it.")
WHO_DRAWS = gettext("Choose whether everybody draws on the wall.")
IN_WORDS = ("board", "wall", "wall_pen")


@dataclass(frozen=True)
class Switches:
    """What the desk has set, and what would hold by the schedule; are its times ``moved``?"""

    board: str
    scheduled: BoardState
    approve_first: bool
    requires_name: bool
    requires_code: bool
    room_code: str
    ranked: bool
    speaker_may_advance: bool
    wall: WallMode
    wall_pen: Pen
    pulse: bool
    slow: bool
    slow_minutes: int
    moved: bool
    rating: bool


@dataclass(frozen=True)
class Message:
    """What the chair has said to the speaker, and whether it was read."""

    text: str = ""
    at: datetime | None = None
    read_at: datetime | None = None


def message_of(talk: TalkState) -> Message:
    """Return the message on a talk, an empty one where there is none: its end is the message's."""
    row = talk.row
    if row is None or (talk.is_over and row.message_at and row.message_at <= talk.schedule.ends):
        return Message()
    return Message(row.message, row.message_at, row.message_read_at)


def switches_of(talk: TalkState) -> Switches:
    """Return what is switched on, and what the schedule alone would do."""
    row, rules = talk.row, talk.rules
    return Switches(
        board=row.board if row else "",
        scheduled=rules.scheduled,
        approve_first=rules.moderated,
        requires_name=rules.requires_name,
        requires_code=rules.requires_code,
        room_code=room_code.code_of(row) if row and rules.requires_code else "",
        ranked=bool(row and row.ranked),
        speaker_may_advance=bool(row and row.speaker_may_advance),
        wall=mode_of(talk),
        wall_pen=pen_of(talk),
        pulse=rules.pulse,
        slow=rules.slow,
        slow_minutes=SLOW_MINUTES,
        moved=bool(row and is_moved(row)),
        rating=rules.rating,
    )


def switch(context: ActionContext, wanted: Mapping[str, str]) -> str:
    """Set the switches that are named, and leave the others as they are; raises Refused."""
    named = [(name, wanted[name]) for name in SWITCHES & wanted.keys()]
    for name, value in named:
        _set(context, name, value)
    changed = context.record(SAID[named[0]] if len(named) == 1 else gettext("changed the settings"))
    return gettext("Changed.") if changed else gettext("It was so already.")


def _set(context: ActionContext, name: str, value: str) -> None:
    talk = context.row
    if (name, value) not in SAID:
        if name == "board":
            raise Refused(WHICH_WAY)
        if name == "wall":
            raise Refused(WHO_ARRANGES)
        if name == "wall_pen":
            raise Refused(WHO_DRAWS)
        raise Refused(gettext("Choose on or off."))
    is_on = value == "1"
    if name in IN_WORDS:
        setattr(talk, name, value)
    elif name == "new_code":
        talk.code_number += 1
    elif name == "slow":
        talk.slow_until = context.now + SLOW_SPAN if is_on else None
    else:
        setattr(talk, name, is_on)


def time(context: ActionContext, do: str) -> str:
    """Begin the questions now, end the talk, let it run over, or go back to the schedule."""
    if do not in TIMES:
        raise Refused(gettext("Choose what to do about the time."))
    TIMES[do](context, context.talk.phase)
    changed = context.record(WORDS[do])
    return gettext("Changed.") if changed else gettext("It was so already.")


def _begin_qa(context: ActionContext, phase: Phase) -> None:
    if phase not in (Phase.TALK, Phase.QA):
        raise Refused(
            gettext("Start the questions once the talk has begun, and before it is over.")
        )
    if phase is Phase.TALK:
        context.row.qa_began_at = context.now


def _end(context: ActionContext, phase: Phase) -> None:
    if phase in (Phase.UPCOMING, Phase.DOORS):
        raise Refused(
            gettext("The talk has not begun yet. Change its times in the talk's own page.")
        )
    if phase is not Phase.OVER:
        context.row.ended_at = context.now


def _extend(context: ActionContext, phase: Phase) -> None:
    if phase in (Phase.UPCOMING, Phase.DOORS):
        raise Refused(
            gettext("The talk has not begun yet. Change its times in the talk's own page.")
        )
    row, planned = context.row, context.talk.page.planned
    ends = planned.ends + timedelta(minutes=row.extra_minutes)
    late = max(0, -int((ends - context.now).total_seconds() // 60))
    extra = row.extra_minutes + late + EXTRA
    if extra > MOST_EXTRA:
        raise Refused(gettext("Change the end in the talk's own page for so much more time."))
    if row.qa_began_at is None and phase is not Phase.TALK:
        row.qa_began_at = planned.qa_at
    row.ended_at, row.extra_minutes = None, extra
    if phase is Phase.OVER:
        ending.reopen(context)


def _resume(context: ActionContext, phase: Phase) -> None:
    context.row.ended_at = context.row.qa_began_at = None
    context.row.extra_minutes = 0
    if phase is Phase.OVER and not context.is_over:
        ending.reopen(context)


TIMES = {"qa": _begin_qa, "end": _end, "extend": _extend, "resume": _resume}
WORDS = {
    "qa": gettext("began the questions"),
    "end": ending.BY_DESK,
    "extend": gettext("let the talk run over"),
    "resume": gettext("went back to the schedule"),
}


def message(context: ActionContext, typed: str) -> str:
    """Say something to the speaker, which stays until it is acknowledged; "" takes it back."""
    text = read_text(typed, MESSAGE_MAX, too_long.message)
    context.row.message, context.row.message_read_at = text, None
    context.row.message_at = context.now if text else None
    context.record(gettext("wrote to the speaker") if text else gettext("took the message back"))
    return gettext("Sent.") if text else gettext("Taken back.")


def read_message(context: ActionContext, at: int) -> str:
    """Note that the speaker has read the message of a moment, given in epoch milliseconds."""
    talk = context.row
    if talk.message_at is None:
        return ""
    if abs(talk.message_at.timestamp() * 1000 - at) >= 1:
        return gettext("There is a newer message.")
    if talk.message_read_at is None:
        talk.message_read_at = context.now
        context.record(gettext("read the message"))
    return ""
