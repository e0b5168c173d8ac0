"""Bodies are rendered behind the programme, or when a talk is asked for; each is, once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from companion.talks import PageOptions, Programme
from companion.talks import files as files_module
from companion.talks import programme as programme_module
from companion.talks import reading as reading_module
from companion.talks.markdown.job import Rendered, RenderFailed, RenderJob
from companion.talks.markdown.supervisor import CPU_SECONDS
from companion.talks.markdown.worker import answer
from companion.talks.programme import FIRST_BATCH, LARGEST_BATCH, QUICK_SECONDS

TODAY = datetime.now(UTC).date()
MANY = 100


class Renderer:
    """Renders in this process, and remembers in which batches."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.seconds: list[float] = []
        self.before = lambda: None

    def __call__(self, jobs: Sequence[RenderJob], seconds: float) -> list[Rendered | RenderFailed]:
        self.batches.append([job.title for job in jobs])
        self.seconds.append(seconds)
        self.before()
        return [answer(job) for job in jobs]


@pytest.fixture
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture
def programme(tmp_path, renderer, monkeypatch) -> Programme:
    monkeypatch.setattr(files_module, "SETTLING_NS", 0)
    return Programme(tmp_path, PageOptions(), render=renderer)


def header(number: int) -> str:
    return f"title: Talk {number}\ndate: {TODAY + timedelta(days=number)}\n"


@pytest.fixture
def many(write) -> None:
    for number in range(MANY):
        write("Hello", name=f"talk-{number}.md", header=header(number))


def counted(monkeypatch) -> list[str]:
    """Return the names of the files that are read from now on."""
    names: list[str] = []

    def read(path):
        names.append(path.name)
        return content_of(path)

    content_of = reading_module.content_of
    monkeypatch.setattr(reading_module, "content_of", read)
    return names


def test_a_start_reads_every_file_once_and_renders_one_batch_of_the_nearest_talks(
    many, programme, renderer, monkeypatch
):
    read = counted(monkeypatch)

    assert len(programme.refresh(patience=0)) == MANY
    assert len(read) == len(set(read)) == MANY
    [batch] = renderer.batches
    assert set(batch) == {f"Talk {number}" for number in range(FIRST_BATCH)}
    assert len(programme.pages()) == MANY
    assert programme.listed("talk-99").html == ""


def test_once_one_file_has_changed_one_is_read_and_rendered(
    many, write, programme, renderer, monkeypatch
):
    programme.refresh()
    read, rendered = counted(monkeypatch), len(renderer.batches)
    write("Bye", name="talk-7.md", header=header(7))

    assert programme.refresh(patience=0) == {"talk-7"}
    assert read == ["talk-7.md"]
    assert renderer.batches[rendered:] == [["Talk 7"]]
    assert programme.find("talk-7").html == "<p>Bye</p>"


def test_a_talk_that_is_asked_for_is_rendered_then_alone_and_once(many, programme, renderer):
    programme.refresh(patience=0)

    assert programme.find("talk-99").html == "<p>Hello</p>"
    assert programme.listed("talk-99") is programme.find("talk-99")
    assert renderer.batches[1:] == [["Talk 99"]]
    assert renderer.seconds == [QUICK_SECONDS, CPU_SECONDS]


def test_what_waits_is_rendered_while_nothing_changes_and_is_no_news(many, programme, renderer):
    programme.refresh(patience=0)

    assert programme.refresh(patience=0) == set()
    assert len(renderer.batches) == 1
    assert programme.refresh(patience=60) == set()
    assert [len(batch) for batch in renderer.batches] == [FIRST_BATCH, MANY - FIRST_BATCH]
    assert {page.html for page in programme.pages()} == {"<p>Hello</p>"}


def test_batches_grow_up_to_a_limit(write, programme, renderer):
    for number in range(3 * LARGEST_BATCH):
        write(name=f"talk-{number}.md", header=header(number))
    programme.refresh(patience=60)

    assert [len(batch) for batch in renderer.batches] == [64, 128, 256, 256, 64]


def test_many_who_come_for_one_talk_have_it_rendered_once(many, programme, renderer):
    programme.refresh(patience=0)
    together = threading.Barrier(8)

    def come() -> str:
        together.wait()
        return programme.find("talk-99").html

    with ThreadPoolExecutor(8) as people:
        seen = [person.result() for person in [people.submit(come) for _ in range(8)]]

    assert set(seen) == {"<p>Hello</p>"}
    assert renderer.batches[1:] == [["Talk 99"]]


def test_a_file_that_changes_while_its_body_waits_shows_its_new_words(many, write, programme):
    programme.refresh(patience=0)
    write("Bye", name="talk-99.md", header=header(99).replace("Talk 99", "A new title"))

    assert programme.refresh(patience=0) == {"talk-99"}
    assert (programme.find("talk-99").title, programme.find("talk-99").html) == (
        "A new title",
        "<p>Bye</p>",
    )


def test_a_file_that_breaks_while_its_body_waits_keeps_its_last_words(many, write, programme):
    programme.refresh(patience=0)
    write("Bad", name="talk-99.md", header="title: A talk\n")

    assert programme.refresh(patience=0) == set()
    assert programme.find("talk-99").html == "<p>Hello</p>"
    assert [problem.fatal for problem in programme.problems()] == [True]


def test_a_body_that_cannot_be_rendered_takes_its_talk_alone_off_the_programme(
    many, write, programme
):
    write("<div>" * 300, name="talk-99.md", header=header(99))
    programme.refresh(patience=0)
    assert programme.problems() == []

    assert programme.find("talk-99") is None
    assert [problem.path.name for problem in programme.problems()] == ["talk-99.md"]
    assert len(programme.pages()) == MANY - 1
    assert programme.refresh(patience=60) == set()


def test_a_body_found_broken_behind_the_programme_is_news(many, write, programme):
    write("<div>" * 300, name="talk-99.md", header=header(99))
    programme.refresh(patience=0)

    assert programme.refresh(patience=60) == {"talk-99"}


def test_what_is_read_anew_while_it_is_rendered_is_not_overwritten(
    many, write, programme, renderer, monkeypatch
):
    programme.refresh(patience=0)
    monkeypatch.setattr(programme_module, "FIRST_BATCH", 1)

    def change() -> None:
        renderer.before = lambda: None
        write("Bye", name="talk-99.md", header=header(99))
        programme.refresh(patience=0)

    renderer.before = change

    assert programme.find("talk-99").html == "<p>Bye</p>"


def test_warnings_about_a_body_come_with_it(many, write, programme):
    write("<script>x</script>", name="talk-99.md", header=header(99))
    programme.refresh(patience=0)
    assert programme.problems() == []
    programme.find("talk-99")

    assert "`<script>` is left out" in programme.problems()[0].message


def test_a_page_that_was_up_before_comes_before_those_that_were_not(many, write, programme):
    programme.refresh(patience=0)
    programme.find("talk-99")
    write("Bye", name="talk-99.md", header=header(99))
    for number in range(FIRST_BATCH):
        write("Soon", name=f"new-{number}.md", header=header(number))
    programme.refresh(patience=0)

    assert programme.listed("talk-99").html == "<p>Bye</p>"


def test_those_who_list_some_talks_have_their_bodies_rendered_together_and_once(
    programme, renderer, many
):
    programme.refresh(patience=0)
    some = programme.pages()[-3:]
    asked = len(renderer.batches)

    for _ in range(2):
        assert [page.html for page in programme.with_bodies(some)] == ["<p>Hello</p>"] * 3
    assert renderer.batches[asked:] == [[page.title for page in some]]
    assert renderer.seconds[asked:] == [QUICK_SECONDS]
