"""The clusters of the wall, published with the Q&A: where there are any, and unless left out."""

import pytest
import yaml
from sqlalchemy.orm import Session

from companion.store.models import Kind, Role, Status
from companion.talks.markdown.job import RenderJob
from companion.talks.markdown.supervisor import render_all
from tests.support.factories import make_question, make_talk
from tests.support.sign_in import signed_in
from tests.support.walls import make_cluster, put

pytestmark = pytest.mark.slow
PAGE = "/talks/talk/publish"
WALL = "## On the wall"


@pytest.fixture
def arranged(engine):
    """Put notes of every kind into two clusters; the one that was made last is read first."""
    senses, dances = make_cluster(engine, "The [senses]", 0, 900), make_cluster(engine, "Dances")
    home = make_question(engine, "How do bees find home?", status=Status.ANSWERED)
    dance = make_question(engine, "Why do *bees* dance?")
    put(engine, home, 10, 10, cluster=senses)
    put(engine, dance, 10, 10, cluster=dances)
    for text, status in (("Is it still to be read?", Status.WAITING), ("No?", Status.DECLINED)):
        put(engine, make_question(engine, text, status=status), 10, 10, cluster=dances)
    comment = make_question(engine, "There is a book on this.", kind=Kind.COMMENT)
    put(engine, comment, 10, 10, cluster=senses)
    make_question(engine, "Is this in no cluster?")
    return home, dance, comment


def wall_in(text: str) -> str:
    _, _, found = text.partition(WALL)
    return found.partition("<!-- /companion:qa -->")[0].strip()


def test_clusters_come_below_and_lead_to_what_is_in_them(publish, page_file, arranged):
    home, dance, _ = arranged
    publish()

    assert wall_in(page_file.read_text()) == (
        f"### Dances\n{{: .no_toc}}\n\n- [Why do \\*bees\\* dance?](#qa-{dance})\n\n"
        f"### The \\[senses\\]\n{{: .no_toc}}\n\n- [How do bees find home?](#qa-{home})"
    )


def test_comments_are_in_clusters_if_they_are_published(publish, page_file, arranged):
    publish(comments=True)

    assert f"- [There is a book on this.](#qa-{arranged[2]})" in wall_in(page_file.read_text())


def test_a_block_without_clusters_is_what_it_was(prepared, engine, arranged):
    bare = prepared(wall=False)

    assert bare.block + f"\n\n{WALL}" in prepared().block
    assert (bare.has_wall, prepared().has_wall) == (False, True)
    with Session(engine) as session, session.begin():
        make_talk(session).wall = "off"
    assert prepared().block == bare.block


def test_publishing_twice_changes_nothing_and_leaving_out_takes_it_away(
    publish, page_file, arranged
):
    publish()
    once = page_file.read_text()
    publish()
    assert page_file.read_text() == once

    publish(wall=False)
    assert WALL not in page_file.read_text()


def test_a_data_file_names_the_cluster(publish, tmp_path, arranged):
    found = yaml.safe_load(publish(folder=tmp_path).after)
    entries = found["entries"]

    assert [entry.get("cluster") for entry in entries] == ["The [senses]", "Dances", None]


def test_the_page_shows_links_that_lead_there(prepared, arranged):
    [answer] = render_all([RenderJob("", qa=prepared().block)])

    for number in arranged[:2]:
        assert f'id="h-qa-{number}"' in answer.qa_html
        assert f'href="#h-qa-{number}"' in answer.qa_html


def test_organisers_choose_it_on_the_page(app, page_file, arranged):
    olga = signed_in(app, Role.ORGANISER)
    assert "The clusters of the wall are published too." in olga.page(PAGE).html
    page = olga.page(f"{PAGE}?wall=0&comments=1")
    assert f"{PAGE}?comments=1" in page.links()
    form = page.form_to("/publish")

    answer = olga.post(PAGE, {**form.fields, "do": "publish"})

    assert "wall=0" in answer.location
    assert WALL not in page_file.read_text()
    assert "There is a book" in page_file.read_text()


def test_without_clusters_the_page_does_not_speak_of_them(app, engine):
    make_question(engine)

    assert "clusters" not in signed_in(app, Role.ORGANISER).page(PAGE).html
