"""Rendering in a process of its own, so that no page can take the server's time or memory."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence

from companion import processes
from companion.talks.markdown.job import (
    Rendered,
    RenderFailed,
    RenderJob,
    answer_from_json,
    job_to_json,
)

COMMAND = processes.python("companion.talks.markdown.worker")
TIMEOUT = 30.0
TIMEOUT_PER_PAGE = 6.0
CPU_SECONDS = 3


def render_all(jobs: Sequence[RenderJob]) -> list[Rendered | RenderFailed]:
    """Render every job, in order; a page that kills the process fails alone."""
    answers: list[Rendered | RenderFailed] = []
    while len(answers) < len(jobs):
        waiting = jobs[len(answers) :]
        started, got, reason = _run(waiting)
        answers += got
        if not started:
            answers += [RenderFailed(reason)] * len(waiting)
        elif len(got) < len(waiting):
            answers.append(RenderFailed(reason))
    return answers


def _run(jobs: Sequence[RenderJob]) -> tuple[bool, list[Rendered | RenderFailed], str]:
    """Return whether the process came up, what it answered, and why it ended."""
    process = subprocess.Popen(  # noqa: S603 (our own module, no shell)
        (*COMMAND, str(CPU_SECONDS)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=processes.FOLDER,
        env=processes.environment(),
    )
    lines = "".join(f"{job_to_json(job)}\n" for job in jobs).encode()
    try:
        out, errors = process.communicate(lines, TIMEOUT + TIMEOUT_PER_PAGE * len(jobs))
        reason = _reason(process.returncode, errors)
    except subprocess.TimeoutExpired:
        process.kill()
        out, _ = process.communicate()
        reason = "rendering took too long; the machine is busy or the page too complicated"
    ready, *answers = out.decode().rpartition("\n")[0].split("\n")
    return bool(ready), [answer_from_json(line) for line in answers], reason


def _reason(code: int, errors: bytes) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"rendering took more than {CPU_SECONDS} s of CPU; the page is too complicated"
    last = errors.decode(errors="replace").strip().rpartition("\n")[2]
    return f"rendering stopped with exit code {code}" + (f": {last[:200]}" if last else "")
