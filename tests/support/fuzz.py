"""Cases made up: a few in every run, and as many as there is time for where time is given."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))  # for all of them together
FEW = 30
MANY = 400  # at a time; then new ones
# Of CPU, where time is given: so much for anything at all, and so much for each byte. What takes
# time by the square of what is sent takes far more.
AT_MOST, AT_MOST_A_BYTE = 0.5, 100e-6
_targets: list[str] = []


def fuzz(**cases: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Have a test look at made-up cases, as its arguments: a few, or for its share of the time."""

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        _targets.append(test.__name__)
        checked = settings(
            max_examples=MANY if SECONDS else FEW,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
        )(given(**cases)(test))

        @wraps(checked)
        def looked_at(*fixtures: object, **named: object) -> None:
            until = time.monotonic() + SECONDS / len(_targets)
            checked(*fixtures, **named)
            while time.monotonic() < until:
                checked(*fixtures, **named)

        return looked_at

    return decorate


@contextmanager
def in_proportion(size: int) -> Iterator[None]:
    """See that something so large took no more than its share of CPU; only where time is given."""
    began = time.process_time()
    yield
    took = time.process_time() - began
    assert not SECONDS or took < AT_MOST + size * AT_MOST_A_BYTE, f"{took:.2f} s for {size} bytes"
