import pytest

from companion.store.models import Role, Status
from tests.support.factories import make_question, question_row, talk_row
from tests.support.pages import Browser, read_page, read_part, text_of
from tests.support.people import EVE
from tests.support.room import TEXT
from tests.support.sign_in import signed_in

DESK = "/talks/talk/moderate"
TIMES = ("qa", "extend", "resume", "end")
DO = "/talks/talk/desk"


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def do(browser, verb, *ids, **more):
    return browser.post_part(f"{DO}/questions", {"ids": list(ids), "do": verb, **more})


def test_the_whole_path(make_app):
    app = make_app(moderated="on")
    grace = signed_in(app, Role.MODERATOR, name="Grace")
    ada, bob = Browser(app), Browser(app)
    ada.post("/talks/talk/questions", {"text": TEXT})
    assert bob.page("/talks/talk").questions() == []

    assert TEXT in grace.page(DESK).text("desk")
    part = read_part(do(grace, "approve", 1), 200)

    assert "Approved." in part.text("desk-flash")
    assert bob.page("/talks/talk").questions() == [1]


def test_it_works_without_scripts(grace, engine):
    question = make_question(engine, status=Status.WAITING)

    answer = grace.post(f"{DO}/questions?tab=open", {"ids": question, "do": "approve"})

    assert answer.location.startswith(f"{DESK}?tab=open&flash=")
    page = grace.follow(answer)
    assert "Approved." in page.text("desk-flash")
    assert question_row(engine, question).status is Status.OPEN


@pytest.mark.slow
@pytest.mark.parametrize("tab", ["incoming", "open", "answered", "declined", "nonsense"])
def test_every_tab_is_a_whole_page(grace, engine, tab):
    for status in Status:
        make_question(engine, status=status, detail="`code`", name="Ada")

    grace.page(f"{DESK}?tab={tab}&find=bees&kind=question")
    grace.part(f"{DO}?tab={tab}")


def test_one_stays_where_one_was_after_an_action(grace, engine):
    question = make_question(engine)

    for shown, kept in (("100", "&shown=100"), ("16", ""), ("x", "")):
        answer = grace.post(
            f"{DO}/questions?tab=open&shown={shown}", {"ids": question, "do": "pin"}
        )
        assert answer.location.startswith(f"{DESK}?tab=open{kept}&flash=")


PHASES = {"upcoming": -60, "doors": -5, "talk": 20, "qa": 50, "over": 61}
PARTS = (DO, "/talks/talk/speaker/queue", "/talks/talk/present/screen", "/talks/talk/board")


@pytest.mark.parametrize("part", PARTS)
def test_nothing_new_is_204(grace, engine, part):
    make_question(engine)

    assert grace.get(f"{part}?since=1").status_code == 204
    assert grace.get(f"{part}?since=0").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_another_phase_is_new(grace, engine, clock, part):
    make_question(engine)
    for phase, minutes in PHASES.items():
        clock.set_to(minutes)

        assert grace.get(f"{part}?since=1&phase={phase}").status_code == 204
        assert grace.get(f"{part}?since=1&phase=").status_code == 204
        assert grace.get(f"{part}?since=0&phase={phase}").status_code == 200
        assert grace.get(f"{part}?phase={phase}").status_code == 200
        for other in {*PHASES, "nonsense"} - {phase}:
            assert grace.get(f"{part}?since=1&phase={other}").status_code == 200


@pytest.mark.parametrize("part", PARTS)
def test_the_phase_is_the_one_that_the_desk_has_made(grace, engine, part):
    grace.post(f"{DO}/time", {"do": "end"})
    since = talk_row(engine).revision

    assert grace.get(f"{part}?since={since}&phase=over").status_code == 204
    assert grace.get(f"{part}?since={since}&phase=talk").status_code == 200


def test_what_is_done_already_is_said_with_who_did_it(app, grace, engine):
    question = make_question(engine, status=Status.WAITING)
    joan = signed_in(app, Role.MODERATOR, name="RT")
    do(joan, "approve", question)

    part = read_part(do(grace, "approve", question), 200)

    assert "Already approved by RT." in part.text("desk-flash")


def test_a_refusal_is_422_with_words(grace, engine):
    question = make_question(engine, status=Status.WAITING)

    answer = do(grace, "decline", question, reason="because")
    part = read_part(answer, 422)
    page = read_page(
        grace.post(f"{DO}/questions", {"ids": question, "do": "decline", "reason": "x"}), 422
    )

    assert "Choose a reason" in part.text("desk-flash")
    assert "Choose a reason" in page.text("desk-flash")
    assert question_row(engine, question).status is Status.WAITING


REFUSED = [
    ("questions/1/edit", {"text": "Too short", "detail": "But <b>why</b>?"}),
    ("questions/1/labels", {"labels": "a label that is longer than any label may be"}),
    ("questions/1/answer", {"answer": "They dance. " * 400}),
    ("room", {"text": "Too short"}),
    ("message", {"text": "Two more questions. " * 20}),
]


@pytest.mark.parametrize(("path", "fields"), REFUSED)
def test_a_refused_form_still_has_what_was_typed(grace, engine, path, fields):
    make_question(engine), make_question(engine)

    page = read_page(grace.post(f"{DO}/{path}?tab=open&more=2", fields), 422)

    form = page.form_to(f"{path}?tab=open" + ("" if "questions" in path else "&more=2"))
    assert {name: form.fields[name].strip() for name in fields} == {
        name: text.strip() for name, text in fields.items()
    }
    if "questions" in path:
        other = page.form_to(f"{path.replace('1', '2')}?tab=open")
        assert not {*fields.values()} & {*other.fields.values()}
    assert page.element("desk").get("data-more") == ("1" if "questions" in path else "2")


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (Status.ANSWERED, "No question is open."),
        (Status.ARCHIVED, "No question is open."),
        (Status.WAITING, "Nothing is on the board yet."),
        (Status.DECLINED, "Nothing is on the board yet."),
    ],
)
def test_an_empty_list_of_open_questions_says_whether_there_were_any(grace, engine, status, says):
    make_question(engine, status=status)

    [empty] = grace.page(f"{DESK}?tab=open").classed("desk__empty")

    assert text_of(empty).startswith(says)


def test_a_message_that_was_sent_leaves_its_field_empty(grace):
    part = read_part(grace.post_part(f"{DO}/message", {"text": "Two more"}), 200)

    assert part.form_to("desk/message?tab=open").fields["text"] == ""


FORMS = [
    ("questions", {"ids": "1", "do": "pin"}),
    ("questions/1/edit", {"text": "How do bees find home again?", "kind": "question"}),
    ("questions/1/labels", {"labels": "dance, home"}),
    ("questions/1/answer", {"answer": "By **dancing**."}),
    ("questions/2/merge", {"into": "1"}),
    ("questions/2/unmerge", {}),
    ("next", {"now": "", "next": "1"}),
    ("room", {"text": "What did you say about wasps?"}),
    ("switches", {"board": "votes", "ranked": "1"}),
    ("time", {"do": "extend"}),
    ("message", {"text": "Two more questions"}),
    ("mute", {"question": "1", "wanted": "1"}),
    ("decline-burst", {"question": "1", "reason": "unkind"}),
    ("undo", {"action_id": "1"}),
    ("name", {"name": "Grace H"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_every_form_leads_back_to_the_desk(grace, engine, path, fields):
    make_question(engine), make_question(engine)
    do(grace, "unpin", 1), do(grace, "pin", 2)

    answer = grace.post(f"{DO}/{path}", fields)
    page = grace.follow(answer)
    part = read_part(grace.post_part(f"{DO}/{path}", fields), 200)

    assert page.has("desk")
    assert part.has("desk")


def test_switches_hold_for_attendees(grace, ada, engine):
    grace.post(f"{DO}/switches", {"board": "closed"})
    assert ada.post("/talks/talk/questions", {"text": TEXT}).status_code == 422

    grace.post(f"{DO}/switches", {"board": "", "approve_first": "1", "requires_name": "1"})
    assert ada.post("/talks/talk/questions", {"text": TEXT}).status_code == 422
    assert ada.post("/talks/talk/questions", {"text": TEXT, "name": "Ada"}).status_code == 303
    assert question_row(engine, 1).status is Status.WAITING


def test_slow_mode_is_said_with_its_minutes(grace, ada):
    part = read_part(grace.post_part(f"{DO}/switches", {"slow": "1"}), 200)

    assert "One question every 2 minutes for each person" in part.html
    assert "wait 2 minutes between two of yours" in ada.page("/talks/talk").html


def test_ending_early_closes_the_board_and_the_page_says_so(grace, ada, clock):
    grace.post(f"{DO}/time", {"do": "end"})

    page = ada.page("/talks/talk")
    assert page.element("stage").get("data-phase") == "over"
    assert page.element("board").get("data-state") == "closed"

    clock.set_to(63)
    grace.post(f"{DO}/time", {"do": "extend"})
    assert ada.page("/talks/talk").element("stage").get("data-phase") in ("talk", "qa")
    assert ada.page("/talks/talk").element("board").get("data-state") == "open"


def test_undo(grace, engine):
    question = make_question(engine, status=Status.WAITING)
    part = read_part(do(grace, "decline", question, reason="unkind"), 200)
    button = next(found for found in part.elements("button") if found.get("name") == "action_id")

    part = read_part(grace.post_part(f"{DO}/undo", {"action_id": button.get("value")}), 200)

    assert "Undone." in part.text("desk-flash")
    assert question_row(engine, question).status is Status.WAITING


def test_words_that_lead_back_are_ours_alone(grace):
    page = grace.page(f"{DESK}?flash=You+have+been+hacked")

    assert "hacked" not in page.html


def test_muting_holds_and_says_so(grace, ada, engine):
    ada.post("/talks/talk/questions", {"text": TEXT})
    grace.post(f"{DO}/mute", {"question": "1", "wanted": "1"})
    ada.post("/talks/talk/questions", {"text": "And another one, please?"})

    assert question_row(engine, 2).status is Status.WAITING
    assert talk_row(engine).revision > 1


def test_what_is_asked_already_is_offered_while_one_types(ada, bob, engine):
    shown = make_question(engine, "Will the slides be shared?", author=ada.id)
    make_question(engine, "Will the slides be shared, though?", status=Status.WAITING)

    part = bob.part("/talks/talk/alike?text=Can+you+share+the+slides")

    assert part.links() == [f"#question-{shown}"]
    assert bob.part("/talks/talk/alike?text=Something+else+entirely").links() == []
    assert bob.part("/talks/talk/alike").links() == []


def test_the_screen_says_how_to_join(grace, stranger, engine):
    make_question(engine, TEXT)
    do(grace, "now", 1)

    page = stranger.page("/talks/talk/present")
    code = grace.app.extensions["moderation"].keys.code("talk")

    assert TEXT in page.text("screen")
    assert f"localhost:8000/j/{code}" in page.html or f"127.0.0.1:8000/j/{code}" in page.html
    assert "<svg" in page.html
    assert "Set-Cookie" not in stranger.get("/talks/talk/present").headers
    stranger.page("/talks/talk/present?overlay=1")


@pytest.mark.parametrize(
    ("text", "length"),
    [("Why is it?", "1"), ("w" * 300, "5"), ("蜂" * 20, "2"), ("蜂" * 160, "6"), ("🐝" * 300, "6")],
)
def test_the_screens_type_is_as_large_as_the_text_allows(grace, stranger, engine, text, length):
    do(grace, "now", make_question(engine, text))

    now = stranger.page("/talks/talk/present").element("screen-now")
    assert now.get("data-length") == length


@pytest.mark.parametrize(
    ("minutes", "board", "words"),
    [
        (-5, "open", "Ask now"),
        (-5, "closed", ""),
        (20, "open", "Ask now"),
        (20, "votes", "Vote now"),
        (20, "closed", "No more questions"),
        (70, "", "Thank you"),
    ],
)
def test_the_screen_asks_for_what_the_board_takes(grace, stranger, clock, minutes, board, words):
    clock.set_to(minutes)
    grace.post(f"{DO}/switches", {"board": board})

    said = stranger.page("/talks/talk/present").text("screen")

    assert words in said
    others = {"Ask now", "Vote now", "No more questions", "Thank you"} - {words}
    assert not [other for other in others if other in said]
    ways = {"Ask at", "Vote at", "Questions at"}
    way = {"open": "Ask at", "votes": "Vote at"}.get(board, "Questions at")
    assert [each for each in ways if each in said] == [way]


def test_moved_times_go_back_whenever_they_were_moved(grace):
    offered = [time_buttons(grace)["resume"]]
    for do in ("qa", "resume"):
        grace.post(f"{DO}/time", {"do": do})
        offered.append(time_buttons(grace)["resume"])

    assert offered == [False, True, False]


def time_buttons(grace):
    """Return the buttons that move the time, in their order, and whether each can be pressed."""
    part = grace.part(DO)
    buttons = [found for found in part.elements("button") if found.get("value") in TIMES]
    return {found.get("value"): "disabled" not in found.attrib for found in buttons}


def test_the_buttons_of_the_time_keep_their_places_in_every_phase(grace, clock):
    offered = {}
    for phase, minutes in PHASES.items():
        clock.set_to(minutes)
        buttons = time_buttons(grace)
        offered[phase] = {do for do, can in buttons.items() if can}
        assert [do for do in buttons if do != "end"] == ["qa", "extend", "resume"]

    assert offered == {
        "upcoming": set(),
        "doors": set(),
        "talk": {"qa", "extend", "end"},
        "qa": {"extend", "end"},
        "over": {"extend"},
    }


def test_the_end_is_asked_about_first(grace):
    end = grace.page(DESK).element("end")

    assert end.tag == "details"
    assert "open" not in end.attrib
    assert [found.get("value") for found in end.iter("button")] == ["end"]


def test_when_over_the_main_button_publishes(app, grace, clock):
    clock.set_to(61)
    joan = signed_in(app, Role.ORGANISER, name="Joan")

    def main(browser):
        go = browser.page(DESK).classed("now__go-place")[0]
        return [text_of(found) for found in go.iter() if found.tag in ("a", "button")]

    assert (main(joan), main(grace)) == (["Publish", "Report"], ["Report"])


SWITCHES = (
    "approve_first",
    "requires_name",
    "requires_code",
    "ranked",
    "speaker_may_advance",
    "slow",
)
NAMES = [
    "Approve before showing",
    "Names required",
    "Room code needed",
    "Ranked list on the screen",
    "Speaker may press next",
    "Slow mode",
]


def stateful(page):
    """Return all that says whether it is pressed or on: its name, and what it says."""
    found = [
        (each, each.get("aria-checked") or each.get("aria-pressed")) for each in page.elements()
    ]
    return [(text_of(each), said) for each, said in found if said]


def test_what_is_switched_has_one_name_on_and_off(grace, engine):
    make_question(engine)
    views = (DESK, "/talks/talk/speaker", "/talks/talk/present", "/talks/talk")
    states = []
    for value, board in (("0", ""), ("1", "votes")):
        grace.post(f"{DO}/switches", {**dict.fromkeys(SWITCHES, value), "board": board})
        states.append([stateful(grace.page(view)) for view in views])

    off, on = ([[name for name, _ in view] for view in state] for state in states)
    assert off == on
    assert [text_of(found) for found in grace.page(DESK).classed("switch")] == NAMES
    assert [dict(state[0])["Slow mode"] for state in states] == ["false", "true"]


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


@pytest.mark.slow
@pytest.mark.parametrize("minutes", [-60, 20, 50, 90])
def test_every_view_is_a_whole_page_in_every_phase(app, grace, stranger, engine, clock, minutes):
    clock.set_to(minutes)
    speaker, browser = signed_in(app, Role.SPEAKER), signed_in(app, Role.MODERATOR)
    for status in (Status.OPEN, Status.OPEN, Status.ANSWERED):
        make_question(engine, status=status, name="Ada", detail="`code`", votes=2)
    browser.post(f"{DO}/message", {"text": "Two more"})
    browser.post(f"{DO}/switches", {"ranked": "1", "speaker_may_advance": "1"})
    do(browser, "now", 1)

    speaker.page("/talks/talk/speaker")
    speaker.part("/talks/talk/speaker/queue")
    browser.page(DESK)
    stranger.page("/talks/talk/present")
    stranger.part("/talks/talk/present/screen")
