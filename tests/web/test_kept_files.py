"""Static files, from memory once they have been asked for."""

import gzip

import brotli
import pytest

from companion.web.kept_files import KeptFiles
from tests.support.pages import Browser

READ = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}


@pytest.fixture
def address(app):
    return f"{app.static_url_path}/js/board.js"


@pytest.fixture
def asked(app, monkeypatch):
    """Return a list that fills with the addresses for which the application is asked."""
    paths, answer = [], app.full_dispatch_request

    def note(*args):
        from flask import request

        paths.append(request.path)
        return answer(*args)

    monkeypatch.setattr(app, "full_dispatch_request", note)
    return paths


@pytest.mark.parametrize(("accepted", "coding"), [("gzip, br", "br"), ("gzip", "gzip"), ("", None)])
def test_a_file_is_asked_for_once(app, bob, address, asked, accepted, coding):
    answers = [bob.get(address, headers={"Accept-Encoding": accepted}) for _ in range(3)]

    assert asked == [address]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers.get("Content-Encoding") == coding
        assert answer.headers["Content-Length"] == str(len(answer.data))
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert READ[coding](answer.data).startswith(b"\nimport")
        assert "Set-Cookie" not in answer.headers


def test_nothing_of_one_who_asked_is_kept(app, address):
    kept = [Browser(app).get(address, headers=more) for more in ({"Range": "bytes=0-3"}, {})]

    assert kept[0].status_code == kept[1].status_code == 200
    assert kept[0].headers == kept[1].headers
    assert kept[0].data == kept[1].data


def test_a_file_is_kept_by_one_address_alone(app, bob, address, asked):
    others = [address.replace("/js/", f"/{way}/js/") for way in ("js/..", ".", "x/..")]
    for other in 2 * others:
        with bob.get(other) as answer:
            assert answer.status_code == 200

    assert len(asked) == 2 * len(others)


def test_nothing_of_one_who_asked_is_in_the_next_answer(app, bob, address):
    assert "X-Request-ID" not in bob.get(address).headers


def test_what_gains_nothing_is_not_compressed():
    def app(_environ, start_response):
        start_response("200 OK", [])
        return [b"bee"]

    given = {}
    environ = {"PATH_INFO": "/static/bee.js", "REQUEST_METHOD": "GET"}

    body = KeptFiles(app, "/static")(
        environ | {"HTTP_ACCEPT_ENCODING": "br"}, lambda _status, headers: given.update(headers)
    )

    assert (list(body), given["Content-Length"]) == ([b"bee"], "3")
    assert "Content-Encoding" not in given


def test_the_head_alone_is_that_of_the_whole(bob, address):
    whole, head = bob.get(address), bob.client.head(address)

    assert (head.status_code, head.data) == (200, b"")
    assert head.headers == whole.headers


def test_what_is_no_file_is_not_kept(app, bob, asked):
    nothing = f"{app.static_url_path}/js/nothing.js"

    answers = [bob.get(nothing) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert set(asked) == {nothing}
    assert bob.post(nothing).status_code == 405
