"""Polls, published below the Q&A: what everybody could see, unless left out."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from sqlalchemy.orm import Session

from companion.board import ballots
from companion.publish import block, data
from companion.publish.splice import spliced
from companion.store.models import Role
from companion.store.polls import PollState, Reveal
from companion.talks.markdown.job import RenderJob
from companion.talks.markdown.supervisor import render_all
from tests.exports.test_polls import HOSTILE, POLL, SLURM, asking
from tests.publish.test_jekyll import FRONT, build, plain
from tests.support.factories import make_question, make_talk
from tests.support.hostile import TEXTS
from tests.support.html import part
from tests.support.jekyll import build_site, needs_jekyll
from tests.support.pages import Page, text_of
from tests.support.poll_rows import ASKED, make_poll
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow
DOCS = Path(__file__).parents[2] / "docs" / "publish.md"
PAGE = "/talks/talk/publish"
POLLS = "## Polls"
STRAIGHT = str.maketrans("’“”", '\'""')  # kramdown sets quotes as a printer would
SCHEDULERS = {"Slurm": 12, "PBS": 29, "none": 0}


@pytest.fixture
def asked(engine):
    """Put a question on the board, and hold a poll; returns its number."""
    make_question(engine, "How do bees find home?")
    return make_poll(engine, SCHEDULERS)


def polls_in(text: str) -> str:
    _, _, found = text.partition(POLLS)
    return found.partition("<!-- /companion:qa -->")[0].strip()


def test_polls_come_last_with_what_was_answered(publish, page_file, asked):
    publish()

    text = page_file.read_text()
    assert polls_in(text) == (
        f"### {ASKED}\n{{: #poll-{asked} .no_toc}}\n\n41 people answered\n\n"
        "- Slurm: 12 of 41, 29 %\n- PBS: 29 of 41, 71 %\n- none: 0 of 41, 0 %"
    )
    assert text.index("How do bees") < text.index(POLLS)


def test_what_not_everybody_could_see_stays_out(prepared, engine, asked):
    make_poll(engine, {"Yes": 1}, "Is it open?", state=PollState.OPEN)
    make_poll(engine, {"Yes": 1}, "Once voted?", state=PollState.OPEN, reveal=Reveal.VOTING)
    make_poll(engine, {"Yes": 1}, "Is it put away?", state=PollState.DRAFT, is_shown=True)
    make_poll(engine, {"Yes": 1}, "Never opened?", state=PollState.DRAFT, opened_at=None)
    make_poll(engine, {"Yes": 0}, "Did nobody answer?")
    make_poll(engine, {"Yes": 2}, "Is it live?", state=PollState.OPEN, reveal=Reveal.LIVE)

    found = prepared()

    headings = [line for line in polls_in(found.block).splitlines() if line.startswith("###")]
    assert headings == [f"### {ASKED}", "### Is it live?"]
    assert found.polls == 2


def test_what_is_right_is_marked_where_it_was_shown(prepared, engine):
    make_poll(engine, SCHEDULERS, right="Slurm")
    assert "right" not in prepared().block
    make_poll(engine, SCHEDULERS, right="PBS", is_right_shown=True, several=True)

    block = prepared().block

    assert "- PBS: 29 of 41, 71 %, the right answer\n" in block
    assert block.count("right") == 1
    assert "41 people answered · more than one could be chosen" in block


def test_a_block_without_polls_is_what_it_was(prepared, asked):
    bare = prepared(polls=False)

    assert bare.block + f"\n\n{POLLS}" in prepared().block
    assert (bare.polls, prepared().polls) == (0, 1)


def test_publishing_twice_changes_nothing_and_leaving_out_takes_it_away(publish, page_file, asked):
    publish()
    once = page_file.read_text()
    publish()
    assert page_file.read_text() == once

    publish(polls=False)
    assert POLLS not in page_file.read_text()


def test_forgetting_who_answered_changes_nothing(publish, page_file, engine, asked):
    publish()
    with Session(engine) as session, session.begin():
        ballots.keep_totals(session, make_talk(session))

    assert not publish().is_news


def test_polls_alone_are_published_and_taken_out_again(publish, page_file, engine):
    before = page_file.read_text()
    make_poll(engine, SCHEDULERS)

    found = publish()

    assert (found.entries, found.polls, found.is_empty) == (0, 1, False)
    assert page_file.read_text().startswith(before)
    assert "## Questions" not in found.block
    assert "Slurm: 12 of 41" in page_file.read_text()
    assert publish(polls=False).is_empty
    assert "Slurm" not in page_file.read_text()


def test_a_data_file_has_them_only_if_there_are_any(publish, tmp_path, engine, asked):
    make_poll(engine, {"C": 1, "Rust": 2}, "No, yes?", right="Rust", is_right_shown=True)

    found = yaml.safe_load(publish(folder=tmp_path).after)

    assert found["polls"] == [
        {
            "number": asked,
            "text": ASKED,
            "answered_by": 41,
            "options": [
                {"text": "Slurm", "votes": 12, "percent": 29},
                {"text": "PBS", "votes": 29, "percent": 71},
                {"text": "none", "votes": 0, "percent": 0},
            ],
        },
        {
            "number": asked + 1,
            "text": "No, yes?",
            "answered_by": 3,
            "options": [{"text": "C", "votes": 1}, {"text": "Rust", "votes": 2, "right": True}],
        },
    ]
    assert "polls" not in yaml.safe_load(publish(folder=tmp_path, polls=False).after)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_does_nothing(publish, prepared, page_file, engine, tmp_path, text):
    make_poll(engine, {text: 1, "No": 1}, text)

    publish()
    [answer] = render_all([RenderJob("", qa=prepared().block)])
    page = Page(answer.qa_html.translate(STRAIGHT))
    written = publish(folder=tmp_path).after.decode()

    assert not prepared().is_news
    assert [text_of(found) for found in page.elements("h3")] == [" ".join(text.split())]
    items = [text_of(found) for found in page.elements("li")]
    assert [item.strip("\u2068").replace("\u2069", "") for item in items] == [
        f"{text}: 1 of 2",
        "No: 1 of 2",
    ]
    assert not {"script", "img", "code"} & {element.tag for element in page.elements()}
    [poll] = yaml.safe_load(written)["polls"]
    assert (poll["text"], poll["options"][0]["text"]) == (text, text)
    assert list(data.held(page_file, written)) == []


@needs_jekyll
def test_a_site_shows_every_text_as_it_was_written(tmp_path):
    polls = [replace(asking(text), number=at) for at, text in enumerate((*TEXTS, *HOSTILE))]
    page = spliced(tmp_path / "talk.md", FRONT.encode(), block.markdown([], polls)).decode()

    found = part(build(tmp_path, page))

    headings = {heading.get("id"): text_of(heading) for heading in found.iter("h3")}
    said = [text_of(item).replace("\u2068", "").replace("\u2069", "") for item in found.iter("li")]
    assert list(headings) == [f"poll-{poll.number}" for poll in polls]
    assert [plain(text) for text in headings.values()] == [plain(poll.text) for poll in polls]
    assert [plain(text) for text in said] == [f"{plain(p.text)}: 12 of 41, 29 %" for p in polls]
    tags = {element.tag for element in found.iter()}
    assert tags <= {"body", "h2", "h3", "p", "ul", "li"}


@needs_jekyll
def test_the_snippet_of_the_docs_shows_them(tmp_path):
    snippet = re.search(r"```liquid\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert snippet
    site = tmp_path / "site"
    for folder in ("_data/qa", "_layouts"):
        (site / folder).mkdir(parents=True)
    (site / "_layouts" / "talk.html").write_text("{{ content }}\n" + snippet[1])
    (site / "talk.md").write_text("---\nlayout: talk\n---\nBees.\n")
    right = replace(POLL, options=(replace(SLURM, is_right=True, percent=None),))
    polls = [asking(text) for text in HOSTILE]
    (site / "_data" / "qa" / "talk.yml").write_text(data.written([], [*polls, right]))

    found = part((build_site(site) / "talk.html").read_text())

    assert [text_of(each) for each in found.iter("h2")] == ["Polls"]
    assert [text_of(each) for each in found.iter("h3")] == [*HOSTILE, ASKED]
    assert [text_of(each) for each in found.iter("li")] == [
        *(f"{text}: 12 of 41, 29 %" for text in HOSTILE),
        "Slurm: 12 of 41, the right answer",
    ]


def test_organisers_choose_it_on_the_page(app, page_file, asked):
    olga = signed_in(app, Role.ORGANISER)
    assert "The polls whose results everybody could see are published too." in olga.page(PAGE).html
    page = olga.page(f"{PAGE}?polls=0&wall=0&comments=1")
    assert "The polls stay out." in page.html
    assert f"{PAGE}?comments=1&wall=0" in page.links()
    form = page.form_to("/publish")

    answer = olga.post(PAGE, {**form.fields, "do": "publish"})

    assert "polls=0" in answer.location
    assert "wall=0" in answer.location
    text = page_file.read_text()
    assert "How do bees find home?" in text
    assert POLLS not in text


def test_the_page_says_that_polls_alone_are_written(app, engine):
    make_poll(engine, SCHEDULERS)
    olga = signed_in(app, Role.ORGANISER)

    page = olga.page(PAGE)

    assert "The polls and their results are written into" in page.html
    assert "12 of 41, 29 %" in page.html
    olga.post(PAGE, {**page.form_to("/publish").fields, "do": "publish"})
    assert "is up to date: it holds all that would be published." in olga.page(PAGE).html


def test_without_polls_the_page_does_not_speak_of_them(app, engine):
    make_question(engine)

    assert "polls" not in signed_in(app, Role.ORGANISER).page(PAGE).html
