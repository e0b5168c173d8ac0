"""Words on the wall that are no question: titles, captions, and handwriting."""

from __future__ import annotations

from companion.board.talk_state import TalkState
from companion.board.wall_changes import Arranger
from companion.errors import Refused
from companion.messages import gettext

READ_FIRST = gettext(
    "A moderator reads what you write first, so you cannot draw or write on the wall. Ask them."
)
NAMELESS = gettext(
    "Whoever writes here gives a name, and nothing on the wall has one. Write a question instead."
)


def refuse_words(talk: TalkState, who: Arranger) -> None:
    """Raise Refused where an attendee may write nothing on the wall, for what questions obey."""
    if not who.author:
        return
    talk.rules.refuse_unless_open()
    if talk.rules.moderated:
        raise Refused(READ_FIRST)
    if talk.rules.requires_name:
        raise Refused(NAMELESS)


def takes_words(talk: TalkState) -> bool:
    """Whether attendees may write on the wall."""
    try:
        refuse_words(talk, Arranger(author="anybody"))
    except Refused:
        return False
    return True
