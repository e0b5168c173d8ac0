"""Whoever asked sees what is theirs and deletes it; everybody else loses it at once."""

from playwright.sync_api import expect

BUGS = "How do compilers find their own bugs?"
NAMES = "Why are variables still named by hand?"
SPEED = "Does speed matter more than memory?"
WASPS = "What was that you said about wasps?"
FORMATS = ("csv", "json", "md", "html")


def test_one_sees_and_deletes_all_that_one_asked(server, chromium, arrive, enter, begin):
    talk = begin(WASPS, starts_in=-50)
    ada, bob = arrive(talk["slug"]).is_live(), arrive(talk["slug"]).is_live()
    desk, speaker = enter(talk["moderator"]), enter(talk["speaker"])
    screen = chromium.new_page()
    screen.goto(talk["present"])
    desk.get_by_role("switch", name="Ranked list on the screen").click()
    ada.type("")
    ada.page.get_by_label("Use your name").check()
    ada.page.get_by_label("Your name; leave it empty").fill("Ada L.")
    for text in (BUGS, NAMES, SPEED):
        ada.ask(text)
        bob.sees(text)
    desk.locator("#desk-tabs").get_by_role("link", name="Open").click()
    desk.locator(".desk-card").filter(has_text=NAMES).locator("[value=now]").click()
    expect(desk.locator("#now")).to_contain_text(NAMES)
    desk.locator(".button--go").click()
    expect(bob.card(NAMES).locator("[data-status=answered]")).to_be_attached()
    for page in (screen, speaker):
        expect(page.get_by_text(BUGS)).to_be_visible()
    expect(bob.page.get_by_text("Ada L.")).to_have_count(3)
    expect(ada.page.locator("#mine .mine__item")).to_have_count(3)
    before = exports(desk, talk["slug"], server)
    assert all(BUGS in file and SPEED in file and "Ada L." in file for file in before)

    ada.page.get_by_text("Delete what is mine here").click()
    ada.page.get_by_role("button", name="Yes, delete it").click()

    for person in (ada, bob):
        for text in (BUGS, SPEED):
            person.sees_not(text)
        person.sees(NAMES)
        person.sees(WASPS)
        expect(person.page.get_by_text("Ada L.")).to_have_count(0)
    expect(ada.page.locator("#mine .mine__item")).to_have_count(1)
    desk.locator("#desk-pill").click()  # at the desk a gap says what was there, until it is closed
    for page in (desk, screen, speaker):
        expect(page.get_by_text(BUGS)).to_have_count(0)
    for file in exports(desk, talk["slug"], server):
        assert WASPS in file
        assert NAMES in file
        assert not any(gone in file for gone in (BUGS, SPEED, "Ada L."))
    screen.close()


def exports(desk, slug, server):
    """Return a talk's files, as the desk takes them away."""
    paths = [f"{server.url}/talks/{slug}/export/{format}" for format in FORMATS]
    return [desk.context.request.get(path).text() for path in paths]
