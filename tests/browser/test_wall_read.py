"""A wall without a pointer or scripts: its outline by roles and names, on paper, and by forms."""

from playwright.sync_api import expect

from tests.support.browser import violations
from tests.support.wall import (
    WHERE,
    arrange,
    at_desk,
    focused,
    make_cluster,
    note,
    open_wall,
    press,
    says,
    vote_button,
    votes_of,
)

BEES, WASPS = "How do bees find their way home?", "Why do wasps come back for jam?"
ANTS, COUNT = "Do ants ever sleep at all?", "Who counts the bees?"
TWELVE = [f"What is the name of bee number {number}?" for number in range(1, 13)]
OUTLINE = """
- region "The wall":
  - paragraph: Moderators arrange this wall.
  - heading "On the wall" [level=2]
  - region "On the wall":
    - region "Flying":
      - heading "Flying" [level=3]
      - paragraph: 2 notes, 1 vote
      - list "Flying":
        - listitem "Why do wasps come back for jam? Being answered now 0 votes red":
          - paragraph: Why do wasps come back for jam?
          - paragraph: Being answered now 0 votes red
          - button "Vote"
        - listitem "How do bees find their way home? 1 vote":
          - paragraph: How do bees find their way home?
          - paragraph: 1 vote
          - button "Vote" [pressed]
    - heading "In no cluster" [level=3]
    - list "In no cluster":
      - listitem "Do ants ever sleep at all? 0 votes":
        - paragraph: Do ants ever sleep at all?
        - paragraph: 0 votes
        - button "Vote"
  - heading "Not placed yet, 1" [level=2]
  - list "Not placed yet, 1":
    - listitem "Who counts the bees? 0 votes":
      - paragraph: Who counts the bees?
      - paragraph: 0 votes
      - button "Vote"
"""
ARRANGED = """
- region "Flying":
  - heading "Flying" [level=3]
  - paragraph:
    - text: 2 notes, 1 vote
    - link "Arrange Flying"
  - list "Flying":
    - listitem "Why do wasps come back for jam? Being answered now 0 votes red":
      - paragraph: Why do wasps come back for jam?
      - paragraph: Being answered now 0 votes red
      - button "Vote"
      - link "Arrange Why do wasps come back for jam?"
    - listitem "How do bees find their way home? 1 vote":
      - paragraph: How do bees find their way home?
      - paragraph: 1 vote
      - button "Vote"
      - link "Arrange How do bees find their way home?"
"""


def test_roles_and_names_are_the_same_on_the_map_and_in_the_outline(begin, enter, arrive, phone):
    talk = begin(BEES, WASPS, ANTS, COUNT)
    grace = open_wall(enter(talk["moderator"]), talk["slug"])
    make_cluster(grace, "Flying", WASPS, BEES)
    arrange(grace, WASPS, colour="red")
    arrange(grace, ANTS, x=700, y=10)
    ada = arrive(talk["slug"])
    vote_button(open_wall(ada.page, talk["slug"]), BEES).click()
    now = note(grace, WASPS).get_attribute("data-id")
    at_desk(grace, "questions", ids=now, do="now")

    same = arrive(talk["slug"], like=ada).page
    same.set_viewport_size(phone["viewport"])
    for page in (ada.page, open_wall(same, talk["slug"])):
        for shown in ("Map", "Outline"):
            page.get_by_role("button", name=shown).click()
            expect(page.locator("#wall")).to_match_aria_snapshot(OUTLINE)
            assert violations(page) == []
    expect(grace.locator("#wall-clusters")).to_match_aria_snapshot(ARRANGED)
    assert grace.locator("[role=application]").count() == 0
    first = note(ada.page, WASPS)
    first.focus()
    assert [first.get_attribute(f"aria-{name}") for name in ("posinset", "setsize")] == ["1", "2"]


def test_twelve_notes_are_reached_and_placed_by_keys_alone(begin, enter):
    talk = begin(*TWELVE)
    grace = open_wall(enter(talk["moderator"]), talk["slug"])
    first = grace.locator("#wall-inbox .note").first
    first.focus()
    reached = [focused(grace)]
    for _ in range(11):
        press(grace, "ArrowDown")
        reached.append(focused(grace))
    assert sorted(reached) == sorted(TWELVE)

    for number in range(12):
        press(grace, "End", "Space")
        expect(grace.locator("#announcer")).to_contain_text("Lifted")
        press(grace, *["Shift+ArrowRight"] * (2 * (number % 3)), *["Shift+ArrowDown"] * number)
        press(grace, "Enter")
        expect(grace.locator("#announcer")).to_contain_text("Put down at")
        expect(grace.locator("#wall-notes .note")).to_have_count(number + 1)

    expect(grace.locator("#wall-waiting")).to_have_text("0")
    press(grace, "Home")
    walk = [focused(grace)]
    for _ in range(11):
        press(grace, "ArrowDown")
        walk.append(focused(grace))
    grace.reload()
    expect(grace.locator("body[data-live=on]")).to_be_attached()
    assert walk == grace.locator("#wall-notes .note__text").all_inner_texts()
    note(grace, walk[-1]).focus()
    for _ in range(12):  # out of the wall, past the note's own buttons
        press(grace, "Tab")
        if not focused(grace):
            break
    assert focused(grace) == ""


def test_without_scripts_a_note_is_written_placed_coloured_and_voted_for(begin, enter, arrive):
    talk = begin(BEES)
    at_desk(open_wall(enter(talk["moderator"]), talk["slug"]), "switches", wall="open")
    page = arrive(talk["slug"], java_script_enabled=False).page
    page.goto(page.url.split("/talks/")[0] + f"/talks/{talk['slug']}/wall")

    page.get_by_text("Write a note").click()
    page.get_by_label("Your note").fill(ANTS)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").first).to_have_text("Your note is on the wall.")
    note(page, ANTS).get_by_role("link", name="Arrange").click()
    page.get_by_role("button", name="Put it on the wall").click()
    page.get_by_role("button", name="blue").click()
    page.get_by_role("button", name="→ Right").click()
    page.get_by_role("link", name="Done").click()
    vote_button(page, BEES).click()

    assert page.url.endswith(f"/wall#{note(page, BEES).get_attribute('id')}")
    assert note(page, ANTS).evaluate(WHERE) == "144,24,blue"
    expect(note(page, ANTS)).to_contain_text("Yours")
    expect(votes_of(page, BEES)).to_have_text("1")
    expect(vote_button(page, BEES)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#wall-choices")).to_be_hidden()
    vote_button(page, BEES).click()
    expect(votes_of(page, BEES)).to_have_text("0")


def test_a_stranger_writes_and_places_a_note_on_a_phone_by_four_taps(begin, enter, arrive, phone):
    talk = begin(BEES)
    grace = open_wall(enter(talk["moderator"]), talk["slug"])
    at_desk(grace, "switches", wall="open")
    page = open_wall(arrive(talk["slug"], **phone).page, talk["slug"])
    taps = []

    def tap(what) -> None:
        box = what.bounding_box()
        assert box["height"] >= 44, box
        what.tap()
        taps.append(what)

    tap(page.get_by_text("Write a note"))
    page.keyboard.type("Bees do dance, and how!")
    tap(page.get_by_role("button", name="Send"))
    tap(note(page, "Bees do dance").get_by_role("link", name="Arrange"))
    tap(page.get_by_role("button", name="Put it on the wall"))

    expect(grace.locator("#wall-notes")).to_contain_text("Bees do dance")
    expect(page.get_by_role("status").first).to_contain_text("The note is where you wanted it.")
    assert len(taps) == 4
    assert page.evaluate("document.documentElement.scrollWidth") <= phone["viewport"]["width"]


def test_paper_own_colours_and_stillness(begin, enter):
    talk = begin(BEES, WASPS)
    grace = open_wall(
        enter(talk["moderator"], viewport={"width": 1280, "height": 900}), talk["slug"]
    )
    arrange(grace, BEES, x=500, y=900, colour="green")
    colour = note(grace, BEES).get_by_text("green")
    expect(colour).to_have_css("position", "absolute")

    grace.emulate_media(forced_colors="active")
    expect(colour).to_have_css("position", "static")
    grace.emulate_media(forced_colors="none", media="print")
    expect(note(grace, BEES)).to_have_css("position", "relative")
    expect(note(grace, BEES)).to_have_css("translate", "none")
    for gone in (".wall-views", ".wall-write", ".note__acts", ".wall-keys", "#wall-state"):
        expect(grace.locator(gone).first).to_be_hidden()
    grace.emulate_media(media="screen", reduced_motion="reduce")
    note(grace, BEES).focus()
    press(grace, "Space", "ArrowDown", "Enter")
    says(grace, "Put down at 500 across, 924 down.")
    assert grace.evaluate("document.getAnimations().length") == 0
