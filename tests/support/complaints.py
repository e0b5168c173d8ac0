"""What a process says besides that the machine was slow, which no test can know beforehand."""

import re

SLOW = re.compile(r"^WARNING companion\.\S+: (everybody waited|a commit of \d+ took)\b.*\n", re.M)


def complaints(errors: str) -> str:
    """Return what stands on a standard error stream, without its lines on slowness."""
    return SLOW.sub("", errors)
