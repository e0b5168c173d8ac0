"""Settings as an environment gives them, and the one line with which they are refused."""

import pytest

from companion.settings import ConfigError, Settings, read_settings

KEY = "a-key-of-random-characters"


def read(**given: str) -> Settings:
    return read_settings({f"COMPANION_{name.upper()}": value for name, value in given.items()})


def complaint(**given: str) -> str:
    """Return the one line with which settings are refused."""
    with pytest.raises(ConfigError) as refusal:
        read(**given)
    line = str(refusal.value)
    assert line
    assert "\n" not in line
    return line
