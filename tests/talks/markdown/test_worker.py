from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from companion.talks import PageOptions, Programme
from companion.talks.markdown import supervisor, worker
from companion.talks.markdown.job import (
    Rendered,
    RenderFailed,
    RenderJob,
    answer_from_json,
    job_to_json,
)
from companion.talks.markdown.render import render as render_here
from companion.talks.markdown.supervisor import render_all

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
KALTURA = "https://cdnapisec.kaltura.com/p/1/x?entry_id=1_a"


def test_the_process_answers_as_the_function_does():
    jobs = [
        RenderJob("Hello *you*", board_url="/b"),
        RenderJob(f"<iframe src='{KALTURA}'></iframe> <https://meet.jit.si/a> [q](sli.do)"),
        RenderJob(""),
    ]

    assert render_all(jobs) == [render_here(job) for job in jobs]


def test_no_jobs_start_no_process(monkeypatch):
    monkeypatch.setattr(supervisor, "COMMAND", ("/nonexistent",))

    assert render_all([]) == []


@pytest.mark.parametrize("body", ["[" * 20_000, "<a " * 20_000])
def test_a_page_that_takes_too_long_fails_alone(body):
    jobs = [RenderJob("before"), RenderJob(body), RenderJob("after")]
    before, slow, after = render_all(jobs, 0.3)

    reason = "rendering took more than 0.3 s of CPU; the page is too complicated"
    assert slow == RenderFailed(reason, is_slow=True)
    assert isinstance(before, Rendered)
    assert isinstance(after, Rendered)
    assert (before.html, after.html) == ("<p>before</p>", "<p>after</p>")


def test_what_cannot_be_interrupted_is_killed_and_fails_alone(monkeypatch):
    stubborn = "import signal; signal.signal = lambda *_: None; signal.setitimer = lambda *_: None"
    run = (
        "import runpy, sys; runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
    )
    name = "companion.talks.markdown.worker"
    monkeypatch.setattr(supervisor, "COMMAND", (sys.executable, "-c", f"{stubborn}; {run}", name))
    slow, after = render_all([RenderJob("[" * 20_000), RenderJob("after")], 0.3)

    assert isinstance(slow, RenderFailed)
    assert slow.is_slow
    assert isinstance(after, Rendered)


def test_absurd_nesting_is_refused_before_its_time_is_up():
    (answer,) = render_all([RenderJob("<div>" * 50_000)])

    assert answer == RenderFailed(worker.TOO_DEEP)


def test_a_process_that_cannot_start_fails_every_page_once(monkeypatch):
    monkeypatch.setattr(supervisor, "COMMAND", (sys.executable, "-c", "raise SystemExit('broken')"))

    assert (
        render_all([RenderJob("a"), RenderJob("b")])
        == [RenderFailed("rendering stopped with exit code 1: broken")] * 2
    )


def test_a_process_that_dies_silently_says_so(monkeypatch):
    dies = "print('ready', flush=True); raise SystemExit(7)"
    monkeypatch.setattr(supervisor, "COMMAND", (sys.executable, "-c", dies))

    assert render_all([RenderJob("a")]) == [RenderFailed("rendering stopped with exit code 7")]


def test_a_process_that_hangs_is_ended(monkeypatch):
    hangs = "import time; print('ready', flush=True); time.sleep(60)"
    monkeypatch.setattr(supervisor, "COMMAND", (sys.executable, "-c", hangs))
    monkeypatch.setattr(supervisor, "TIMEOUT", 1.0)
    monkeypatch.setattr(supervisor, "TIMEOUT_PER_PAGE", 0.0)

    assert render_all([RenderJob("a")]) == [
        RenderFailed("rendering took too long; the machine is busy or the page too complicated")
    ]


def test_secrets_stay_out_of_the_process(monkeypatch):
    monkeypatch.setenv("COMPANION_SECRET_KEY", "hush")
    tells = "import os; print('ready'); raise SystemExit(int('COMPANION_SECRET_KEY' in os.environ))"
    monkeypatch.setattr(supervisor, "COMMAND", (sys.executable, "-c", tells))

    assert render_all([RenderJob("a")]) == [RenderFailed("rendering stopped with exit code 0")]


def test_the_loop_answers_line_by_line(monkeypatch):
    monkeypatch.setattr(worker, "_grant_time", lambda _seconds: None)
    out = io.StringIO()
    jobs = f"{job_to_json(RenderJob('a'))}\n{job_to_json(RenderJob('<b>' * 300))}\n"
    worker.main(io.StringIO(jobs), out, 3)
    ready, good, deep = out.getvalue().splitlines()

    assert ready == "ready"
    assert answer_from_json(good) == render_here(RenderJob("a"))
    assert answer_from_json(deep) == RenderFailed(worker.TOO_DEEP)


def test_running_out_of_memory_is_an_answer(monkeypatch):
    def exhaust(_job: RenderJob) -> Rendered:
        raise MemoryError

    monkeypatch.setattr(worker, "render", exhaust)

    assert worker.answer(RenderJob("a")) == RenderFailed(
        "rendering took more than 512 MB of memory; the page is too complicated"
    )


def test_time_is_granted_per_page_from_what_is_used(monkeypatch):
    limits: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(worker.resource, "getrlimit", lambda _which: (-1, 2))
    monkeypatch.setattr(worker.resource, "setrlimit", lambda which, to: limits.append((which, to)))
    worker._grant_time(3)

    assert limits == [(worker.resource.RLIMIT_CPU, (2, 2))]


def test_a_hundred_small_pages_are_read_by_one_process(tmp_path, write, monkeypatch):
    begun: list[object] = []
    begin = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: begun.append(a) or begin(*a, **k))
    programme = Programme(tmp_path, PageOptions())
    for number in range(100):
        write("Hello **world**\n\n- a\n- b\n", name=f"talk-{number}.md")
    programme.refresh()

    assert len(programme.pages()) == 100
    assert len(begun) == 1


def test_rendering_works_under_gevent(tmp_path, write):
    write("Hello")
    script = (
        "from gevent import monkey; monkey.patch_all()\n"
        "from pathlib import Path\n"
        "from companion.talks import PageOptions, Programme\n"
        f"programme = Programme(Path({str(tmp_path)!r}), PageOptions())\n"
        "programme.refresh()\n"
        "print(programme.pages()[0].html)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )

    assert ran.stdout == "<p>Hello</p>\n"


def test_the_package_brings_in_no_web_framework():
    script = (
        "import sys, companion.talks.markdown.worker\n"
        "print([name for name in ('flask', 'gevent', 'sqlalchemy', 'icalendar') "
        "if name in sys.modules and 'flask' not in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert ran.stdout == "[]\n"


def test_the_process_loads_no_more_than_it_needs():
    script = (
        "import sys, companion.talks.markdown.worker\n"
        "print([name for name in ('yaml', 'frontmatter', 'icalendar', 'zoneinfo', "
        "'companion.talks.programme') if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert ran.stdout == "[]\n"
