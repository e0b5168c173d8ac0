"""What is told at most so often, told at once."""

import pytest

from companion.realtime import pulse, sockets, tallies

PAUSES = {
    sockets: ("INVALIDATE_SECONDS", "PRESENCE_SECONDS", "WALL_SECONDS", "WORDS_SECONDS"),
    tallies: ("RANK_SECONDS",),
    pulse: ("PULSE_SECONDS",),
}


def keep_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have an application that is made from now on tell everything at once."""
    for module, names in PAUSES.items():
        for name in names:
            monkeypatch.setattr(module, name, 0)
