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
    too_slow,
)

COMMAND = processes.python("companion.talks.markdown.worker")
TIMEOUT = 30.0
TIMEOUT_PER_PAGE = 6.0
CPU_SECONDS = 3.0


def render_all(
    jobs: Sequence[RenderJob], cpu_seconds: float = CPU_SECONDS
) -> list[Rendered | RenderFailed]:
    """Render every job, in order; one that takes longer or kills the process fails alone."""
    answers: list[Rendered | RenderFailed] = []
    while len(answers) < len(jobs):
        waiting = jobs[len(answers) :]
        started, got, failed = _run(waiting, cpu_seconds)
        answers += got
        if not started:
            answers += [failed] * len(waiting)
        elif len(got) < len(waiting):
            answers.append(failed)
    return answers


def _run(
    jobs: Sequence[RenderJob], cpu_seconds: float
) -> tuple[bool, list[Rendered | RenderFailed], RenderFailed]:
    """Return whether the process came up, what it answered, and why it ended."""
    process = subprocess.Popen(  # noqa: S603 (our own module, no shell)
        (*COMMAND, str(cpu_seconds)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=processes.FOLDER,
        env=processes.environment(),
    )
    lines = "".join(f"{job_to_json(job)}\n" for job in jobs).encode()
    try:
        out, errors = process.communicate(lines, TIMEOUT + TIMEOUT_PER_PAGE * len(jobs))
        failed = _failed(process.returncode, errors, cpu_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, _ = process.communicate()
        failed = RenderFailed(
            "rendering took too long; the machine is busy or the page too complicated"
        )
    ready, *answers = out.decode().rpartition("\n")[0].split("\n")
    return bool(ready), [answer_from_json(line) for line in answers], failed


def _failed(code: int, errors: bytes, cpu_seconds: float) -> RenderFailed:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return too_slow(cpu_seconds)
    last = errors.decode(errors="replace").strip().rpartition("\n")[2]
    why = f"rendering stopped with exit code {code}"
    return RenderFailed(f"{why}: {last[:200]}" if last else why)
