import pytest

from companion.store.models import Kind, Status
from tests.support.clock import STARTS
from tests.support.factories import make_question
from tests.support.pages import Browser, text_of
from tests.support.queries import counted_queries
from tests.support.site import write_site
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
        "Past talks: 2026": ["About old", "About older"],
    }


def in_order(page) -> list[str]:
    """Return the headings and forms of a page, as somebody with a keyboard comes by them."""
    order = [element for element in page.elements() if element.tag in ("h2", "form")]
    return [text_of(each) if each.tag == "h2" else each.get("action") for each in order]


def test_what_is_on_comes_before_the_forms(programme):
    page = programme(("next", "03-06"))

    assert in_order(page) == ["Live now", "/join", "/", "Coming up"]


def test_while_nothing_is_on_the_forms_come_first(programme, clock):
    clock.set_to(-60)

    assert in_order(programme(("next", "03-06"))) == ["/join", "/", "Coming up"]


def test_who_has_searched_finds_the_form_and_how_many_there_are_first(make_app, folder):
    write_talk(folder, "next", title="About bees", front=DATED.format(date="03-06"))

    page = Browser(make_app(), known=False).page("/?find=bees")

    assert in_order(page) == ["/join", "/", "Live now", "Coming up"]


@pytest.mark.parametrize("talks", [(), (("b", "03-01"), ("c", "03-07"))])
def test_the_programme_is_one_query_however_many_talks_there_are(make_app, folder, talks):
    for slug, date in talks:
        write_talk(folder, slug, front=DATED.format(date=date))
    browser = Browser(make_app(), known=False)

    with counted_queries() as queries:
        page = browser.page("/")

    assert len([link for link in page.links() if link.startswith("/talks/")]) == 1 + len(talks)
    assert len(queries) == 1


def test_the_programme_of_a_thousand_pages_is_one_query_too(make_app, folder):
    write_site(folder, 1_000)
    browser = Browser(make_app(), known=False)

    with counted_queries() as queries:
        browser.page("/")

    assert len(queries) == 1


def test_no_talk_at_all(make_app, folder):
    (folder / "talk.md").unlink()

    page = Browser(make_app()).page("/")

    assert sections(page) == {"There are no talks here yet": []}
    assert "my-first-talk.md" in text_of(page.element("main"))


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
        (60, "Past talks: 2026"),
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
        (12, "Past talks: 2026"),
    ):
        clock.set_to(hours * 60)
        assert sections(browser.page("/"))[heading] == ["A day of bees"], hours
    assert STARTS.hour == 12


def test_hostile_titles_are_text(make_app, folder):
    write_talk(folder, title="\"<script>alert(1)</script> & 'more'\"")

    page = Browser(make_app()).page("/")

    assert sections(page)["Live now"] == ["<script>alert(1)</script> & 'more'"]


def test_talks_long_past_come_on_request(make_app, folder):
    for number in range(102):
        write_talk(
            folder, f"past-{number}", title=f"About {number}", front=DATED.format(date="01-02")
        )
    write_talk(folder, "oldest", title="The oldest", front=DATED.format(date="01-01"))
    browser = Browser(make_app(), known=False)

    page = browser.page("/")
    more = next(link for link in page.links() if "past=" in link)
    whole = browser.page(more)

    assert "Show more: 3 are left" in text_of(page.element("main"))
    assert (len(sections(page)["Past talks: 2026"]), len(sections(whole)["Past talks: 2026"])) == (
        100,
        103,
    )
    assert sections(whole)["Past talks: 2026"][-1] == "The oldest"
    assert "The oldest" not in sections(page)["Past talks: 2026"]


@pytest.fixture
def series(make_app, folder):
    """Return somebody at a programme of talks with categories, tags and speakers."""
    for slug, date, more in (
        (
            "honey",
            "03-01",
            "category: Food\ntags: [bees, honey]\nspeaker: Ada Lovelace and Bob Bee\n",
        ),
        ("wax", "03-03", "category: Craft\ntags: [Bees]\nspeaker: ADA LOVELACE\n"),
        (
            "old",
            "01-01",
            "category: food\nspeakers: [{name: Grace Hopper}, {name: Ada Lovelace}]\n",
        ),
    ):
        front = DATED.replace("2026", "2025") if slug == "old" else DATED
        write_talk(folder, slug, title=f"About {slug}", front=front.format(date=date), extra=more)
    return Browser(make_app(), known=False)


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("find=honey", ["About honey"]),
        ("find=ABOUT+wax", ["About wax"]),
        ("find=lovelace", ["About wax", "About honey", "About old"]),
        ("find=march+2026", ["A talk about bees", "About wax", "About honey"]),
        ("category=FOOD", ["About honey", "About old"]),
        ("tag=bees", ["About wax", "About honey"]),
        ("tag=bees&category=craft", ["About wax"]),
        ("year=2025", ["About old"]),
        ("find=nothing+of+the+kind", []),
        ("year=twenty", ["A talk about bees", "About wax", "About honey", "About old"]),
    ],
)
def test_talks_are_found(series, asked, titles):
    page = series.page(f"/?{asked}")

    assert [title for found in sections(page).values() for title in found] == titles


def test_what_was_looked_for_stays_in_the_form_and_is_said(series):
    page = series.page('/?find=about+"<b>"&category=food&year=2025')

    assert page.element("find").get("value") == 'about "<b>"'
    assert '0 talks with “about "<b>"” in food of 2025.' in text_of(page.element("main"))
    chosen = [option for option in page.elements("option") if option.get("selected") is not None]
    assert [text_of(option) for option in chosen] == ["food (2)"]


def test_years_are_offered_once_there_are_several(series):
    years = [link for link in series.page("/?category=food").links() if "year=" in link]

    assert years == ["/?category=food&year=2026", "/?category=food&year=2025"]
    assert [link for link in series.page("/?tag=bees").links() if "year=" in link] == []


def test_a_speaker_has_a_page_of_all_their_talks(series):
    assert "/speakers/ada-lovelace" in series.page("/").links()

    page = series.page("/speakers/ada-lovelace")

    assert page.h1 == "Ada Lovelace"
    assert sections(page) == {
        "Past talks: 2026": ["About wax", "About honey"],
        "2025": ["About old"],
    }
    assert "3 talks in Talks" in text_of(page.element("main"))
    assert series.get("/speakers/Ada%20Lovelace").headers["Location"] == "/speakers/ada-lovelace"
    series.page("/speakers/eve", 404)


def test_many_talks_to_come_are_shown_in_steps(make_app, folder):
    for number in range(103):
        write_talk(
            folder, f"next-{number}", title=f"About {number}", front=DATED.format(date="04-02")
        )
    browser = Browser(make_app(), known=False)

    page = browser.page("/")
    [more] = [link for link in page.links() if "ahead=" in link]

    assert len(sections(page)["Coming up"]) == 99
    assert len(sections(browser.page(more))["Coming up"]) == 103


def test_an_entry_says_what_its_board_shows_and_never_what_waits(make_app, engine):
    app = make_app()
    browser = Browser(app, known=False)
    make_question(engine, votes=3)
    make_question(engine, votes=1, kind=Kind.COMMENT)
    make_question(engine, status=Status.WAITING)
    make_question(engine, status=Status.DECLINED, votes=5)

    assert "1 question · 4 votes" in text_of(browser.page("/").element("main"))


def test_whoever_asks_for_many_lists_turns_out_none_that_others_use(series, engine):
    def queries(address: str) -> int:
        with counted_queries() as asked:
            series.page(address)
        return len(asked)

    make_question(engine)
    used = ("/", "/?category=Food", "/?tag=bees")
    for address in used:
        series.page(address)
    for number in range(70):
        series.page(f"/?past={100 + number}&ahead={number}")
        series.page(f"/?category=c{number}")
        series.page(f"/?year={2100 + number}")

    assert [queries(address) for address in (*used, "/?category=fOOd&tag=")] == [1] * 4


def test_more_of_a_list_is_shown_in_few_steps(make_app, folder):
    for number in range(230):
        write_talk(folder, f"past-{number}", front=DATED.format(date="01-02"))
    browser = Browser(make_app(), known=False)

    def shown(asked: str) -> tuple[int, list[str]]:
        page = browser.page(f"/?{asked}")
        more = [link.partition("#")[0] for link in page.links() if "past=" in link]
        return len(sections(page)["Past talks: 2026"]), more

    assert shown("past=100") == shown("past=7") == (100, ["/?past=200"])
    assert shown("past=101") == shown("past=199") == (200, ["/?past=400"])
    assert shown("past=201") == shown("past=99999") == (230, [])


def test_the_list_is_rendered_once_while_nothing_changes(series, engine, clock):
    def queries() -> int:
        with counted_queries() as asked:
            series.page("/")
        return len(asked)

    make_question(engine)
    assert (queries(), queries(), queries()) == (2, 1, 1)

    clock.set_to(22)
    assert (queries(), queries()) == (2, 1)
