"""The organisers' page of one talk: links, words to send them by, settings, and who is here."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from companion.store.models import Presence, Role, Status
from tests.support.clock import STARTS
from tests.support.factories import make_question, talk_row
from tests.support.pages import Browser, Page, read_page, text_of
from tests.support.queries import counted_queries
from tests.support.sign_in import signed_in, token
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow
HERE = "/talks/talk/organise"


@pytest.fixture
def olga(app):
    return signed_in(app, Role.ORGANISER, name="Olga")


def checks(page: Page, state: str) -> list[str]:
    found = [one for one in page.classed("checks__one") if one.get("data-state") == state]
    return [
        text_of(words) for one in found for words in one if "checks__words" in words.get("class")
    ]


def url(page: Page, view: str) -> str:
    return page.element(f"url-{view}").get("value")


def switch(page: Page, name: str) -> str:
    [found] = [one for one in page.elements("button") if one.get("name") == name]
    return found.get("aria-checked")


def test_it_is_found_from_the_page_of_all_talks(olga):
    assert HERE in olga.page("/organise").links()
    assert olga.get("/organise/talk").location == HERE
    assert olga.page(HERE).title.startswith("Organise · A talk about bees")


def test_every_role_has_its_link_a_code_and_words_to_send_it_by(app, olga):
    page = olga.page(HERE)

    for view, role in (("speaker", Role.SPEAKER), ("moderator", Role.MODERATOR)):
        assert url(page, view).endswith(f"/enter#{token(app, role)}")
    assert url(page, "attendee").endswith("/talks/talk")
    assert url(page, "present").endswith("/talks/talk/present")
    for view in ("attendee", "speaker", "moderator", "present"):
        assert url(page, view) in page.text(f"text-{view}")
    assert len(page.classed("qr")) == 4
    assert len([link for link in page.links() if link.startswith("mailto:?subject=")]) == 4


def test_what_shows_the_board_on_another_site_is_there_to_be_copied(make_app):
    app = make_app(embed_parents="https://site.example.org")
    page = signed_in(app, Role.ORGANISER, name="Olga").page(HERE)

    assert "/embed/talk" in text_of(page.element("embed-talk-code"))


def test_a_new_link_puts_the_old_one_and_those_who_came_by_it_out(app, olga):
    grace, hal = signed_in(app, Role.MODERATOR), signed_in(app, Role.SPEAKER)
    old = token(app, Role.MODERATOR)
    [form] = [one for one in olga.page(HERE).forms() if one.fields.get("role") == "moderator"]

    page = olga.follow(olga.submit(form))

    assert "There is a new link: the moderators’." in page.text("links")
    assert url(page, "moderator").endswith(f"/enter#{token(app, Role.MODERATOR)}")
    assert token(app, Role.MODERATOR) != old
    assert grace.get("/talks/talk/moderate").status_code == 403
    assert Browser(app).post("/enter", {"token": old}).status_code == 422
    assert hal.get("/talks/talk/speaker").status_code == 200
    assert "Olga made a new link: the moderators’" in page.text("main")


@pytest.mark.parametrize("role", ["organiser", "attendee", ""])
def test_no_other_link_is_renewed_here(app, olga, role):
    before = token(app, Role.ORGANISER)

    page = read_page(olga.post(f"{HERE}/links", {"role": role}), 422)

    assert "Choose whose link" in page.text("main")
    assert token(app, Role.ORGANISER) == before


def test_settings_stand_beside_their_defaults(make_app, folder):
    write_talk(folder, extra="moderated: true\n")
    olga = signed_in(make_app(), Role.ORGANISER)

    page = olga.page(HERE)

    assert switch(page, "approve_first") == "true"
    assert page.text("about-approve_first").endswith("Default: on, by the page’s file")
    assert page.text("about-slow").endswith("Default: off")
    assert [one for one in page.classed("settings__usual") if "data-changed" in one.attrib] == []


def test_a_setting_is_changed_and_says_so_where_it_is(olga, engine):
    answer = olga.post(f"{HERE}/settings", {"requires_name": "1"})

    assert answer.location.endswith("#settings")
    page = olga.follow(answer)
    assert switch(page, "requires_name") == "true"
    assert page.text("settings").startswith("Settings Changed.")
    assert (
        len([one for one in page.classed("settings__usual") if "data-changed" in one.attrib]) == 1
    )
    assert talk_row(engine).requires_name


def test_the_board_is_closed_and_opened(olga, ada):
    words = {"text": "How do bees find home?", "key": "0123456789abcdef"}

    page = olga.follow(olga.post(f"{HERE}/settings", {"board": "closed"}))

    assert ada.post("/talks/talk/questions", words).status_code == 422
    pressed = [one for one in page.elements("button") if one.get("aria-pressed") == "true"]
    assert [text_of(one) for one in pressed] == ["Closed"]
    olga.post(f"{HERE}/settings", {"board": ""})
    assert ada.post("/talks/talk/questions", words).status_code == 303


def test_a_setting_that_there_is_not_is_refused_and_said(olga):
    page = read_page(olga.post(f"{HERE}/settings", {"board": "ajar"}), 422)

    assert "Choose whether the board is open" in page.text("main")


def test_who_is_here_is_told_and_nobody_of_another_talk(app, olga, folder):
    write_talk(folder, "wasps", title="A talk about wasps")
    app.extensions["boards"].programme.refresh()
    signed_in(app, Role.SPEAKER, name="Hal")
    signed_in(app, Role.MODERATOR, talk="wasps", name="Eve")

    crew = [text_of(one) for one in olga.page(HERE).classed("crew__one")]

    assert sorted(crew) == [
        "Hal, speaker · last here at 12:20",
        "Olga, organiser · last here at 12:20",
    ]


def test_times_of_a_talk_elsewhere_say_where(app, olga, folder):
    write_talk(folder, "far", extra="timezone: America/New_York\n")
    app.extensions["boards"].programme.refresh()
    olga.post("/talks/far/organise/settings", {"board": "closed"})

    page = olga.page("/talks/far/organise")

    [crew] = [text_of(one) for one in page.classed("crew__one")]
    assert crew.endswith("last here at 07:20 (New York)")
    assert "(New York)" in text_of(page.classed("log__time")[0])


def test_how_many_have_the_page_open_is_told_while_it_is_counted(app, olga, engine, clock):
    make_question(engine)
    with Session(engine) as session, session.begin():
        for minutes, worker, here in ((19, "a", 9), (20, "a", 2), (20, "b", 3)):
            at = STARTS + timedelta(minutes=minutes)
            session.add(Presence(talk_id=1, minute=at, worker=worker, here=here))

    said = "5 people have the talk’s page open, as counted at 12:20."
    assert said in olga.page(HERE).text("main")
    clock.set_to(30)
    assert "page open" not in olga.page(HERE).text("main")


def test_the_checklist_follows_the_talk(app, olga, engine, clock):
    assert checks(olga.page(HERE), "todo")[0].startswith("No moderator")
    make_question(engine, status=Status.ANSWERED)
    make_question(engine)
    signed_in(app, Role.MODERATOR)
    assert "A moderator has opened the link" in checks(olga.page(HERE), "done")
    said = olga.page(HERE).text("links")
    assert ("First opened Thursday 12:20." in said, "Not opened yet." in said) == (True, True)

    clock.set_to(61)

    assert checks(olga.page(HERE), "todo") == [
        "1 question not answered",
        "The questions and answers are not published yet",
        "No slides: add slides_url: to the page’s file",
    ]


def test_what_is_published_is_done_until_something_else_is_answered(olga, engine, clock, app):
    make_question(engine, status=Status.ANSWERED)
    clock.set_to(61)
    [form] = [one for one in olga.page("/talks/talk/publish").forms() if "/publish" in one.action]
    olga.submit(form, do="publish")
    app.extensions["boards"].programme.refresh()
    assert "The questions and answers are published" in checks(olga.page(HERE), "done")

    make_question(engine, status=Status.ANSWERED)

    changed = "The questions and answers have changed since they were published"
    assert changed in checks(olga.page(HERE), "todo")


def test_the_page_of_all_talks_begins_with_what_there_is_to_do(make_app, folder, clock):
    later = STARTS + timedelta(days=90)
    front = f'title: {{title}}\ndate: {later:%Y-%m-%d}\nfrom: "12:00"\nto: "13:00"\n'
    write_talk(folder, "wasps", title="A talk about wasps", front=front)
    page = signed_in(make_app(), Role.ORGANISER).page("/organise")

    [todo] = [text_of(one) for one in page.classed("todo")]
    assert todo.startswith("A talk about bees Thursday 5 March 2026, 12:00 To do No moderator")
    assert "wasps" not in todo


def test_a_talk_without_a_board_has_its_page_to_hand_out_alone(make_app, folder):
    write_talk(folder, extra="board: false\n")
    olga = signed_in(make_app(), Role.ORGANISER)

    page = olga.page(HERE)

    assert (page.has("url-attendee"), page.has("url-speaker")) == (True, False)
    assert not page.has("settings")
    assert olga.post(f"{HERE}/links", {"role": "speaker"}).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_as_many_queries_with_few_questions_as_with_many(olga, engine, count):
    for _ in range(count):
        make_question(engine)
    olga.page(HERE)

    with counted_queries() as asked:
        olga.page(HERE)

    assert len(asked) <= 12, asked


def test_it_reads_nothing_of_other_talks(olga):
    with counted_queries() as asked:
        olga.page(HERE)

    counted = [one for one in asked if "count(question.id)" in one]
    grants = [one for one in asked if "FROM role_grant JOIN sign_in" in one]
    assert counted
    assert all("talk.slug = " in one or "talk_id = " in one for one in counted)
    assert any("role_grant.talk IN" in one for one in grants)
