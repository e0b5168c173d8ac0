"""Switching to another language, at the foot of every page."""

import pytest

from tests.support.marked_language import LANGUAGE, write_marked


@pytest.fixture
def client(make_app, tmp_path):
    folder = write_marked(tmp_path / "translations")
    return make_app(translations=str(folder)).test_client()


def switch(client, headers=None, **form: str):
    origin = "http://localhost:8000"
    headers = {"Origin": origin, **(headers or {})}
    return client.post("/language", base_url=origin, headers=headers, data=form)


def test_the_pages_are_in_the_chosen_language_from_then_on(client):
    answer = switch(client, language=LANGUAGE, back="/join")

    assert (answer.status_code, answer.location) == (303, "/join")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    page = client.get("/join", base_url="http://localhost:8000").text
    assert f'<html lang="{LANGUAGE}">' in page
    assert "⟦Skip to the content⟧" in page
    assert 'value="en" lang="en">English</button>' in page
    assert f'value="{LANGUAGE}" lang="{LANGUAGE}" aria-current="true"' in page
    assert '<script type="application/json" id="words">' in page

    assert switch(client, language="en", back="/").status_code == 303
    page = client.get("/join", base_url="http://localhost:8000").text
    assert "⟦" not in page
    assert 'id="words"' not in page


@pytest.mark.parametrize("language", ["", "tlh", "../en", "EN"])
def test_there_are_no_pages_in_others(client, language):
    answer = switch(client, language=language, back="/join")

    assert answer.status_code == 422
    assert "Choose one that is offered" in answer.text
    assert "Set-Cookie" not in answer.headers


HOSTILE = [
    *("", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:1"),
    *("/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "/\t\\evil.example", "\t//a.b"),
    *("/a\r\nX: y", "/%09/evil.example", "/.//evil.example", "/nothing/here", "?find=bee"),
    *("/assets/no-such", "/" + "a" * 600, "/\0", "@evil.example", ":80/join"),
]


@pytest.mark.parametrize("back", HOSTILE)
def test_it_leads_to_no_other_site(client, back):
    assert switch(client, language=LANGUAGE, back=back).location == "/"


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("/talks/a\r\nX: y", "/talks/a%0D%0AX:%20y"),
        ("/join?x=\r\nSet-Cookie: a=b", "/join?x=%0D%0ASet-Cookie%3A+a%3Db"),
        ("/speakers/άννα", "/speakers/%CE%AC%CE%BD%CE%BD%CE%B1"),
    ],
)
def test_what_is_said_of_the_page_is_written_anew(client, said, address):
    assert switch(client, language=LANGUAGE, back=said).location == address


@pytest.mark.parametrize(
    ("open_page", "address"),
    [
        ("/questions?find=bee&page=2", "/questions?find=bee&page=2"),
        ("/talks/talk?sort=recent&flash=open", "/talks/talk?sort=recent"),
        ("/speakers/%CE%AC%CE%BD%CE%BD%CE%B1", "/speakers/%CE%AC%CE%BD%CE%BD%CE%B1"),
        ("/talks/talk/questions", "/talks/talk"),
        ("/talks/talk/desk/switches", "/talks/talk"),
        ("/nothing/here", "/join"),
        ("", "/join"),
    ],
)
def test_it_leads_back_to_what_was_looked_at(client, open_page, address):
    headers = {"Referer": f"http://localhost:8000{open_page}"}

    assert switch(client, headers, language=LANGUAGE, back="/join").location == address


@pytest.mark.parametrize("referrer", ["http://[", "http://evil.example//evil.example", "\t"])
def test_who_says_nonsense_of_where_they_come_from_is_led_by_the_form(client, referrer):
    headers = {"Referer": referrer}

    assert switch(client, headers, language=LANGUAGE, back="/join").location == "/join"


def test_it_leads_back_below_a_path(make_app, tmp_path):
    folder = write_marked(tmp_path / "translations")
    app = make_app(translations=str(folder), origins="https://example.org", path="/qa")
    client, origin = app.test_client(), "https://example.org"
    for back, page in (("/qa/join", ""), ("", "/qa/join"), ("/qa/join", "/organise")):
        answer = client.post(
            "/qa/language",
            base_url=origin,
            headers={"Origin": origin, "Referer": f"{origin}{page}"},
            data={"language": LANGUAGE, "back": back},
            environ_overrides={"REMOTE_ADDR": "10.0.0.1"},
        )
        assert answer.location == "/qa/join"
