"""The desk's cards: in which order, what each offers, and what is typed on them."""

import pytest

from companion.store.models import Role, Status
from tests.support.factories import make_question, question_row, talk_row
from tests.support.pages import read_part, text_of
from tests.support.people import EVE
from tests.support.room import TEXT
from tests.support.sign_in import signed_in

DESK = "/talks/talk/moderate"
DO = "/talks/talk/desk"


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def test_muting_holds_and_says_so(grace, ada, engine):
    ada.post("/talks/talk/questions", {"text": TEXT})
    grace.post(f"{DO}/mute", {"question": "1", "wanted": "1"})
    ada.post("/talks/talk/questions", {"text": "And another one, please?"})

    assert question_row(engine, 2).status is Status.WAITING
    assert talk_row(engine).revision > 1


def cards_of(page):
    """Return the questions of the desk's list, and those that are folded at its end."""
    lists = [found for found in page.elements("ol") if "desk__cards" in found.get("class", "")]
    return [[int(card.get("data-id")) for card in each if card.get("data-id")] for each in lists]


def test_what_waits_longest_is_first(grace, engine):
    asked = [make_question(engine, status=Status.WAITING) for _ in range(3)]

    assert cards_of(grace.part(f"{DO}?tab=incoming")) == [asked]


def test_decline_and_mute_is_one_action_and_what_is_muted_lies_folded(grace, engine):
    eves = [make_question(engine, author=EVE, status=Status.WAITING) for _ in range(3)]
    adas = make_question(engine, status=Status.WAITING)
    path = f"{DO}/decline-and-mute?tab=incoming"

    part = read_part(grace.post_part(path, {"question": eves[0]}), 200)

    assert cards_of(part) == [[adas], eves[1:]]
    assert "From people who are muted: 2" in part.text("muted")
    assert "open" not in part.element("muted").attrib
    again = read_part(grace.post_part(path, {"question": eves[0]}), 200)
    assert "Already declined and muted." in again.text("desk-flash")
    button = next(found for found in again.elements("button") if found.get("name") == "action_id")
    undone = grace.post_part(f"{DO}/undo?tab=incoming", {"action_id": button.get("value")})
    assert cards_of(read_part(undone, 200)) == [[*eves, adas]]


def test_what_was_asked_in_the_room_mutes_nobody(grace):
    grace.post(f"{DO}/room", {"text": TEXT, "key": "a-key-that-is-long-enough"})

    read_part(grace.post_part(f"{DO}/decline-and-mute", {"question": 1}), 422)


def test_what_a_card_may_repeat_is_one_line_below_its_buttons(grace, engine):
    for _ in range(4):
        make_question(engine, TEXT, status=Status.WAITING)

    hints = grace.page(f"{DESK}?tab=incoming").classed("hints")

    assert [text_of(found.find("summary")) for found in hints] == [
        "Asked already? 1 alike",
        "Asked already? 2 alike",
        "Asked already? 3 alike",
    ]
    assert all("open" not in found.attrib for found in hints)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.WAITING, {"merge"}),
        (Status.OPEN, {"pin", "merge", "answer"}),
        (Status.ANSWERED, {"pin", "answer"}),
        (Status.DECLINED, set()),
    ],
)
def test_a_card_offers_what_is_not_refused(grace, engine, status, words):
    question = make_question(engine, status=status)
    tab = {Status.WAITING: "incoming"}.get(status, str(status))

    page = grace.page(f"{DESK}?tab={tab}&more={question}")
    more = page.element(f"more-{question}")
    pins = [button for button in more.iter("button") if button.get("value") == "pin"]
    found = {name for name in ("merge", "answer") if page.has(f"{name}-{question}")}

    assert found | ({"pin"} if pins else set()) == words


def test_what_is_typed_on_one_card_survives_an_action_on_another(grace, engine):
    first, second = (make_question(engine, status=Status.WAITING) for _ in range(2))
    page = grace.page(f"{DESK}?more={first}")

    actions = {form.action for form in page.forms() if form.action.startswith(f"{DO}/questions?")}
    edits = page.form_to(f"{DO}/questions/{first}/edit?tab=incoming")
    part = grace.post_part(
        f"{DO}/questions?tab=incoming&more={first}", {"ids": second, "do": "now"}
    )

    assert actions == {f"{DO}/questions?tab=incoming&more={first}", f"{DO}/questions?tab=incoming"}
    assert "more=" not in edits.action
    assert read_part(part, 200).has(f"more-{first}")


@pytest.mark.parametrize(("form", "field"), [("answer", "answer"), ("edit", "text")])
def test_whoever_is_told_of_a_change_may_put_their_own_words_in_its_place(
    grace, engine, form, field
):
    question = make_question(engine)
    address = f"{DO}/questions/{question}/{form}?tab=open"
    typed = {field: "What the other one wrote", "expected_version": "something else"}

    refused = read_part(grace.post_part(address, typed), 422)

    [seen] = [
        one for one in refused.elements("hx-partial") if one.get("hx-target").endswith("expects")
    ]
    assert seen.get("hx-target") == f"#{form}-{question}-expects"
    [toast] = refused.classed("toast")
    assert "meanwhile" in text_of(toast)
    again = {**typed, "expected_version": next(seen.iter("input")).get("value")}
    assert grace.post_part(address, again).status_code == 200
