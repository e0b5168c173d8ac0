"""The rating of a talk: two taps and a line, saved at once, and shown to nobody but two."""

from datetime import timedelta

import pytest

from companion.store.models import Role
from companion.store.rating import LINE_MAX, Rating
from tests.support.factories import count_rows
from tests.support.pages import Browser, read_part
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

RATING, REPORT = "/talks/talk/rating", "/talks/talk/report"
LINE = "More about their knees, please."


@pytest.fixture(autouse=True)
def _at_the_end(clock) -> None:
    """Be three minutes before the end of the usual talk."""
    clock.set_to(57)


@pytest.fixture
def grace(app) -> Browser:
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


@pytest.fixture
def sam(app) -> Browser:
    """Return the speaker's browser."""
    return signed_in(app, Role.SPEAKER, name="Sam")


@pytest.fixture
def olga(app) -> Browser:
    """Return an organiser's browser."""
    return signed_in(app, Role.ORGANISER, name="Olga")


def rate(browser: Browser, **said: object):
    return browser.post_part(RATING, {name: str(value) for name, value in said.items()})


def rated_by(app, people: int, **said: object) -> list[Browser]:
    """Have so many people rate the talk in the same words."""
    browsers = [Browser(app) for _ in range(people)]
    for browser in browsers:
        browser.get("/talks/talk")
        assert rate(browser, **said).status_code == 200
    return browsers


def chosen(browser: Browser) -> list[str]:
    """Return what somebody's page says that they have chosen."""
    picks = browser.page("/talks/talk").classed("rating__pick")
    return [pick.get("id", "") for pick in picks if pick.get("aria-pressed") == "true"]


@pytest.mark.parametrize(
    ("minutes", "is_open"),
    [
        (-20, False),
        (54, False),
        (55, True),
        (60, True),
        (7 * 1440 + 59, True),
        (7 * 1440 + 60, False),
    ],
)
def test_it_opens_five_minutes_before_the_end_and_closes_a_week_after(clock, ada, minutes, is_open):
    clock.set_to(minutes)

    assert ("Was it worth your hour?" in ada.page("/talks/talk").html) is is_open
    assert (rate(ada, worth=4).status_code == 200) is is_open


def test_a_page_that_is_open_fetches_it_when_it_opens(clock, ada):
    clock.set_to(30)
    opens = round((clock.now + timedelta(minutes=25)).timestamp() * 1000)
    assert f'data-true-until="{opens}"' in ada.page("/talks/talk").html

    clock.set_to(55)

    part = ada.get("/talks/talk/board").text
    assert '<hx-partial hx-target="#rating"' in part
    assert "Was it worth your hour?" in part


def test_it_opens_when_the_desk_ends_the_talk(clock, app, ada):
    clock.set_to(40)
    grace = signed_in(app, Role.MODERATOR)
    assert rate(ada, worth=4).status_code == 422

    grace.post("/talks/talk/desk/time", {"do": "end"})

    assert "Was it worth your hour?" in ada.get("/talks/talk/board").text
    assert rate(ada, worth=4).status_code == 200


def test_that_the_talk_runs_over_closes_nothing_again(app, ada):
    signed_in(app, Role.MODERATOR).post("/talks/talk/desk/time", {"do": "extend"})

    assert rate(ada, worth=4).status_code == 200


def test_each_tap_is_saved_at_once_and_can_be_changed(clock, ada, bob, engine):
    assert read_part(rate(ada, worth=4), 200).text("rating-note").startswith("Your rating is saved")
    rate(ada, depth=2)
    assert chosen(ada) == ["worth-4", "depth-2"]

    clock.set_to(6 * 1440)
    rate(ada, worth=5)
    rate(ada, worth=5)

    assert chosen(ada) == ["worth-5", "depth-2"]
    assert chosen(bob) == []
    assert count_rows(engine, Rating) == 1


def test_it_works_without_scripts(ada, engine):
    sent = ada.post(RATING, {"worth": "4", "line": LINE})

    assert sent.location == "/talks/talk#rating"
    assert chosen(ada) == ["worth-4"]
    assert ada.page("/talks/talk").element("rating-line").get("value") == LINE

    ada.post(RATING, {"do": "remove", "line": LINE})
    assert count_rows(engine, Rating) == 0


def test_a_line_that_is_emptied_is_none(ada, engine):
    rate(ada, line=LINE)
    rate(ada, line="")

    assert count_rows(engine, Rating) == 0


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"depth": "4"},
        {"line": "b" * (LINE_MAX + 1)},
        {"line": "b" * 10_000},
        {"worth": "0"},
        {"worth": "6"},
        {"worth": "five"},
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_comes_back(ada, engine, said):
    answer = ada.post(RATING, {"line": LINE} | said if said else {})

    assert answer.status_code == 422
    assert count_rows(engine, Rating) == 0
    assert not said or (said.get("line", LINE)[:50] in answer.text)


def test_who_keeps_no_cookies_is_told_so(stranger):
    answer = stranger.post_part(RATING, {"worth": "4"})

    assert answer.status_code == 422
    assert "keeps no cookies" in answer.text


def test_what_they_gave_is_deleted_with_all_else_of_theirs(ada, engine):
    rate(ada, worth=1, line=LINE)

    ada.post("/talks/talk/questions/delete")

    assert count_rows(engine, Rating) == 0


def test_whoever_has_only_rated_can_delete_that(ada, bob):
    rate(ada, worth=1)

    assert "So is your rating of the talk." in ada.page("/talks/talk").text("delete-mine")
    assert "rating" not in bob.page("/talks/talk").text("delete-mine")


@pytest.mark.parametrize(
    "extra", ["board: false\n", "rating: false\n", "status: cancelled\n", "status: postponed\n"]
)
def test_a_talk_is_not_rated_whose_page_says_so(folder, make_app, clock, extra):
    write_talk(folder, extra=extra)
    clock.set_to(57)
    ada = Browser(make_app())

    assert "worth your hour" not in ada.page("/talks/talk").html
    assert rate(ada, worth=4).status_code in (404, 422)


def test_a_series_can_do_without_and_a_page_differ(folder, make_app, clock):
    write_talk(folder)
    write_talk(folder, "other", extra="rating: true\n")
    clock.set_to(57)
    ada = Browser(make_app(rating="off"))

    assert "worth your hour" not in ada.page("/talks/talk").html
    assert "worth your hour" in ada.page("/talks/other").html


def test_the_desk_switches_it_off_and_on(app, grace, ada):
    rate(ada, worth=4)
    grace.post("/talks/talk/desk/switches", {"rating": "0"})

    part = ada.get("/talks/talk/board").text
    assert 'hx-target="#rating"' in part
    assert "worth your hour" not in part
    assert rate(ada, worth=5).status_code == 422

    grace.post("/talks/talk/desk/switches", {"rating": "1"})
    assert chosen(ada) == ["worth-4"]


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ('from: "12:00"\nto: "12:45"\n', "Was it worth your 45 minutes?"),
        ('from: "12:00"\nto: "13:00"\n', "Was it worth your hour?"),
        ('from: "12:00"\nto: "13:30"\n', "Was it worth your 90 minutes?"),
        ('from: "12:00"\nto: "15:00"\n', "Was it worth your 3 hours?"),
        ("", "Was it worth your time?"),
    ],
)
def test_the_words_say_how_long_it_was(folder, make_app, clock, hours, words):
    write_talk(folder, front="title: {title}\ndate: 2026-03-05\n" + hours)
    ada = Browser(make_app())
    clock.set_to(13 * 60)

    assert words in ada.page("/talks/talk").html


def test_nothing_is_told_of_four_and_all_of_five(app, sam):
    rated_by(app, 4, worth=4, depth=2, line=LINE)
    page = sam.page(REPORT)
    assert "once five people have rated" in page.text("rating")
    assert LINE not in page.html
    assert not page.classed("spread")

    rated_by(app, 1, worth=1)

    page = sam.page(REPORT)
    assert page.text("rating").startswith("Rating 5 people rated this talk.")
    said = page.text("rating")
    assert "Mostly 4 of 5" in said
    assert "Not at all 1 of 5" in said
    assert "Fewer than five people answered this." in said
    assert page.html.count(LINE) == 4


def test_nobody_but_the_speaker_and_organisers_sees_a_figure(folder, make_app):
    write_talk(folder)
    write_talk(folder, "other")
    app = make_app()
    rated_by(app, 6, worth=5, depth=3, line=LINE)
    may = {
        "the speaker": signed_in(app, Role.SPEAKER),
        "an organiser": signed_in(app, Role.ORGANISER),
    }
    may_not = {
        "an attendee": Browser(app),
        "a moderator": signed_in(app, Role.MODERATOR),
        "another's speaker": signed_in(app, Role.SPEAKER, "other"),
        "another's moderator": signed_in(app, Role.MODERATOR, "other"),
    }

    for who, browser in (may | may_not).items():
        told = b"".join(seen(browser, address) for address in addresses(app))
        assert (LINE.encode() in told) is (who in may), who
        assert (b"6 of 6" in told or b'"very_much": 6' in told) is (who in may), who


def addresses(app) -> list[str]:
    """Return every address of the talk and the series that there is to look at."""
    values = {"slug": "talk", "format": "json", "plot": "people"}
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return sorted(
        address
        for rule in rules
        if rule.rule.startswith(("/talks/<slug>", "/organise"))
        and set(rule.arguments) <= values.keys()
        and (address := rule.build({name: values[name] for name in rule.arguments})[1])
        and not address.endswith(".pdf")  # a poster takes long, and knows nothing of the board
    )


def seen(browser: Browser, address: str) -> bytes:
    """Return what somebody gets to see at an address."""
    with browser.get(address) as answer:
        return answer.data


def test_an_organiser_removes_a_line_for_good_and_the_log_says_so(app, sam, olga, grace):
    rated_by(app, 5, worth=4)
    rated_by(app, 1, worth=1, line="Sam is a bore.")
    assert "report/rating" not in sam.page(REPORT).html
    page = olga.page(REPORT)
    key = next(
        button.get("value") for button in page.elements("button") if button.get("name") == "line"
    )
    for other in (sam, grace):
        assert other.post(f"{REPORT}/rating", {"line": key}).status_code == 403

    sent = olga.post(f"{REPORT}/rating", {"line": key})

    assert sent.location.endswith("#rating")
    assert "Sam is a bore." not in sam.page(REPORT).html
    assert "6 people rated" in sam.page(REPORT).html
    log = grace.page("/talks/talk/moderate").html
    assert "removed a line from the rating" in log
    assert "Sam is a bore." not in log
    assert olga.post(f"{REPORT}/rating", {"line": key}).status_code == 422


def test_all_talks_are_beside_each_other_for_organisers(folder, make_app):
    write_talk(folder)
    write_talk(folder, "few", title="A talk about wasps")
    app = make_app()
    rated_by(app, 5, worth=4, depth=3)
    ada = Browser(app)
    ada.get("/talks/few")
    ada.post_part("/talks/few/rating", {"worth": "1"})
    olga = signed_in(app, Role.ORGANISER)

    html = olga.page("/organise/rating").html

    assert "A talk about bees" in html
    assert "A talk about wasps" not in html
    assert signed_in(app, Role.MODERATOR).get("/organise/rating").status_code == 403
