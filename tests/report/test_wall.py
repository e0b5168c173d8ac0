"""The report shows the wall: its clusters with what is in them, and its picture."""

import pytest
from sqlalchemy.orm import Session

from companion.store.models import Role, Status
from tests.support.factories import make_question, make_talk
from tests.support.pages import Browser, read_page
from tests.support.queries import counted_queries
from tests.support.sign_in import signed_in
from tests.support.walls import make_cluster, put

pytestmark = pytest.mark.slow
REPORT = "/talks/talk/report"
PICTURE = f"{REPORT}/wall.svg"


@pytest.fixture
def speaker(app):
    return signed_in(app, Role.SPEAKER)


@pytest.fixture
def arranged(engine):
    """Put two notes in a cluster and one beside it; one in it still waits."""
    senses = make_cluster(engine, "The senses")
    make_cluster(engine, "Dances", 500)
    for votes in (3, 4):
        put(engine, make_question(engine, votes=votes), 10, 10, cluster=senses)
    waiting = make_question(engine, "Is this still to be read?", status=Status.WAITING, votes=9)
    put(engine, waiting, 10, 10, cluster=senses)
    put(engine, make_question(engine, votes=1), 900, 900)


def put_away(engine):
    with Session(engine) as session, session.begin():
        make_talk(session).wall = "off"


def test_clusters_are_there_with_what_everybody_sees_in_them(speaker, arranged):
    page = speaker.page(REPORT)

    shown = [" ".join("".join(item.itertext()).split()) for item in page.classed("wanted__one")]
    assert shown[-3:] == [
        "The senses 2 notes · 7 votes",
        "Dances 0 notes · 0 votes",
        "In no cluster 1 note · 1 vote",
    ]
    assert [image.get("src") for image in page.classed("report__picture")] == [PICTURE]


def test_the_picture_is_what_everybody_sees(speaker, arranged):
    answer = speaker.get(PICTURE)

    assert answer.mimetype == "image/svg+xml"
    assert answer.get_data().startswith(b"<svg")
    answer.close()


def test_a_wall_that_nobody_used_is_not_in_it(speaker, engine):
    make_question(engine)

    assert not speaker.page(REPORT).has("wall-title")


def test_a_wall_that_is_put_away_is_the_moderators(app, speaker, engine, arranged):
    put_away(engine)

    assert not speaker.page(REPORT).has("wall-title")
    read_page(speaker.get(PICTURE), 404)
    assert signed_in(app, Role.MODERATOR).page(REPORT).has("wall-title")


def test_strangers_get_no_picture(app, arranged):
    read_page(Browser(app).get(PICTURE), 403)


def test_more_on_the_wall_takes_no_more_queries(speaker, engine, arranged):
    speaker.page(REPORT)
    with counted_queries() as few:
        speaker.page(REPORT)
    for number in range(5):
        cluster = make_cluster(engine, f"Number {number}", 0, 700 * number)
        put(engine, make_question(engine), 10, 10, cluster=cluster)

    with counted_queries() as many:
        speaker.page(REPORT)

    assert len(many) == len(few)
