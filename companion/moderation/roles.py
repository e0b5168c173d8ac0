"""Roles: which suffices for which, and who acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

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
    Role.SPEAKER: "the speaker",
    Role.MODERATOR: "a moderator",
    Role.ORGANISER: "an organiser",
}


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
        return self.name or CALLED[self.role]
