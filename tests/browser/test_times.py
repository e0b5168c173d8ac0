"""What open pages show of a talk's times while the desk changes these."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_shifts import LAPTOP, run
from tests.support.browser import PHONE


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_whoever_is_there_when_an_end_is_undone_sees_the_way_in_again(arrive, begin, enter, size):
    talk = begin()
    desk, ada = enter(talk["moderator"]), arrive(talk["slug"], **size).is_live()
    way_in, stage = ada.page.locator(".stage__join"), ada.page.locator("#stage")
    expect(way_in).to_be_visible()

    run(desk, "time", do="end")
    expect(stage).to_have_attribute("data-phase", "over")
    expect(way_in).to_be_hidden()
    run(desk, "time", do="resume")

    expect(stage).to_have_attribute("data-phase", "talk")
    expect(way_in).to_be_visible()
    expect(ada.page.locator(".hour")).to_be_visible()


def test_hours_of_ones_own_are_said_only_where_they_differ(arrive, begin, enter):
    talk = begin()
    desk = enter(talk["moderator"])
    ada = arrive(talk["slug"], timezone_id="UTC").is_live()
    bob = arrive(talk["slug"], timezone_id="Asia/Tokyo").is_live()
    own = [person.page.locator("local-hours").first for person in (ada, bob)]
    expect(own[1]).to_contain_text("your time")
    before = own[1].inner_text()

    run(desk, "time", do="extend")

    expect(own[1]).not_to_have_text(before)
    expect(own[1]).to_contain_text("your time")
    expect(own[0]).to_have_text("")
