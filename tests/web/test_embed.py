"""A talk's board in other sites' frames: who may show it, who is known in it, how it gets there."""

import json
import re
from pathlib import Path

import pytest
from flask import render_template

from companion.store.models import Question, Role
from tests.support.factories import count_rows, make_question
from tests.support.pages import Browser, Page, read_page, text_of
from tests.support.queries import counted_queries
from tests.support.room import TEXT
from tests.support.seat import Seat
from tests.support.sign_in import enter
from tests.support.talks import write_talk

HTTPS = "https://qa.example.org"
PARENT = "https://talks.example.org"
URL = "/embed/talk"
TITLE = "A talk about bees"
YOURS = 'class="own__badge"'
IN_A_FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}
SCRIPTS = Path(__file__).parents[2] / "static" / "js"


@pytest.fixture
def app(make_app):
    return make_app(embed_parents=PARENT, origins=HTTPS)


@pytest.fixture
def people(app):
    """Return what makes somebody whose browser has no cookie of ours yet."""
    return lambda: Browser(app, known=False, base_url=HTTPS)


def ancestors(answer) -> str:
    return re.search("frame-ancestors ([^;]*);", answer.headers["Content-Security-Policy"])[1]


def cookies(answer) -> dict[str, set[str]]:
    """Return the attributes of each cookie that is given, by its name."""
    lines = [line.split("; ") for line in answer.headers.getlist("Set-Cookie")]
    return {
        name.partition("=")[0]: {part for part in parts if "Expires" not in part}
        for name, *parts in lines
    }


def test_it_has_the_board_and_a_way_to_the_talks_page(people, engine):
    make_question(engine, "How do bees keep warm?")

    page = people().page(URL, headers=IN_A_FRAME)

    assert page.questions() == [1]
    assert page.h1 == TITLE
    assert "Ask, comment and vote." in page.text("board-state")
    assert page.form_to("/questions").method == "post"
    assert page.form_to("/questions/1/vote").method == "post"
    assert page.links().count("/talks/talk") == 2
    assert next(page.elements("base")).get("target") == "_blank"
    assert f'href="{HTTPS}/talks/talk"' in page.html


def test_without_a_setting_nobody_may_frame_it(make_app):
    assert ancestors(Browser(make_app()).get(URL)) == "'none'"


def test_what_is_not_there_is_said_within_the_frame(people, folder):
    write_talk(folder, "alone", extra="board: off\n")

    for path in ("/embed/nothing", "/embed/alone"):
        answer = people().get(path, headers=IN_A_FRAME)
        read_page(answer, 404)
        assert ancestors(answer) == PARENT
    assert people().get("/embed/Talk", headers=IN_A_FRAME).location.endswith("/embed/talk")


def test_in_a_frame_the_cookie_is_for_there_alone_and_asks_and_votes(people, engine):
    make_question(engine)
    ada = people()

    given = cookies(ada.get(URL, headers=IN_A_FRAME))

    assert given == {
        "__Host-framed": {
            *{"Secure", "HttpOnly", "Path=/", "SameSite=None", "Partitioned"},
            "Max-Age=31536000",
        }
    }
    assert cookies(ada.get(URL, headers=IN_A_FRAME)) == {}
    assert ada.post("/talks/talk/questions", {"text": TEXT}).status_code == 303
    assert ada.post("/talks/talk/questions/1/vote", {"wanted": "1"}).status_code == 303
    mine = ada.part("/talks/talk/board").element("mine")
    assert text_of(mine).count("On the board") == 1


def test_a_socket_of_the_frame_knows_who_asks(make_app, engine):
    """The cookie's name and value as over https: a socket in this process has none of that."""
    app = make_app(embed_parents=PARENT)
    ada, eve = Browser(app, known=False), Browser(app, known=False)
    value = app.extensions["visitors"].new()
    ada.client.set_cookie(app.config["FRAMED_COOKIE"], value, domain="localhost")

    assert Seat(app, ada, "talk").ask(TEXT)["ok"] is True
    assert Seat(app, eve, "talk").ask(TEXT)["field"] == "cookie"

    assert YOURS in ada.page(URL).html
    assert count_rows(engine, Question) == 1


@pytest.mark.parametrize("dest", ["document", "iframe"])
def test_over_http_there_is_the_usual_cookie_alone(make_app, dest):
    eve = Browser(make_app(embed_parents=PARENT), known=False)

    given = cookies(eve.get(URL, headers={"Sec-Fetch-Dest": dest}))

    assert given == {"visitor": {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=31536000"}}


def test_opened_by_itself_it_gives_the_usual_cookie(people):
    given = cookies(people().get(URL, headers={"Sec-Fetch-Dest": "document"}))

    assert set(given) == {"__Host-visitor"}


def test_no_other_page_gives_a_frames_cookie(people):
    for path in ("/talks/talk", "/talks/talk/board"):
        assert set(cookies(people().get(path, headers=IN_A_FRAME))) == {"__Host-visitor"}


def test_whoever_has_both_cookies_is_who_they_are_on_the_talks_page(people):
    ada = people()
    ada.get(URL, headers=IN_A_FRAME)
    ada.post("/talks/talk/questions", {"text": TEXT})
    as_in_the_frame = ada.page("/talks/talk").questions()
    ada.client.set_cookie("__Host-visitor", "not ours", domain="qa.example.org")
    assert YOURS in ada.page("/talks/talk").html

    ada.client.set_cookie(
        "__Host-visitor", ada.app.extensions["visitors"].new(), domain="qa.example.org"
    )

    page = ada.page("/talks/talk")
    assert page.questions() == as_in_the_frame == [1]
    assert YOURS not in page.html


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": PARENT},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": HTTPS},
    ],
)
def test_a_frames_cookie_lets_no_other_page_send_a_form(people, engine, headers):
    """Nor whoever says nothing of where it comes from: no browser that has such cookies does."""
    ada = people()
    ada.get(URL, headers=IN_A_FRAME)
    form = {"text": TEXT}

    answer = ada.client.post("/talks/talk/questions", data=form, base_url=HTTPS, headers=headers)

    read_page(answer, 403)
    assert count_rows(engine, Question) == 0


def test_nothing_of_those_who_run_a_talk_is_in_the_frame(app, people, engine):
    make_question(engine)
    grace = enter(Browser(app, base_url=HTTPS), Role.ORGANISER)
    stranger = people().page(URL)

    page = grace.page(URL)

    assert grace.get("/talks/talk/moderate").status_code == 200
    assert page.links() == stranger.links()
    assert [form.action for form in page.forms()] == [form.action for form in stranger.forms()]


def test_out_of_a_frame_without_cookies_one_is_asked_to_do_it_once_more(people, engine):
    ada = people()
    sent = {"text": TEXT, "detail": "In winter."}
    from_frame = {"Referer": f"{HTTPS}{URL}"}

    answer = ada.post("/talks/talk/questions", sent, headers=from_frame)

    page = read_page(answer, 422)
    assert "where your browser keeps a cookie" in page.html
    form = page.form_to("/questions")
    assert (form.fields["text"], form.fields["detail"]) == (TEXT, "In winter.")
    assert ada.submit(form).status_code == 303
    assert count_rows(engine, Question) == 1
    elsewhere = people().post("/talks/talk/questions", sent)
    assert "keeps no cookies for this page" in read_page(elsewhere, 422).html


@pytest.mark.parametrize("questions", [1, 3])
def test_few_queries_however_many_questions_and_nothing_is_rendered_twice(
    people, engine, questions
):
    for number in range(questions):
        make_question(engine, f"Question number {number}?")
    first = people().get(URL, headers=IN_A_FRAME)

    with counted_queries() as asked:
        second = people().get(URL, headers=IN_A_FRAME)

    assert len(asked) <= 1
    assert Page(first.text).questions() == Page(second.text).questions()


def test_one_sees_ones_own_and_nobody_elses(people, engine):
    ada, bob = people(), people()
    for each in (ada, bob):
        each.get(URL, headers=IN_A_FRAME)
    ada.post("/talks/talk/questions", {"text": TEXT})

    assert YOURS in ada.page(URL).html
    assert YOURS not in bob.page(URL).html


@pytest.mark.parametrize(
    ("asked", "scheme", "darkness"),
    [
        ("", "light dark", "screen and (prefers-color-scheme: dark)"),
        ("?scheme=purple", "light dark", "screen and (prefers-color-scheme: dark)"),
        ("?scheme=light", "light", None),
        ("?scheme=dark", "dark", "screen"),
    ],
)
def test_a_site_that_is_only_light_or_dark_has_a_board_that_is(people, asked, scheme, darkness):
    for _again in range(2):
        page = people().page(URL + asked)

        [said] = [m for m in page.elements("meta") if m.get("name") == "color-scheme"]
        sheets = {link.get("href", "").rpartition("/")[2]: link for link in page.elements("link")}
        assert said.get("content") == scheme
        assert (sheets["dark.css"].get("media") if "dark.css" in sheets else None) == darkness
        people().page(URL)


def test_the_script_is_for_every_site_and_asked_for_again_only_if_it_changes(people):
    answer = people().get("/embed.js")

    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers
    again = people().get("/embed.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_frame_has_every_part_of_the_board_but_what_arranges_the_talks_page():
    parts = {
        name: set(
            re.findall(
                r'^import (?:\{.+\} from )?"\./([^"]+)";',
                (SCRIPTS / name).read_text(),
                re.MULTILINE,
            )
        )
        for name in ("board.js", "framed.js")
    }

    # The pulse, which has no place in a frame, says what went wrong by a toast.
    of_the_page = {"board/arrange.js", "elements/toast-note.js"}
    assert parts["board.js"] - parts["framed.js"] == of_the_page
    assert {part.partition("/")[0] for part in parts["framed.js"] - parts["board.js"]} == {"framed"}


def oembed(browser, url: str, **more: str) -> dict:
    answer = browser.get("/oembed", query_string={"url": url, **more})
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    return json.loads(answer.text)


def test_oembed_tells_how_to_show_a_board(make_app, folder):
    write_talk(folder, extra="speaker: Ada Lovelace\n")
    browser = Browser(make_app(embed_parents=PARENT, origins=HTTPS), base_url=HTTPS)

    for url in (f"{HTTPS}/talks/talk", f"{HTTPS}/talks/talk/?sort=recent#board", f"{HTTPS}{URL}"):
        told = oembed(browser, url)

        assert (told["version"], told["type"]) == ("1.0", "rich")
        assert (told["title"], told["author_name"]) == (TITLE, "Ada Lovelace")
        assert (told["width"], told["height"]) == (640, 720)
        assert f'src="{HTTPS}/embed/talk"' in told["html"]
        assert f'title="Questions: {TITLE}" width="640" height="720"' in told["html"]


@pytest.mark.parametrize(
    ("most", "size"),
    [
        ({"maxwidth": "320"}, (320, 720)),
        ({"maxheight": "200", "maxwidth": "5000"}, (640, 200)),
        ({"maxwidth": "wide", "maxheight": "-5"}, (640, 720)),
        ({"maxwidth": "0"}, (640, 720)),
    ],
)
def test_oembed_is_no_larger_than_there_is_room(people, most, size):
    told = oembed(people(), f"{HTTPS}/talks/talk", **most)

    assert (told["width"], told["height"]) == size
    assert f'width="{size[0]}" height="{size[1]}"' in told["html"]


@pytest.mark.parametrize(
    "url",
    [
        *("", "talk", "/talks/talk", "https://[", f"{HTTPS}/", f"{HTTPS}/talks/nothing"),
        *(
            f"{HTTPS}/talks/talk/moderate",
            f"{HTTPS}/talks/%2e%2e",
            f"{HTTPS}.evil.example/talks/talk",
        ),
        *("https://evil.example/talks/talk", "http://qa.example.org/talks/talk"),
        "https://evil@qa.example.org/talks/talk",
    ],
)
def test_oembed_knows_no_other_address(people, url):
    assert people().get("/oembed", query_string={"url": url}).status_code == 404


def test_oembed_is_told_as_json_alone_and_only_where_a_board_may_be_shown(people, make_app):
    url = {"url": f"{HTTPS}/talks/talk"}

    assert people().get("/oembed", query_string=url | {"format": "xml"}).status_code == 501
    assert people().get("/oembed", query_string=url | {"format": "json"}).status_code == 200
    nobody = Browser(make_app(origins=HTTPS), base_url=HTTPS)
    assert nobody.get("/oembed", query_string=url).status_code == 404


def test_the_talks_page_says_where_where_a_board_may_be_shown(people, make_app):
    [link] = [
        link
        for link in people().page("/talks/talk").elements("link")
        if link.get("type") == "application/json+oembed"
    ]

    told = json.loads(people().get(link.get("href", "")).text)
    assert told["title"] == TITLE
    nobody = Browser(make_app(origins=HTTPS), base_url=HTTPS)
    assert "oembed" not in nobody.page("/talks/talk").html


def test_below_a_path_all_of_it_is_below_that_path(make_app):
    app = make_app(embed_parents=PARENT, origins=HTTPS, path="/qa")
    browser = Browser(app, known=False, base_url=HTTPS)

    given = cookies(browser.get("/qa/embed/talk", headers=IN_A_FRAME))

    assert "Path=/qa" in given["__Secure-framed"]
    ask = {"url": f"{HTTPS}/qa/talks/talk"}
    told = json.loads(browser.get("/qa/oembed", query_string=ask).text)
    assert f'src="{HTTPS}/qa/embed/talk"' in told["html"]
    for url in (f"{HTTPS}/talks/talk", f"{HTTPS}/qa2/talks/talk"):
        assert browser.get("/qa/oembed", query_string={"url": url}).status_code == 404


def test_organisers_copy_it_once_a_site_is_set(app, make_app):
    with app.test_request_context():
        shown = render_template("organise/_embed.html", slug="talk", url=HTTPS)
    with make_app().test_request_context():
        unset = render_template("organise/_embed.html", slug="talk", url=HTTPS)

    code = Page(shown, whole=False).element("embed-talk-code")
    assert text_of(code).startswith(f'<iframe src="{HTTPS}/embed/talk" title="Questions')
    assert text_of(code).endswith(f'<script src="{HTTPS}/embed.js" async></script>')
    assert "COMPANION_EMBED_PARENTS" in unset
    assert "iframe" not in unset
