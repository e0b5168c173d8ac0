"""What is said of each thing that can be done to questions: in the log, and to whoever does it."""

from __future__ import annotations

from dataclasses import dataclass

from companion.messages import Message, gettext, ngettext

CHANGED_SINCE = gettext("Somebody has changed it since, so it cannot be undone. Change it by hand.")


@dataclass(frozen=True)
class Saying:
    """What the log says, what is said of one and of several, and of what was done ``already``.

    ``by`` is said where it is known who had done it, "" where that is not kept.
    """

    log: Message
    one: Message
    several: Message
    already: Message
    by: Message | None = None


SAYINGS = {
    "approve": Saying(
        gettext("approved"),
        gettext("Approved."),
        ngettext("Approved %(num)s.", "Approved %(num)s.", 0),
        gettext("Already approved."),
        gettext("Already approved by %(who)s.", who=""),
    ),
    "decline": Saying(
        gettext("declined"),
        gettext("Declined."),
        ngettext("Declined %(num)s.", "Declined %(num)s.", 0),
        gettext("Already declined."),
        gettext("Already declined by %(who)s.", who=""),
    ),
    "archive": Saying(
        gettext("archived"),
        gettext("Archived."),
        ngettext("Archived %(num)s.", "Archived %(num)s.", 0),
        gettext("Already archived."),
        gettext("Already archived by %(who)s.", who=""),
    ),
    "restore": Saying(
        gettext("restored"),
        gettext("Restored."),
        ngettext("Restored %(num)s.", "Restored %(num)s.", 0),
        gettext("Already restored."),
        gettext("Already restored by %(who)s.", who=""),
    ),
    "answered": Saying(
        gettext("answered"),
        gettext("Answered."),
        ngettext("Answered %(num)s.", "Answered %(num)s.", 0),
        gettext("Already answered."),
        gettext("Already answered by %(who)s.", who=""),
    ),
    "now": Saying(
        gettext("taken up"),
        gettext("Taken up."),
        ngettext("Taken up %(num)s.", "Taken up %(num)s.", 0),
        gettext("Already taken up."),
    ),
    "next": Saying(
        gettext("put next"),
        gettext("Put next."),
        ngettext("Put next %(num)s.", "Put next %(num)s.", 0),
        gettext("Already put next."),
    ),
    "unnext": Saying(
        gettext("put back"),
        gettext("Put back."),
        ngettext("Put back %(num)s.", "Put back %(num)s.", 0),
        gettext("Already put back."),
    ),
    "pin": Saying(
        gettext("pinned"),
        gettext("Pinned."),
        ngettext("Pinned %(num)s.", "Pinned %(num)s.", 0),
        gettext("Already pinned."),
    ),
    "unpin": Saying(
        gettext("unpinned"),
        gettext("Unpinned."),
        ngettext("Unpinned %(num)s.", "Unpinned %(num)s.", 0),
        gettext("Already unpinned."),
    ),
    "question": Saying(
        gettext("made a question"),
        gettext("Made a question."),
        ngettext("Made a question %(num)s.", "Made a question %(num)s.", 0),
        gettext("Already made a question."),
    ),
    "comment": Saying(
        gettext("made a comment"),
        gettext("Made a comment."),
        ngettext("Made a comment %(num)s.", "Made a comment %(num)s.", 0),
        gettext("Already made a comment."),
    ),
    "unmerge": Saying(
        gettext("taken apart"),
        gettext("Taken apart."),
        ngettext("Taken apart %(num)s.", "Taken apart %(num)s.", 0),
        gettext("Already taken apart."),
    ),
    "delete": Saying(
        gettext("deleted"),
        gettext("Deleted."),
        ngettext("Deleted %(num)s.", "Deleted %(num)s.", 0),
        gettext("Already deleted."),
    ),
}
# What was taken up or put next before anybody had approved it.
APPROVING = {
    "now": Saying(
        gettext("approved and taken up"),
        gettext("Approved and taken up."),
        ngettext("Approved and taken up %(num)s.", "Approved and taken up %(num)s.", 0),
        gettext("Already approved and taken up."),
    ),
    "next": Saying(
        gettext("approved and put next"),
        gettext("Approved and put next."),
        ngettext("Approved and put next %(num)s.", "Approved and put next %(num)s.", 0),
        gettext("Already approved and put next."),
    ),
}
# What the log keeps with something filled in, so that it can be said again.
FILLED_IN = (
    gettext("deleted one from %(who)s", who=""),
    gettext("muted %(who)s", who=""),
    gettext("unmuted %(who)s", who=""),
    gettext("declined and muted %(who)s", who=""),
    ngettext("declined %(num)s from %(who)s", "declined %(num)s from %(who)s", 0, who=""),
    ngettext("let in %(num)s new person", "let in %(num)s new people", 0),
    ngettext("excluded %(num)s new person", "excluded %(num)s new people", 0),
)
DELETED_ONE, MUTED, UNMUTED, DECLINED_AND_MUTED, DECLINED_SOME, LET_IN, EXCLUDED = FILLED_IN
DELETED_FROM_ROOM = gettext("deleted one from the room")
