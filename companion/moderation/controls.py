"""What holds on a talk: switches, times moved while it runs, and the chair's message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from companion.board.input import one_line
from companion.board.questions import SLOW_SPAN
from companion.board.rules import BoardState, House, scheduled
from companion.errors import Refused
from companion.moderation.context import Work
from companion.moderation.roles import Actor
from companion.store.models import Talk
from companion.store.writer import Change
from companion.talks.page import Phase, TalkPage

MESSAGE_MAX = 200
EXTRA = 5
MOST_EXTRA = 120
# What the log says of each switch, and of each way it can be set.
SAID = {
    ("board", ""): "had the board follow the schedule",
    ("board", "open"): "opened the board",
    ("board", "votes"): "had the board take votes only",
    ("board", "closed"): "closed the board",
    ("approve_first", "1"): "had new questions wait for approval",
    ("approve_first", "0"): "had new questions appear at once",
    ("names", "1"): "asked for names",
    ("names", "0"): "allowed asking without a name",
    ("ranked", "1"): "had the screen list the most wanted",
    ("ranked", "0"): "had the screen show the current one",
    ("drives", "1"): "let the speaker press “next”",
    ("drives", "0"): "kept “next” to the desk",
    ("slow", "1"): "began slow mode",
    ("slow", "0"): "ended slow mode",
}
SWITCHES = frozenset(name for name, _ in SAID)


def switch(change: Change, house: House, actor: Actor, wanted: Mapping[str, str]) -> str:
    """Set the switches that are named, and leave the others as they are; raises Refused."""
    work = Work(change, house, actor)
    named = [(name, wanted[name]) for name in SWITCHES & wanted.keys()]
    for name, value in named:
        _set(work, name, value)
    changed = work.done(SAID[named[0]] if len(named) == 1 else "changed the settings")
    return "Changed." if changed else "It was so already."


def _set(work: Work, name: str, value: str) -> None:
    talk = work.talk
    if name == "board":
        if value not in ("", *BoardState):
            raise Refused("A board is open, takes votes only, is closed, or follows the schedule.")
        talk.board = value
        return
    if value not in ("0", "1"):
        raise Refused("A switch is on or off.")
    is_on = value == "1"
    if name == "slow":
        talk.slow_until = work.now + SLOW_SPAN if is_on else None
    else:
        setattr(talk, name, is_on)


def time(change: Change, house: House, actor: Actor, do: str) -> str:
    """Begin the questions now, end the talk, let it run over, or go back to the schedule."""
    work = Work(change, house, actor)
    page = house.page
    if page is None or do not in TIMES:
        raise Refused("Choose what to do about the time.")
    TIMES[do](work, page, scheduled(page, work.talk).phase(work.now))
    changed = work.done(WORDS[do])
    return "Changed." if changed else "It was so already."


def _begin_qa(work: Work, _page: TalkPage, phase: Phase) -> None:
    if phase not in (Phase.TALK, Phase.QA):
        raise Refused("Questions begin once the talk has begun, and before it is over.")
    if phase is Phase.TALK:
        work.talk.qa_began_at = work.now


def _end(work: Work, _page: TalkPage, phase: Phase) -> None:
    if phase in (Phase.UPCOMING, Phase.DOORS):
        raise Refused("The talk has not begun yet.")
    if phase is not Phase.OVER:
        work.talk.ended_at = work.now


def _extend(work: Work, page: TalkPage, phase: Phase) -> None:
    if phase in (Phase.UPCOMING, Phase.DOORS):
        raise Refused("The talk has not begun yet.")
    ends = page.ends + timedelta(minutes=work.talk.extra_minutes)
    late = max(0, -int((ends - work.now).total_seconds() // 60))
    extra = work.talk.extra_minutes + late + EXTRA
    if extra > MOST_EXTRA:
        raise Refused("Change the end in the talk's own page for so much more time.")
    if work.talk.qa_began_at is None and phase is not Phase.TALK:
        work.talk.qa_began_at = page.qa_at()
    work.talk.ended_at, work.talk.extra_minutes = None, extra


def _resume(work: Work, _page: TalkPage, _phase: Phase) -> None:
    talk: Talk = work.talk
    talk.ended_at = talk.qa_began_at = None
    talk.extra_minutes = 0


TIMES = {"qa": _begin_qa, "end": _end, "extend": _extend, "resume": _resume}
WORDS = {
    "qa": "began the questions",
    "end": "ended the talk",
    "extend": "let the talk run over",
    "resume": "went back to the schedule",
}


def message(change: Change, house: House, actor: Actor, text: str) -> str:
    """Say something to the speaker, which stays until it is acknowledged; "" takes it back."""
    work = Work(change, house, actor)
    text = one_line(text)
    if len(text) > MESSAGE_MAX:
        raise Refused(f"A message has at most {MESSAGE_MAX} characters.")
    work.talk.message, work.talk.message_read_at = text, None
    work.talk.message_at = work.now if text else None
    work.done("wrote to the speaker" if text else "took the message back")
    return "Sent." if text else "Taken back."


def read_message(change: Change, house: House, actor: Actor, at: int) -> str:
    """Note that the speaker has read the message of a moment, given in epoch milliseconds."""
    work = Work(change, house, actor)
    talk = work.talk
    if talk.message_at is None:
        return ""
    if abs(talk.message_at.timestamp() * 1000 - at) >= 1:
        return "There is a newer message."
    if talk.message_read_at is None:
        talk.message_read_at = work.now
        work.done("read the message")
    return ""
