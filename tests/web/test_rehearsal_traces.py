"""Nothing of a rehearsal reaches anything that stays."""

from datetime import timedelta

import pytest

from companion.moderation.sample_questions import SAMPLES
from companion.store.engine import db
from companion.store.models import Delivery, Role
from companion.webhooks import registry
from tests.support.clock import DURING
from tests.support.factories import count_rows, make_question
from tests.support.pages import Browser, read_page
from tests.support.rehearsals import HERE, SAID, ask, begin, status_of, words_of
from tests.support.routes import addresses
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow
TOKEN = "measured-by-whoever-holds-this"


@pytest.fixture
def noisy(make_app, engine):
    """Return an application whose talk was asked something, and rehearsed by people who ask."""
    app = make_app(embed_parents="https://site.example.org", metrics_token=TOKEN)
    make_question(engine, "How do bees find home?")
    olga = signed_in(app, Role.ORGANISER, name="Olga")
    slug = begin(olga)
    ask(Browser(app), slug)
    return app, olga, slug


def test_no_other_address_has_a_word_of_it(noisy):
    app, olga, slug = noisy
    words = (slug, "Rehearsal: ", SAID, SAMPLES[1].text)
    asked = [f"{HERE}/rehearsal", "/oembed?url=http://localhost:8000/talks/talk"]
    queries = [
        "/?find=bees",
        "/?find=rehearsal",
        "/organise/questions?find=microphone",
        "/organise/questions?find=Rehearsal",
        "/organise/export/csv?from=2000-01-01&to=2100-01-01",
        "/api/v1/programme?limit=100",
        "/talks/talk/export/json?declined=1",
    ]
    walked = [one for one in addresses(app, "GET") if one not in (HERE, *asked)]

    told = {address: words_of(olga, address) for address in (*walked, *queries)}

    assert [one for one, text in told.items() if any(word in text for word in words)] == []
    assert "How do bees find home?" in told["/talks/talk/export/csv"]
    assert not any(word in olga.get(HERE).text for word in words[1:])
    measured = olga.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert measured.status_code == 200
    assert slug not in measured.text


KEPT_OUT = (
    "export",
    "export/csv",
    "export/json",
    "report",
    "report/votes.svg",
    "poster",
    "poster.pdf",
    "publish",
    "publish/page",
    "publish/patch",
)


@pytest.mark.parametrize("path", KEPT_OUT)
def test_it_has_no_page_that_keeps_or_spreads_it(noisy, path):
    _, olga, slug = noisy

    answer = olga.get(f"/talks/{slug}/{path}")

    assert "nothing of it is kept" in read_page(answer, 404).text("main")
    assert status_of(olga, f"/talks/talk/{path}") == 200


@pytest.mark.parametrize("path", ["", "/board", "/qa", "/questions/1"])
def test_no_program_hears_of_it(noisy, path):
    _, olga, slug = noisy

    assert olga.get(f"/api/v1/talks/{slug}{path}").status_code == 404


def test_no_calendar_and_no_other_site_shows_it(noisy):
    _, olga, slug = noisy
    told = "/oembed?url=http://localhost:8000/talks/{}"

    assert olga.get(f"/talks/{slug}.ics").status_code == 404
    assert olga.get(f"/embed/{slug}").status_code == 404
    assert olga.get(told.format(slug)).status_code == 404
    assert olga.get("/embed/talk").status_code == 200
    assert olga.get(told.format("talk")).status_code == 200


def test_its_file_is_left_alone_by_publishing(noisy, folder):
    _, olga, slug = noisy
    before = (folder / "talk.md").read_bytes()

    assert olga.post(f"/talks/{slug}/publish", {"do": "publish"}).status_code == 404
    assert (folder / "talk.md").read_bytes() == before


def test_every_page_of_it_leads_to_no_address_that_it_does_not_have(noisy, clock):
    _, olga, slug = noisy
    views = ("", "/moderate", "/speaker", "/present", "/organise", "/runsheet", "/recording")

    for hours in (0, 2):
        clock.now = DURING + timedelta(hours=hours)
        for view in views:
            links = olga.page(f"/talks/{slug}{view}").links()
            own = [link for link in links if slug in link]
            assert [one for one in own if status_of(olga, one) == 404] == []


def test_no_robot_lists_it(noisy):
    _, olga, slug = noisy

    assert olga.get(f"/talks/{slug}").headers["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in olga.get("/talks/talk").headers


def test_no_webhook_hears_of_it(make_app, engine, clock):
    app = make_app()
    app.extensions["writer"](
        lambda change: registry.add(
            change, "https://hook.example.org/", ("asked", "approved", "closed"), clock()
        )
    )
    olga = signed_in(app, Role.ORGANISER)
    slug = begin(olga)
    ask(Browser(app), slug)
    olga.post(f"/talks/{slug}/moderate/switches", {"board": "closed"})

    with app.app_context():
        assert app.extensions["webhooks"].due(db.session()) == []
    assert count_rows(engine, Delivery) == 0
    ask(Browser(app), "talk")
    assert count_rows(engine, Delivery) == 1


def test_links_within_the_talks_page_lead_to_the_rehearsals_board(make_app, folder):
    body = "Put your questions on [the board](https://jamboard.google.com/d/abc).\n"
    write_talk(folder, body=body)
    app = make_app()
    olga = signed_in(app, Role.ORGANISER)

    page = olga.page(f"/talks/{begin(olga)}")

    assert not [link for link in page.links() if "/talks/talk#" in link]


def test_nothing_of_it_is_listed_beside_what_is_to_be_forgotten(noisy, clock):
    app, _, _ = noisy
    clock.now += timedelta(days=4_000)

    with app.app_context():
        due = app.extensions["retention"].due(db.session())

    assert [one.slug for one in due] == ["talk"]
