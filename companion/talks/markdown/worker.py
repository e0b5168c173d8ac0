"""The process that renders pages: `python -m …markdown.worker`, jobs in, answers out."""

from __future__ import annotations

import math
import resource
import signal
import sys
from typing import TextIO

from companion.talks.markdown.html_tree import TooDeepError
from companion.talks.markdown.job import (
    Rendered,
    RenderFailed,
    RenderJob,
    answer_to_json,
    job_from_json,
    too_slow,
)
from companion.talks.markdown.render import render

READY = "ready"
MEMORY = 512 * 1024 * 1024
TOO_DEEP = "the page nests its elements too deeply; at most 100 levels are shown"


class OutOfTimeError(BaseException):
    """A page has had its share of CPU time; nothing that catches an Exception may swallow it."""


def main(source: TextIO, out: TextIO, cpu_seconds: float) -> None:
    """Answer every job with one line, flushed, so that a killed process loses one page only."""
    signal.signal(signal.SIGPROF, _stop)
    print(READY, file=out, flush=True)
    for line in source:
        print(answer_to_json(_in_time(job_from_json(line), cpu_seconds)), file=out, flush=True)


def _stop(_signal: int, _frame: object) -> None:
    raise OutOfTimeError


def _in_time(job: RenderJob, seconds: float) -> Rendered | RenderFailed:
    """Answer a job unless it takes longer; what cannot be interrupted is killed soon after."""
    _grant_time(math.ceil(seconds) + 1)
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            return answer(job)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except OutOfTimeError:
        return too_slow(seconds)


def answer(job: RenderJob) -> Rendered | RenderFailed:
    """Render a page, or say why it cannot be."""
    try:
        return render(job)
    except (TooDeepError, RecursionError):
        return RenderFailed(TOO_DEEP)
    except MemoryError:
        return RenderFailed(
            "rendering took more than 512 MB of memory; the page is too complicated"
        )


def _grant_time(cpu_seconds: int) -> None:
    """Move the limit on CPU time, which counts from the start, on by one page's share."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + cpu_seconds)


def _limit(which: int, soft: int) -> None:
    _, hard = resource.getrlimit(which)
    resource.setrlimit(which, (soft if hard < 0 else min(soft, hard), hard))


if __name__ == "__main__":  # pragma: no cover
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit(resource.RLIMIT_AS, MEMORY)
    main(sys.stdin, sys.stdout, float(sys.argv[1]))
