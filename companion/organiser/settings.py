"""What holds on a talk's board, beside what would hold if nobody at the desk had said anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from companion.board.rules import BoardDefaults, BoardRules
from companion.board.talk_state import TalkState
from companion.messages import Message, gettext
from companion.moderation.controls import Switches, switches_of


@dataclass(frozen=True)
class TalkSettings:
    """A talk's switches, and what each would be without the desk; ``why`` says why that is so."""

    switches: Switches
    board: str
    defaults: Mapping[str, bool]
    why: Mapping[str, Message]

    def default(self, name: str) -> bool:
        """Return what a switch would be: off, unless the page or the server says."""
        return self.defaults.get(name, False)


def settings_of(talk: TalkState, defaults: BoardDefaults) -> TalkSettings:
    """Return a talk's settings with their defaults."""
    usual = BoardRules.of_page(talk.page, talk.phase, defaults)
    said = {
        "approve_first": (usual.moderated, talk.page.moderated is not None),
        "rating": (usual.rating, talk.page.rating is not None),
        "pulse": (usual.pulse, talk.page.pulse is not None),
    }
    return TalkSettings(
        switches_of(talk),
        usual.state,
        defaults={name: is_on for name, (is_on, _) in said.items()},
        why={name: _why(is_on, is_own=is_own) for name, (is_on, is_own) in said.items()},
    )


def _why(is_on: bool, *, is_own: bool) -> Message:
    if is_own:
        on = gettext("Default: on, by the page’s file")
        return on if is_on else gettext("Default: off, by the page’s file")
    on = gettext("Default: on, as all talks")
    return on if is_on else gettext("Default: off, as all talks")
