"""Pages that take long to render keep no other from being up."""

from __future__ import annotations

from collections.abc import Sequence

from companion.talks import PageOptions, Programme
from companion.talks import programme as programme_module
from companion.talks.markdown.job import Rendered, RenderFailed, RenderJob, too_slow
from companion.talks.markdown.render import render
from companion.talks.markdown.supervisor import CPU_SECONDS
from companion.talks.programme import QUICK_SECONDS


class Renderer:
    """Renders in this process, all but what says that it is slow, unless given its full time."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, float]] = []

    def __call__(self, jobs: Sequence[RenderJob], seconds: float) -> list[Rendered | RenderFailed]:
        self.asked += [(job.body.strip(), seconds) for job in jobs]
        return [self._answer(job, seconds) for job in jobs]

    def _answer(self, job: RenderJob, seconds: float) -> Rendered | RenderFailed:
        needed = {"slow": QUICK_SECONDS, "endless": CPU_SECONDS}.get(job.body.strip(), 0)
        return too_slow(seconds) if needed >= seconds else render(job)


def test_pages_that_take_long_are_rendered_after_all_others_are_up(tmp_path, write):
    renderer = Renderer()
    programme = Programme(tmp_path, PageOptions(), render=renderer)
    write("Old", name="b.md")
    programme.refresh()
    for name, body in (("a", "endless"), ("b", "endless"), ("c", "slow"), ("d", "quick")):
        write(body, name=f"{name}.md")

    assert programme.refresh(patience=0) == {"d"}
    assert (programme.find("b").html, programme.find("c")) == ("<p>Old</p>", None)
    assert {seconds for _, seconds in renderer.asked} == {QUICK_SECONDS}
    write("late", name="e.md")
    assert programme.refresh(patience=0) == {"e"}
    assert programme.problems() == []
    assert programme.refresh() == {"c"}
    assert programme.find("b").html == "<p>Old</p>"
    assert [(item.path.name, item.fatal) for item in programme.problems()] == [
        ("a.md", True),
        ("b.md", True),
    ]
    assert "took more than 3 s of CPU" in programme.problems()[0].message


def test_a_list_waits_for_no_page_that_takes_long(tmp_path, write, monkeypatch):
    renderer = Renderer()
    programme = Programme(tmp_path, PageOptions(), render=renderer)
    for name, body in (("a", "quick"), ("b", "slow"), ("c", "quick")):
        write(body, name=f"{name}.md")
    monkeypatch.setattr(programme_module, "FIRST_BATCH", 1)
    programme.refresh(patience=0)
    pages = programme.pages()

    for _ in range(2):
        listed = programme.with_bodies(pages)
        assert [(page.slug, page.html) for page in listed] == [
            ("a", "<p>quick</p>"),
            ("b", ""),
            ("c", "<p>quick</p>"),
        ]
    assert {seconds for _, seconds in renderer.asked} == {QUICK_SECONDS}


def test_a_slow_page_that_goes_or_changes_is_not_waited_for(tmp_path, write):
    renderer = Renderer()
    programme = Programme(tmp_path, PageOptions(), render=renderer)
    gone = write("endless", name="a.md")
    write("slow", name="b.md")
    programme.refresh(patience=0)
    gone.unlink()
    write("quick", name="b.md")

    assert programme.refresh() == {"b"}
    assert {seconds for _, seconds in renderer.asked} == {QUICK_SECONDS}


def test_a_real_page_that_takes_long_keeps_no_other_from_being_up(tmp_path, write):
    programme = Programme(tmp_path, PageOptions())
    write("[" * 20_000, name="a.md")
    write("Hello", name="b.md")

    assert programme.refresh(patience=0) == {"b"}
    assert programme.problems() == []
