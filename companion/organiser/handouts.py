"""What organisers hand out before a talk: each role's link, with words to send it by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from companion.messages import Message, gettext
from companion.store.models import Role
from companion.talks import TalkPage, when
from companion.talks.page import Called, in_english


@dataclass(frozen=True)
class Handout:
    """A link of a talk: who it is for, what it opens, and a message that says so.

    ``role`` is None where there is nothing secret about the link.
    """

    view: str
    name: str
    what: str
    url: str
    subject: str
    text: str
    role: Role | None = None

    @property
    def mailto(self) -> str:
        """Return an address that has a mail program begin the message, to nobody yet."""
        body = self.text.replace("\n", "\r\n")
        return f"mailto:?subject={quote(self.subject)}&body={quote(body)}"


class Words(NamedTuple):
    """What is said of one kind of link: on the page, and in the message around it."""

    name: str
    what: str
    subject: str
    before: str
    after: str
    role: Role | None = None


TO_YOURSELF = gettext(
    "Please keep the link to yourself: whoever has it can do the same. It signs a browser in for "
    "up to 12 hours; after that, open it again."
)
OF_A_REHEARSAL = gettext(
    "Please keep the link to yourself: whoever has it can do the same. It is for the rehearsal "
    "alone and ends with it, 4 hours after the rehearsal was begun at the latest."
)
WORDS = {
    "attendee": Words(
        gettext("Attendees"),
        gettext("The talk’s page with its board."),
        gettext("Ask your questions"),
        gettext("Ask your questions and vote for others’, before and during the talk:"),
        gettext("You need no account."),
    ),
    "speaker": Words(
        gettext("Speaker"),
        gettext("What to answer next and how long is left; after the talk, what stayed open."),
        gettext("Your questions"),
        gettext(
            "This link shows you the questions while you speak, one at a time. After the talk you "
            "can answer in writing what stayed open:"
        ),
        TO_YOURSELF,
        Role.SPEAKER,
    ),
    "moderator": Words(
        gettext("Moderators"),
        gettext("The desk: approve, sort and merge questions, and feed the speaker."),
        gettext("Moderating"),
        gettext("This link opens the desk from which you moderate the questions:"),
        TO_YOURSELF,
        Role.MODERATOR,
    ),
    "present": Words(
        gettext("Big screen"),
        gettext(
            "For the projector: what is being answered, and how to join. Everybody may see it."
        ),
        gettext("For the big screen"),
        gettext("Open this on the projector of the room, full screen:"),
        gettext("It shows what is being answered, and a code to join by."),
    ),
}


LETTER = "%(about)s\n%(when)s\n\n%(before)s\n%(url)s\n\n%(after)s\n"


def handouts(page: TalkPage, urls: Mapping[str, str], called: Called = in_english) -> list[Handout]:
    """Return those of a talk's links that there are, in the order in which they are handed out."""
    about = (_about(page), when(page, called))
    return [_handout(page, view, urls[view], about) for view in WORDS if view in urls]


def _handout(page: TalkPage, view: str, url: str, about: tuple[str, str]) -> Handout:
    words = WORDS[view]
    values = {"about": about[0], "when": about[1], "url": url}
    after = OF_A_REHEARSAL if page.is_rehearsal and words.role else words.after
    text = Message(LETTER, "", {**values, "before": words.before, "after": after})
    subject = Message(
        "%(subject)s: %(title)s", "", {"subject": words.subject, "title": _line(page.title)}
    )
    return Handout(view, words.name, words.what, url, subject, text, words.role)


def _about(page: TalkPage) -> Message:
    title, speaker = _line(page.title), _line(page.speaker)
    if speaker:
        return gettext("“%(title)s” by %(speaker)s", title=title, speaker=speaker)
    return gettext("“%(title)s”", title=title)


def _line(text: str) -> str:
    if isinstance(text, Message):
        return text.about(**{name: _line(str(value)) for name, value in text.values.items()})
    return " ".join(text.split())
