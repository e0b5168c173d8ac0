"""Roles: which suffices for which, and who acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from companion.messages import gettext
from companion.store.models import Role

EVERY_TALK = ""
OF_A_TALK = (Role.MODERATOR, Role.SPEAKER)
# A role may do all that those behind it may.
SUFFICES = {
    Role.SPEAKER: (Role.SPEAKER, Role.MODERATOR, Role.ORGANISER),
    Role.MODERATOR: (Role.MODERATOR, Role.ORGANISER),
    Role.ORGANISER: (Role.ORGANISER,),
}
CALLED = {
    Role.SPEAKER: gettext("the speaker"),
    Role.MODERATOR: gettext("a moderator"),
    Role.ORGANISER: gettext("an organiser"),
}
SCHEDULE = gettext("the schedule")
NOBODYS_NAMES: dict[str, str] = {called: called for called in (*CALLED.values(), SCHEDULE)}


BEGINNING: dict[str, str] = {
    CALLED[Role.SPEAKER]: gettext("The speaker"),
    CALLED[Role.MODERATOR]: gettext("A moderator"),
    CALLED[Role.ORGANISER]: gettext("An organiser"),
    SCHEDULE: gettext("The schedule"),
}


def as_called(kept: str) -> str:
    """Return what was kept of who did something: as a message, where it is no name."""
    return NOBODYS_NAMES.get(kept, kept)


def as_begins(called: str) -> str:
    """Return what somebody is called where a sentence begins with it."""
    return BEGINNING.get(called, called)


@dataclass(frozen=True)
class Actor:
    """Somebody who runs a talk: the name they gave, as what they act, and in which browser."""

    name: str
    role: Role
    sign_in: str = ""
    seen_at: datetime | None = field(default=None, compare=False)

    @property
    def called(self) -> str:
        """Return what the others know them by."""
        return as_called(self.name) if self.name else CALLED[self.role]
