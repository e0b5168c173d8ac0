import pytest

from tests.support.clock import STARTS
from tests.support.pages import Browser, text_of
from tests.support.queries import counted_queries
from tests.support.talks import write_talk

DATED = 'title: {{title}}\ndate: 2026-{date}\nfrom: "12:00"\nto: "13:00"\n'


@pytest.fixture
def programme(make_app, folder):
    """Return the programme's page with more talks, each a name and a day of the year."""

    def open_programme(*talks: tuple[str, str]):
        for slug, date in talks:
            write_talk(folder, slug, title=f"About {slug}", front=DATED.format(date=date))
        return Browser(make_app(), known=False).page("/")

    return open_programme


def sections(page) -> dict[str, list[str]]:
    """Return the titles under each heading."""
    found: dict[str, list[str]] = {}
    heading = ""
    for element in page.elements():
        if element.tag == "h2":
            heading = text_of(element)
            found[heading] = []
        elif element.tag == "h3":
            found[heading].append(text_of(element))
    return found


def test_one_talk_that_is_on(programme):
    assert sections(programme()) == {"Live now": ["A talk about bees"], "Coming up": []}


def test_talks_stand_under_what_they_are(programme):
    page = programme(("old", "03-03"), ("older", "03-01"), ("next", "03-06"), ("later", "04-01"))

    assert sections(page) == {
        "Live now": ["A talk about bees"],
        "Coming up": ["About next", "About later"],
        "Past talks": ["About old", "About older"],
    }


@pytest.mark.parametrize("talks", [(), (("b", "03-01"), ("c", "03-07"))])
def test_the_programme_is_one_query_however_many_talks_there_are(make_app, folder, talks):
    for slug, date in talks:
        write_talk(folder, slug, front=DATED.format(date=date))
    browser = Browser(make_app(), known=False)

    with counted_queries() as queries:
        page = browser.page("/")

    assert len([link for link in page.links() if link.startswith("/talks/")]) == 1 + len(talks)
    assert len(queries) == 1


def test_no_talk_at_all(make_app, folder):
    (folder / "talk.md").unlink()

    assert sections(Browser(make_app()).page("/")) == {"Coming up": []}


def test_the_series_is_named(make_app):
    page = Browser(make_app(series="Lunch & <Bytes>")).page("/")

    assert page.h1 == "Lunch & <Bytes>"


def test_calendar_and_feed_are_offered(programme):
    page = programme()
    alternates = {
        link.get("type"): link.get("href")
        for link in page.elements("link")
        if link.get("rel") == "alternate"
    }

    assert alternates == {"application/atom+xml": "/feed.xml", "text/calendar": "/programme.ics"}
    assert {"/feed.xml", "/programme.ics", "/talks/talk"} <= set(page.links())


def test_nobody_is_given_a_cookie_for_looking_at_the_programme(make_app):
    assert "Set-Cookie" not in Browser(make_app(), known=False).get("/").headers


@pytest.mark.parametrize(
    ("minutes", "heading"),
    [
        (-16, "Coming up"),
        (-15, "Live now"),
        (0, "Live now"),
        (45, "Live now"),
        (59, "Live now"),
        (60, "Past talks"),
    ],
)
def test_a_talk_moves_on_by_the_clock(app, stranger, clock, minutes, heading):
    clock.set_to(minutes)

    assert sections(stranger.page("/"))[heading] == ["A talk about bees"]


def test_an_all_day_talk_is_live_all_day(make_app, folder, clock):
    write_talk(folder, front="title: A day of bees\ndate: 2026-03-05\n")
    browser = Browser(make_app())

    for hours, heading in (
        (-13, "Coming up"),
        (-12, "Live now"),
        (11, "Live now"),
        (12, "Past talks"),
    ):
        clock.set_to(hours * 60)
        assert sections(browser.page("/"))[heading] == ["A day of bees"], hours
    assert STARTS.hour == 12


def test_hostile_titles_are_text(make_app, folder):
    write_talk(folder, title="\"<script>alert(1)</script> & 'more'\"")

    page = Browser(make_app()).page("/")

    assert sections(page)["Live now"] == ["<script>alert(1)</script> & 'more'"]
