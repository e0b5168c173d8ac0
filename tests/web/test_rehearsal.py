"""A talk is tried out on a board of its own, and nothing of it reaches anything that stays."""

from datetime import timedelta

import pytest

from companion.moderation import controls
from companion.moderation import rehearsals as service
from companion.moderation.sample_questions import SAMPLES
from companion.store.models import Rehearsal, Role
from tests.support.clock import DURING
from tests.support.factories import count_rows, talk_row
from tests.support.marked_language import LANGUAGE, write_marked
from tests.support.pages import Browser, read_page, text_of
from tests.support.rehearsals import HERE, SAID, ask, begin, end, slug_of
from tests.support.sign_in import signed_in, token
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow


def test_it_is_begun_from_the_talks_page_and_has_links_of_its_own(app, olga):
    [form] = [one for one in olga.page(HERE).forms() if one.action.endswith("/rehearsal")]

    page = olga.follow(olga.submit(form))

    assert page.title.startswith("Organise · Rehearsal: A talk about bees")
    [banner] = page.classed("rehearsal")
    assert text_of(banner) == "Rehearsal. Nothing here is kept."
    slug = page.element("url-attendee").get("value").rpartition("/")[2]
    for view, role in (("speaker", Role.SPEAKER), ("moderator", Role.MODERATOR)):
        assert page.element(f"url-{view}").get("value").endswith(f"#{token(app, role, slug)}")
        assert token(app, role, slug) != token(app, role)


@pytest.mark.parametrize("role", ["speaker", "moderator"])
def test_its_links_are_handed_out_for_as_long_as_it_lasts(olga, rehearsal, role):
    of_it, of_the_talk = (
        olga.page(f"/talks/{slug}/organise").text(f"text-{role}") for slug in (rehearsal, "talk")
    )

    assert "ends with it, 4 hours after the rehearsal was begun at the latest" in of_it
    assert "12 hours" not in of_it
    assert "12 hours" in of_the_talk
    assert "ends with it" not in of_the_talk


def test_a_talks_own_page_says_nothing_of_rehearsing_to_anybody(olga, ada, rehearsal):
    assert ada.page("/talks/talk").classed("rehearsal") == []
    assert olga.page(HERE).classed("rehearsal") == []


def test_every_view_works_there_for_those_who_have_its_links_alone(app, rehearsal, ada):
    grace = signed_in(app, Role.MODERATOR, rehearsal, "Grace")
    hal = signed_in(app, Role.SPEAKER, rehearsal)

    ask(ada, rehearsal)

    assert SAID in ada.page(f"/talks/{rehearsal}").text("questions")
    assert SAID in grace.page(f"/talks/{rehearsal}/moderate").html
    assert hal.page(f"/talks/{rehearsal}/speaker").classed("rehearsal")
    assert ada.page(f"/talks/{rehearsal}/present").classed("rehearsal")
    assert grace.get("/talks/talk/moderate").status_code == 403
    assert hal.get("/talks/talk/speaker").status_code == 403
    assert signed_in(app, Role.MODERATOR).get(f"/talks/{rehearsal}/moderate").status_code == 403


def test_its_code_leads_to_it_and_the_talks_to_the_talk(app, rehearsal, ada):
    code = app.extensions["moderation"].keys.code

    assert ada.get(f"/j/{code(rehearsal)}").location.endswith(f"/talks/{rehearsal}")
    assert ada.get(f"/j/{code('talk')}").location.endswith("/talks/talk")


@pytest.mark.parametrize(("minutes", "phase"), [("0", "talk"), ("5", "doors")])
def test_it_goes_by_a_clock_of_its_own(olga, ada, clock, minutes, phase):
    clock.now = DURING - timedelta(days=3)
    assert 'data-phase="upcoming"' in ada.page("/talks/talk").html

    slug = begin(olga, minutes=minutes)

    assert f'data-phase="{phase}"' in ada.page(f"/talks/{slug}").html
    clock.now += timedelta(hours=2)
    assert 'data-phase="over"' in ada.page(f"/talks/{slug}").html


def test_what_the_desk_has_set_for_the_talk_holds_there_but_that_it_is_closed(olga, engine):
    for field, value in (("requires_name", "1"), ("board", "closed")):
        olga.post(f"{HERE}/settings", {field: value})

    row = talk_row(engine, begin(olga))

    assert (row.requires_name, row.board) == (True, "")


def test_every_switch_of_the_desk_is_taken_over_but_those_of_one_hour():
    of_one_hour = {"board", "slow", "new_code"}

    assert set(service.TAKEN_OVER) == controls.SWITCHES - of_one_hour


@pytest.mark.parametrize("extra", ["", "moderated: true\n"])
def test_questions_to_begin_with_are_there_or_wait(make_app, folder, extra):
    write_talk(folder, extra=extra)
    app = make_app()
    olga = signed_in(app, Role.ORGANISER)
    slug = begin(olga)

    page = olga.page(f"/talks/{slug}")
    desk = olga.page(f"/talks/{slug}/moderate")

    there, elsewhere = (desk.html, page.html) if extra else (page.html, "")
    for sample in SAMPLES:
        assert sample.text in there
        assert sample.text not in elsewhere


def test_questions_to_begin_with_are_in_the_language_of_who_begins_it(make_app, tmp_path):
    app = make_app(translations=str(write_marked(tmp_path)))
    olga = signed_in(app, Role.ORGANISER)
    fields = {"minutes": "0", "samples": "1"}

    answer = olga.post(f"{HERE}/rehearsal", fields, headers={"Accept-Language": LANGUAGE})

    page = Browser(app).page(f"/talks/{slug_of(answer)}", headers={"Accept-Language": "en"})
    for sample in SAMPLES:
        assert f"⟦{sample.text}⟧" in page.html


@pytest.mark.parametrize(
    "view",
    ["", "/moderate", "/speaker", "/present", "/organise", "/runsheet", "/recording", "/wall"],
)
def test_it_is_called_one_in_the_readers_language_wherever_its_title_stands(olga, rehearsal, view):
    olga.post(f"/talks/{rehearsal}/organise/settings", {"wall": "open"})

    page = olga.page(f"/talks/{rehearsal}{view}", headers={"Accept-Language": "de"})

    assert "Rehearsal: " not in page.html
    assert "Rehearsal%3A" not in page.html
    assert "Probe: A talk about bees" in page.title


def test_it_can_begin_with_an_empty_board(olga, ada):
    assert SAMPLES[0].text not in ada.page(f"/talks/{begin(olga, samples='0')}").html


def test_whoever_begins_another_is_led_to_the_one_that_goes_on(olga, rehearsal, engine):
    assert begin(olga, minutes="5") == rehearsal
    assert count_rows(engine, Rehearsal) == 1
    assert f"/talks/{rehearsal}/organise" in olga.page(HERE).links()


def test_each_has_another_address_so_that_old_links_open_no_new_one(app, olga, rehearsal):
    old = token(app, Role.MODERATOR, rehearsal)
    end(olga, rehearsal)

    assert begin(olga) != rehearsal
    assert Browser(app).post("/enter", {"token": old}).status_code == 422


@pytest.mark.parametrize("minutes", ["1", "600"])
def test_it_starts_at_no_other_time(olga, engine, minutes):
    page = read_page(olga.post(f"{HERE}/rehearsal", {"minutes": minutes}), 422)

    assert "Choose whether it starts now or in 5 minutes." in page.text("main")
    assert count_rows(engine, Rehearsal) == 0


def test_a_rehearsal_is_not_rehearsed_and_a_talk_is_not_ended(olga, rehearsal, engine):
    again = olga.post(f"/talks/{rehearsal}/organise/rehearsal", {"minutes": "0"})
    wrong = end(olga, "talk")

    assert "Open the talk’s own page" in read_page(again, 422).text("main")
    assert "nothing was ended" in read_page(wrong, 422).text("main")
    assert count_rows(engine, Rehearsal) == 1


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.SPEAKER, None])
def test_organisers_alone_begin_and_end_it(app, olga, rehearsal, engine, role):
    eve = signed_in(app, role, rehearsal) if role else Browser(app)

    assert end(eve, rehearsal).status_code == 403
    assert eve.post(f"{HERE}/rehearsal", {"minutes": "0"}).status_code == 403
    assert count_rows(engine, Rehearsal) == 1
