"""Who may do what: every role on every address of those who run a talk, in one table."""

from datetime import timedelta

import pytest

from companion.moderation.sign_ins import ABSOLUTE, IDLE
from companion.store.models import Role
from tests.support.factories import make_question
from tests.support.pages import Browser, read_page
from tests.support.sign_in import enter, signed_in, token
from tests.support.talks import write_talk

DESK = (
    ("GET", "moderate", {}),
    ("GET", "desk", {}),
    ("GET", "export", {}),
    ("GET", "export/csv", {}),
    ("GET", "runsheet", {}),
    ("GET", "poster", {}),
    ("GET", "poster.pdf", {}),
    ("POST", "desk/questions", {"ids": "1", "do": "pin"}),
    ("POST", "desk/questions/1/edit", {"text": "How do bees find home, again?"}),
    ("POST", "desk/questions/1/labels", {"labels": "a"}),
    ("POST", "desk/questions/1/answer", {"answer": "So."}),
    ("POST", "desk/questions/2/merge", {"into": "1"}),
    ("POST", "desk/questions/2/unmerge", {}),
    ("POST", "desk/next", {"now": ""}),
    ("POST", "desk/room", {"text": "Somebody asked this aloud"}),
    ("POST", "desk/switches", {"ranked": "1"}),
    ("POST", "desk/time", {"do": "extend"}),
    ("POST", "desk/message", {"text": "Two more"}),
    ("POST", "desk/mute", {"question": "1", "wanted": "1"}),
    ("POST", "desk/decline-and-mute", {"question": "1"}),
    ("POST", "desk/decline-burst", {"question": "1", "reason": "other"}),
    ("POST", "desk/newcomers", {"do": "let_in"}),
    ("POST", "desk/undo", {"action_id": "1"}),
    ("POST", "desk/polls", {"poll": "none", "do": "open"}),
    ("POST", "desk/polls/new", {"ask": "Do bees dance?", "options": "Yes\nNo"}),
    ("POST", "desk/name", {"name": "G"}),
    ("GET", "recording", {}),
    ("POST", "recording", {"by": "clock", "clock": "12:01"}),
    ("GET", "import", {}),
    ("POST", "import", {"text": "How do bees find home?"}),
)
SPEAKER = (
    ("GET", "speaker", {}),
    ("GET", "speaker/queue", {}),
    ("GET", "report", {}),
    ("GET", "report/votes.svg", {}),
    ("POST", "speaker/read", {}),
    ("POST", "speaker/answers", {"question": "1", "answer": "So."}),
    ("POST", "speaker/next", {"now": ""}),
    ("POST", "speaker/polls", {"poll": "none", "do": "open"}),
)
ORGANISER = (
    ("GET", "publish", {}),
    ("GET", "publish/patch", {}),
    ("POST", "publish", {"do": "publish", "expected_version": "nothing"}),
    ("GET", "organise", {}),
    ("POST", "report/rating", {"line": "none"}),
    ("POST", "organise/settings", {"ranked": "1"}),
    ("POST", "organise/links", {"role": "speaker"}),
    ("POST", "organise/rehearsal", {"minutes": "5"}),
    ("POST", "organise/rehearsal/end", {}),
)
PUBLIC = (
    ("GET", "present", {}),
    ("GET", "present/screen", {}),
    ("GET", "board", {}),
    ("GET", "rating", {}),
)
OWN, OTHER = "talk", "other-talk"
# Who comes, and what each may on their own talk and on another: desk, speaker view, publishing,
# big screen.
MATRIX = {
    #                      own talk                      other talk
    "stranger": ((False, False, False, True), (False, False, False, True)),
    "attendee": ((False, False, False, True), (False, False, False, True)),
    "speaker": ((False, True, False, True), (False, False, False, True)),
    "moderator": ((True, True, False, True), (False, False, False, True)),
    "organiser": ((True, True, True, True), (True, True, True, True)),
    "rotated out": ((False, False, False, True), (False, False, False, True)),
    "too long ago": ((False, False, False, True), (False, False, False, True)),
    "idle": ((False, False, False, True), (False, False, False, True)),
    "left": ((False, False, False, True), (False, False, False, True)),
    "forged": ((False, False, False, True), (False, False, False, True)),
}


@pytest.fixture
def app(make_app, folder):
    write_talk(folder, OTHER, title="Another talk")
    return make_app(rate_limits="off")


def arrive(app, who: str, clock) -> Browser:
    """Return somebody's browser, after what has happened to them."""
    if who in ("stranger", "attendee"):
        return Browser(app, known=who == "attendee")
    if who in set(Role):
        return signed_in(app, Role(who))
    browser = signed_in(app, Role.MODERATOR)
    if who == "rotated out":
        app.extensions["moderation"].rotate(OWN, Role.MODERATOR)
    elif who == "too long ago":
        for _ in range(5):
            clock.now += timedelta(hours=2, minutes=24)
            browser.get("/talks/talk/moderate")
    elif who == "idle":
        clock.now += IDLE
    elif who == "left":
        cookie = browser.client.get_cookie("role", domain="localhost").value
        browser.post("/leave")
        browser.client.set_cookie("role", cookie, domain="localhost")
    else:
        browser.client.set_cookie("role", "forged", domain="localhost")
    return browser


def reached(browser: Browser, talk: str, method: str, path: str, fields: dict[str, str]) -> bool:
    """Whether somebody got through; anything but that or 403 is a fault."""
    url = f"/talks/{talk}/{path}"
    answer = browser.get(url) if method == "GET" else browser.post(url, fields)
    answer.close()
    assert answer.status_code in (200, 303, 403, 422), (url, answer.status)
    return answer.status_code != 403


@pytest.mark.slow
@pytest.mark.parametrize("who", MATRIX)
def test_the_matrix(app, engine, clock, who):
    for talk in (OWN, OTHER):
        make_question(engine, talk=talk), make_question(engine, talk=talk)
    browser = arrive(app, who, clock)

    for talk, expected in zip((OWN, OTHER), MATRIX[who], strict=True):
        for routes, allowed in zip((DESK, SPEAKER, ORGANISER, PUBLIC), expected, strict=True):
            for method, path, fields in routes:
                found = reached(browser, talk, method, path, fields)
                assert found is allowed, (who, talk, method, path)


@pytest.mark.slow
@pytest.mark.parametrize("who", MATRIX)
def test_whoever_leaves_ends_their_own_session_and_no_other(app, engine, clock, who):
    make_question(engine)
    browser = arrive(app, who, clock)
    others = [signed_in(app, role) for role in (Role.MODERATOR, Role.SPEAKER, Role.ORGANISER)]
    browser.post("/talks/talk/questions", {"text": "Is this still mine afterwards?"})
    visitor = browser.client.get_cookie("visitor", domain="localhost")

    answer = browser.post("/leave")

    assert visitor is not None
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.client.get_cookie("role", domain="localhost") is None
    assert browser.client.get_cookie("visitor", domain="localhost") == visitor
    assert browser.post("/leave").status_code == 303
    for view in ("moderate", "speaker"):
        assert browser.get(f"/talks/talk/{view}").status_code == 403
    assert [other.get("/talks/talk/speaker").status_code for other in others] == [200] * len(others)


def test_a_cookie_that_was_kept_is_worth_nothing_after_leaving(app):
    browser = signed_in(app, Role.ORGANISER)
    cookie = browser.client.get_cookie("role", domain="localhost").value
    browser.post("/leave")
    browser.client.set_cookie("role", cookie, domain="localhost")

    assert browser.get("/talks/talk/moderate").status_code == 403
    assert browser.get("/leave").status_code in (404, 405)


@pytest.mark.slow
@pytest.mark.parametrize("who", MATRIX)
def test_what_is_of_all_talks_is_for_organisers_alone(app, clock, who):
    browser = arrive(app, who, clock)

    for path in ("", "/questions", "/export/csv", "/talk"):
        answer = browser.get(f"/organise{path}")
        status = answer.status_code
        answer.close()
        there = 302 if path == "/talk" else 200
        assert status == (there if who == "organiser" else 403), (who, path)


def test_the_matrix_is_whole(app):
    """Every address of the desk, the speaker and the screen is in the table."""
    names = {"desk", "exports", "imports", "recording", "speaker", "screen", "report", "publish"}
    names |= {"organise_talk", "poster"}
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/talks/<slug>/")]
    endpoints = {rule.endpoint for rule in rules}
    addresses = app.url_map.bind("localhost")
    listed = {
        addresses.match(f"/talks/talk/{path}", method)[0]
        for method, path, _ in (*DESK, *SPEAKER, *ORGANISER, *PUBLIC)
    }

    assert {one for one in endpoints if one.split(".")[0] in names} - listed == set()


def test_a_speaker_moves_on_only_if_the_moderator_lets_them(app, engine):
    make_question(engine)
    speaker, grace = signed_in(app, Role.SPEAKER), signed_in(app, Role.MODERATOR)

    assert speaker.post("/talks/talk/speaker/next", {"now": ""}).status_code == 422
    grace.post("/talks/talk/desk/switches", {"speaker_may_advance": "1"})
    assert speaker.post("/talks/talk/speaker/next", {"now": ""}).status_code == 303


def test_entering_gives_a_new_cookie_and_keeps_the_other_roles(app):
    browser = signed_in(app, Role.MODERATOR)
    first = browser.client.get_cookie("role", domain="localhost").value

    enter(browser, Role.SPEAKER, OTHER)

    assert browser.client.get_cookie("role", domain="localhost").value != first
    assert browser.get("/talks/talk/moderate").status_code == 200
    assert browser.get(f"/talks/{OTHER}/speaker").status_code == 200
    old = Browser(app)
    old.client.set_cookie("role", first, domain="localhost")
    assert old.get("/talks/talk/moderate").status_code == 403


def test_the_cookie_is_for_this_host_alone(make_app):
    site = "https://qa.example.org"
    browser = Browser(make_app(origins=site), base_url=site)

    answer = browser.post("/enter", {"token": token(browser.app, Role.MODERATOR)})

    [line] = answer.headers.getlist("Set-Cookie")
    assert line.startswith("__Host-role=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(line.split("; "))


def test_nothing_at_rest_is_a_secret(app, engine, tmp_path):
    browser = signed_in(app, Role.MODERATOR)
    invitation = app.extensions["moderation"].invite().partition("#")[2]
    cookie = browser.client.get_cookie("role", domain="localhost").value

    held = b"".join(path.read_bytes() for path in tmp_path.glob("companion.sqlite3*"))

    for secret in (cookie, invitation, token(app, Role.MODERATOR), token(app, Role.ORGANISER)):
        assert len(secret) == 22
        assert secret.encode() not in held


@pytest.mark.parametrize("secret", ["", "wrong", "é" * 22, "x" * 5_000])
def test_a_wrong_link_is_refused_in_words(app, secret):
    answer = Browser(app).post("/enter", {"token": secret})

    assert answer.status_code == 422
    assert "does not work any more" in answer.text


def test_a_link_can_be_pasted_whole(app):
    link = f"http://localhost:8000/enter#{token(app, Role.SPEAKER)}"

    answer = Browser(app).post("/enter", {"token": "", "link": link})

    assert answer.location == "/talks/talk/speaker"


def test_what_a_page_fetches_by_itself_keeps_nobody_signed_in(app, clock):
    browser = signed_in(app, Role.MODERATOR)
    for path, last in (("moderate", 200), ("desk", 403)):
        for _ in range(3):
            clock.now += IDLE / 2
            status = browser.get(f"/talks/talk/{path}").status_code
        assert status == last


def test_an_invitation_makes_one_organiser_once(app, clock):
    secret = app.extensions["moderation"].invite().partition("#")[2]
    first, second = Browser(app), Browser(app)

    assert first.post("/enter", {"token": secret}).status_code == 303
    assert second.post("/enter", {"token": secret}).status_code == 422
    assert first.get(f"/talks/{OTHER}/moderate").status_code == 200


def test_an_old_invitation_is_void(app, clock):
    secret = app.extensions["moderation"].invite().partition("#")[2]
    clock.now += ABSOLUTE

    assert Browser(app).post("/enter", {"token": secret}).status_code == 422


def test_who_guesses_is_slowed_down_and_shuts_nobody_out(make_app):
    app = make_app()
    guesser = Browser(app)

    guesses = [guesser.post("/enter", {"token": f"guess-{n}"}).status_code for n in range(32)]

    assert guesses == [422] * 30 + [429] * 2
    for role in Role:
        enter(Browser(app), role)
    invited = app.extensions["moderation"].invite().partition("#")[2]
    assert Browser(app).post("/enter", {"token": invited}).status_code == 303


def test_the_name_that_was_typed_comes_back_with_a_refusal(app):
    answer = Browser(app).post("/enter", {"token": "no-such-secret", "name": "Grace <H>"})

    assert answer.status_code == 422
    assert read_page(answer, 422).form_to("/enter").fields["name"] == "Grace <H>"


@pytest.mark.parametrize("path", ["/enter", "/enter/what"])
def test_who_has_many_addresses_of_one_network_guesses_no_more_often(make_app, path):
    guesser = Browser(make_app())

    def guess(n):
        at = {"REMOTE_ADDR": f"2001:db8::{n:x}"}
        return guesser.post(path, {"token": f"guess-{n}"}, environ_overrides=at).status_code

    assert [guess(n) for n in range(31)].count(429) == 1


def test_entering_is_never_too_often(make_app):
    app = make_app()
    for _ in range(40):
        enter(Browser(app), Role.MODERATOR)


def test_wrong_codes_shut_nobody_out(make_app):
    app = make_app()
    code = app.extensions["moderation"].keys.code("talk")

    wrong = {Browser(app).post("/join", {"code": f"AAAA{n:02}"}).status_code for n in range(40)}

    assert wrong == {422}
    assert Browser(app).get(f"/j/{code}").location == "/talks/talk"


def test_a_code_leads_to_its_talk_however_it_is_typed(app):
    browser = Browser(app)
    code = app.extensions["moderation"].keys.code("talk")

    assert len(code) == 6
    typed = f" {code[:3].lower()}-{code[3:].replace('0', 'o').replace('1', 'l')} "
    assert browser.post("/join", {"code": typed}).location == "/talks/talk"
    assert browser.get(f"/j/{code}").location == "/talks/talk"
    assert browser.get("/j/nothing").status_code == 404


@pytest.mark.parametrize("path", ["/j", "/j/"])
def test_the_beginning_of_a_short_address_leads_to_the_form(app, path):
    browser = Browser(app)
    assert browser.get(path).location == "/join"
    assert browser.page("/join").element("code").get("autofocus") is not None


def test_a_code_can_be_typed_on_the_programme(app):
    browser = Browser(app)
    form = browser.page("/").form_to("/join")
    code = app.extensions["moderation"].keys.code("talk")

    assert browser.submit(form, code=code).location == "/talks/talk"


def test_a_part_sends_those_who_are_out_to_the_entrance(app):
    answer = Browser(app).get("/talks/talk/desk", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (403, "/enter")


@pytest.mark.parametrize(
    ("role", "said"), [(Role.MODERATOR, "moderator"), (Role.SPEAKER, "speaker")]
)
def test_a_link_says_what_it_opens_before_anybody_goes_in(app, role, said):
    browser = Browser(app)
    answer = browser.post("/enter/what", {"token": token(app, role)})

    title = app.extensions["boards"].programme.find("talk").title
    assert answer.text == f"{said} of «{title}»"
    assert "Set-Cookie" not in answer.headers
    assert (
        browser.get(f"/talks/talk/{'moderate' if said == 'moderator' else said}").status_code == 403
    )
    assert browser.post("/enter/what", {"token": "nonsense"}).text == ""


def test_an_invitation_is_not_used_up_by_looking(app):
    browser = Browser(app)
    token = app.extensions["moderation"].invite().partition("#")[2]

    for _ in range(2):
        assert browser.post("/enter/what", {"token": token}).text == "organiser"
    assert browser.post("/enter", {"token": token}).status_code == 303


def test_guessing_what_a_link_opens_is_slowed_down(make_app):
    browser = Browser(make_app())

    answers = [browser.post("/enter/what", {"token": f"guess-{n}"}) for n in range(40)]

    assert {200, 429} == {answer.status_code for answer in answers}
