"""The Q&A as a data file: what a site reads from it, and how little of it changes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given

from companion.cli import main
from companion.errors import Refused
from companion.publish import block, data
from companion.store.models import Role, Status
from tests.support.entries import ENTRY
from tests.support.factories import make_question
from tests.support.hostile import TEXTS, hostile_texts
from tests.support.jekyll import build_site, needs_jekyll
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow
DOCS = Path(__file__).parents[2] / "docs" / "publish.md"


@pytest.fixture
def site(folder):
    """Return the folder of a Jekyll site that has the talks in it."""
    (folder.parent / "_config.yml").write_text("title: Talks\n")
    return folder.parent


@pytest.fixture
def run(folder, sqlite_url, monkeypatch):
    monkeypatch.setenv("COMPANION_TALKS", str(folder))
    monkeypatch.setenv("COMPANION_DATABASE_URL", sqlite_url)
    return lambda *arguments: CliRunner().invoke(main, ["publish", "talk", *arguments])


@given(hostile_texts, hostile_texts)
def test_whatever_was_written_is_read_again(text, answer):
    entry = replace(ENTRY, text=text, author=text, link=text, offset=2467, answer=answer)

    read = yaml.safe_load(data.written([entry, replace(entry, number=2)]))

    assert [one["number"] for one in read["entries"]] == [1, 2]
    assert read["entries"][0].get("text", "") == " ".join(text.split())
    assert read["entries"][0]["link"] == text
    assert read["entries"][0]["recorded_at"] == "41:07"


def test_what_is_empty_is_left_out_and_nobody_asked_is_an_empty_list():
    assert data.written([replace(ENTRY, text="Why?")]).splitlines()[2:] == [
        "entries:",
        "  - number: 1",
        '    kind: "question"',
        '    status: "open"',
        '    text: "Why?"',
        "    votes: 0",
        "    asked_by: 1",
    ]
    assert yaml.safe_load(data.written([]))["entries"] == []


def test_a_data_file_is_written_beside_the_pages_and_a_late_answer_adds_a_line(
    run, engine, change, site, page_file
):
    page = page_file.read_bytes()
    number = make_question(engine, "How do bees keep warm?")
    path = site / "_data" / "qa" / "talk.yml"

    first, again = run("--data"), run("--data")
    before = path.read_text().splitlines()
    change(number, answer="They shiver.")
    run("--data")

    assert first.stdout == f"{path}: published, entries: 1\n"
    assert again.stdout == f"{path}: up to date already\n"
    assert path.read_text().splitlines() == [*before, '    answer_html: "<p>They shiver.</p>"']
    assert page_file.read_bytes() == page


def test_settings_choose_the_data_file_and_its_folder_in_the_browser_too(
    make_app, engine, tmp_path, page_file
):
    page = page_file.read_bytes()
    make_question(engine, "How do bees keep warm?")
    app = make_app(publish="data", publish_to=str(tmp_path / "elsewhere"))
    olga = signed_in(app, Role.ORGANISER)

    form = olga.page("/talks/talk/publish").form_to("/publish")
    olga.follow(olga.submit(form, do="publish"))

    assert "keep warm" in (tmp_path / "elsewhere" / "talk.yml").read_text()
    assert page_file.read_bytes() == page


def test_outside_a_site_it_is_asked_where_the_data_files_are(run, engine):
    make_question(engine)

    refused = run("--data")

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "say with COMPANION_PUBLISH_TO" in refused.stderr


def test_an_empty_board_writes_no_file(run, site):
    assert "nothing to publish" in run("--data").stdout
    assert not (site / "_data").exists()


def test_entries_that_this_database_does_not_know_are_not_lost(run, engine, site):
    path = site / "_data" / "qa" / "talk.yml"
    path.parent.mkdir(parents=True)
    path.write_text(data.written([replace(ENTRY, number=4711, text="Asked years ago?")]))
    before = path.read_bytes()
    make_question(engine)

    assert "this database does not know" in run("--data").stderr
    assert path.read_bytes() == before


@needs_jekyll
def test_the_snippet_of_the_docs_shows_it(tmp_path):
    snippet = re.search(r"```liquid\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert snippet
    site = tmp_path / "site"
    for folder in ("_data/qa", "_layouts"):
        (site / folder).mkdir(parents=True)
    (site / "_layouts" / "talk.html").write_text("{{ content }}\n" + snippet[1])
    (site / "Talk-1.5.md").write_text("---\nlayout: talk\n---\nBees.\n")
    (site / "other.md").write_text("---\nlayout: talk\n---\nWasps.\n")
    entries = [
        replace(ENTRY, number=at, text=text, detail=text, answer="*Yes*.", status=Status.ANSWERED)
        for at, text in enumerate(TEXTS)
    ]
    (site / "_data" / "qa" / "talk-1.5.yml").write_text(data.written(entries))

    built = build_site(site)

    html = (built / "Talk-1.5.html").read_text()
    shown = re.findall(r'<h3 id="qa-\d+">(.*?)</h3>', html, re.DOTALL)
    assert shown == [_escaped(" ".join(text.split())) for text in TEXTS]
    assert html.count("<p><em>Yes</em>.</p>") == len(TEXTS)
    assert (html.count("Answered."), html.count("Not answered yet.")) == (len(TEXTS), 0)
    assert "<h3" not in (built / "other.html").read_text()


def _escaped(text: str) -> str:
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(mark, entity)
    return text.replace("'", "&#39;")


def test_a_data_file_that_is_not_text_is_refused(run, engine, site):
    path = site / "_data" / "qa" / "talk.yml"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff")
    make_question(engine)

    assert "not UTF-8 text" in run("--data").stderr
    with pytest.raises(Refused):
        data.folder_for(Path("/talk.md"), None)


@given(hostile_texts)
@pytest.mark.parametrize("as_page", [True, False])
def test_the_letters_of_what_was_published_are_found_again(as_page, text):
    entry = replace(ENTRY, number=7, text=text)

    held = (
        block.held(block.markdown([entry]))
        if as_page
        else data.held(Path("talk.yml"), data.written([entry]))
    )

    [(number, words)] = held
    assert number == 7
    assert [*filter(str.isalnum, words)] == [*filter(str.isalnum, text)]


@pytest.mark.parametrize("text", ["entries: [", "- <<<<<<< HEAD\nentries:\n", "a: *b", "{" * 9000])
def test_a_data_file_that_is_no_yaml_is_left_alone(run, engine, site, text):
    path = site / "_data" / "qa" / "talk.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    make_question(engine)

    assert "talk.yml is not valid YAML" in run("--data").stderr
    assert path.read_text() == text


def test_what_others_have_made_of_a_data_file_is_read_as_yaml_says():
    text = "entries:\n- text: >-\n    Why do\n    bees dance?\n  number: 4\n- number: x\n- 5\n"

    assert list(data.held(Path("talk.yml"), text)) == [(4, "Why do bees dance?")]
    assert [list(data.held(Path("talk.yml"), other)) for other in ("", "a: 1", "[]")] == [[]] * 3
