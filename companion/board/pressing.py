"""The rules of saying how one follows: who may, what, and when."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from companion.board import room_code
from companion.board.pulses import CLAPPING_SECONDS
from companion.board.talk_state import TalkState
from companion.board.visitors import pseudonym
from companion.errors import Refused
from companion.messages import gettext
from companion.store.pulse import PulseKind
from companion.talks.phase import Phase

CLAPPING = timedelta(seconds=CLAPPING_SECONDS)
ON = (Phase.TALK, Phase.QA)
WHICH = gettext("Choose what to say. Reload the page to see what can be said.")
OFF = gettext("Nobody asks how people follow here at the moment. Ask a question instead.")
NOT_ON = gettext("The talk is not on. Say how you follow while it is.")
NOT_OVER = gettext("The talk is still on. Wait until it has ended, and clap then.")
LONG_OVER = gettext(
    "The talk ended a while ago, and claps are counted no more. Read what was asked instead."
)
HELD = gettext(
    "Many people came at once, so those who run the talk let you in first. "
    "Press again in a few minutes."
)


def shows(talk: TalkState) -> bool:
    """Whether a talk's page has something to press, now or by the clock in a while."""
    return talk.rules.pulse and talk.now < talk.schedule.ends + CLAPPING


def refuse(
    session: Session, talk: TalkState, visitor: str, kind: str, *, runs_talk: bool
) -> PulseKind:
    """Return what somebody may press; raises Refused, saying why they may not."""
    if kind not in set(PulseKind):
        raise Refused(WHICH)
    if not talk.rules.pulse:
        raise Refused(OFF)
    pressed = PulseKind(kind)
    _refuse_untimely(talk, pressed)
    author = pseudonym(talk.row.key, visitor) if talk.row else ""
    room_code.refuse_outsiders(session, talk, author, runs_talk=runs_talk)
    return pressed


def held() -> Refused:
    """Return why somebody is not heard who came past the budget of new people."""
    return Refused(HELD)


def _refuse_untimely(talk: TalkState, kind: PulseKind) -> None:
    if kind is not PulseKind.CLAP:
        if talk.phase not in ON:
            raise Refused(NOT_ON)
    elif not talk.is_over:
        raise Refused(NOT_OVER)
    elif not shows(talk):
        raise Refused(LONG_OVER)
