"""The wall's background: who chooses it, who sees a picture, and what is left of its file."""

import io
import re
import threading

import pytest
from PIL import Image

from companion.moderation import pictures
from companion.store.engine import db
from companion.store.models import Role
from companion.store.wall import WallPicture
from tests.support.factories import count_rows, make_question
from tests.support.pages import read_page
from tests.support.sign_in import signed_in

WALL = "/talks/talk/wall"
BACKGROUND = f"{WALL}/background"
WHERE, CAMERA = "Konrad-Zuse-Strasse", "Some Camera"


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def photograph(kind: str = "JPEG", size: tuple[int, int] = (60, 40), *, turned: bool = False):
    """Return a file with a picture, and in it what says where it was taken and with what."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010E], exif[0x0110] = WHERE, CAMERA
    if turned:
        exif[0x0112] = 6
    Image.new("RGB", size, "teal").save(out, kind, exif=exif)
    return out.getvalue()


def choose(browser, background: str, picture: bytes | None = None, **fields: str):
    lines = {"background": background, **fields}.items()
    head = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    body = "".join(head.format(*line) for line in lines).encode()
    if picture is not None:
        name = '--b\r\nContent-Disposition: form-data; name="picture"; filename="photo.jpg"'
        body += f"{name}\r\n\r\n".encode() + picture + b"\r\n"
    kind = "multipart/form-data; boundary=b"
    return browser.post(BACKGROUND, body + b"--b--", content_type=kind, follow_redirects=True)


def shown(page) -> str:
    return page.element("wall-backdrop").get("data-background")


def test_a_wall_begins_blank_and_a_moderator_lays_fields_behind_it(grace, stranger):
    assert shown(stranger.page(WALL)) == "blank"
    assert BACKGROUND not in stranger.page(WALL).html
    form = grace.page(WALL).form_to("/background")
    assert form.fields == {"background": "blank", "across": "", "up": "", "picture": ""}

    answer = choose(grace, "fields", across="Little  effort → much", up="Worth\u202eit")

    assert "The background is changed." in answer.text
    page = stranger.page(WALL)
    words = page.text("wall-backdrop")
    assert shown(page) == "fields"
    assert "From left to right: Little effort → much" in words
    assert "From the bottom up: Worthit" in words
    assert "Grace chose a background: four fields" in grace.page(WALL).text("wall-log")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_of_a_picture_nothing_is_left_but_the_picture(grace, stranger, engine, kind):
    choose(grace, "picture", photograph(kind, turned=True))

    address = re.search(rf'"({WALL}/picture/\w+)"', stranger.get(WALL).text)[1]
    answer = stranger.get(address)

    assert answer.content_type == "image/webp"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "public" not in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    drawn = Image.open(io.BytesIO(answer.data))
    assert drawn.size == (40, 60)  # upright
    assert not drawn.getexif()
    assert WHERE.encode() not in answer.data
    assert CAMERA.encode() not in answer.data
    assert count_rows(engine, WallPicture) == 1


def test_a_large_picture_is_sent_small(grace, stranger, engine):
    noise = Image.effect_noise((3_000, 2_500), 90)
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=80)

    assert "The background is changed." in choose(grace, "picture", out.getvalue()).text

    address = re.search(rf'"({WALL}/picture/\w+)"', stranger.get(WALL).text)[1]
    assert len(stranger.get(address).data) <= pictures.MOST_SENT


def bomb() -> bytes:
    """Return a small file of a picture that is very large."""
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"GIF89a" + bytes(100), "That is no picture that can be used"),
        (b"<svg onload=alert(1)>", "That is no picture that can be used"),
        (photograph()[:300], "That is no picture that can be used"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "That is no picture that can be used"),
        (bomb(), "at most 40 megapixels"),
    ],
    ids=["gif", "svg", "half", "broken", "bomb"],
)
def test_what_is_no_picture_is_refused_and_the_wall_stays_as_it_was(grace, stranger, data, words):
    choose(grace, "dots")

    answer = choose(grace, "picture", data)

    assert (answer.status_code, words in answer.text) == (422, True)
    assert shown(stranger.page(WALL)) == "dots"


def test_a_file_that_is_too_large_is_refused_unread(grace, stranger):
    answer = choose(grace, "picture", bytes(pictures.LARGEST + 70_000))

    assert answer.status_code == 413
    assert "more than 8 MB" in answer.text
    assert shown(stranger.page(WALL)) == "blank"


def test_a_picture_is_seen_by_those_alone_who_see_the_wall(app, grace, stranger):
    choose(grace, "picture", photograph())
    address = re.search(rf'"({WALL}/picture/\w+)"', stranger.get(WALL).text)[1]

    grace.post_part("/talks/talk/desk/switches", {"wall": "off"})

    speaker = signed_in(app, Role.SPEAKER)
    codes = [browser.get(address).status_code for browser in (stranger, speaker, grace)]
    assert codes == [404, 404, 200]
    assert address not in stranger.get(WALL).text
    assert stranger.get(f"{WALL}/picture/0123456789abcdef").status_code == 404


def test_who_may_not_moderate_chooses_no_background(app, ada, stranger):
    speaker = signed_in(app, Role.SPEAKER)
    for browser in (ada, speaker, stranger):
        assert choose(browser, "dots").status_code in (401, 403)
    assert shown(stranger.page(WALL)) == "blank"


@pytest.mark.parametrize(
    ("background", "fields", "words"),
    [
        ("sunset", {}, "Choose one of the backgrounds"),
        ("", {}, "Choose one of the backgrounds"),
        ("picture", {}, "Choose the file of a picture"),
        ("fields", {"across": "a" * 61}, "at most 60 characters"),
    ],
)
def test_what_makes_no_sense_is_refused(grace, stranger, background, fields, words):
    answer = choose(grace, background, **fields)

    assert (answer.status_code, words in answer.text) == (422, True)
    assert shown(stranger.page(WALL)) == "blank"


def test_what_was_typed_stands_in_the_open_form_beside_why_it_was_refused(grace):
    answer = choose(grace, "fields", across="a" * 61, up="Worth")

    page = read_page(answer, 422)
    form = page.form_to("/background")
    assert form.fields["background"] == "fields"
    assert (form.fields["across"], form.fields["up"]) == ("a" * 61, "Worth")
    assert page.element("wall-background").get("open") is not None
    assert "at most 60 characters" in page.text("wall-background")
    assert not page.classed("notice")


def put_back(grace, change: int):
    assert f'value="{change}"' in grace.page(WALL).html
    return grace.post(f"{WALL}/put-back", {"change": change}, follow_redirects=True)


def test_a_background_is_put_back_within_the_hour(grace, ada, stranger, clock):
    choose(grace, "fields", across="Effort", up="Worth")
    choose(grace, "dots")

    answer = put_back(grace, 2)

    assert answer.status_code == 200
    assert shown(stranger.page(WALL)) == "fields"
    assert "Effort" in stranger.page(WALL).text("wall-backdrop")
    assert ada.post_part(f"{WALL}/put-back", {"change": 1}).status_code == 422
    assert put_back(grace, 2).status_code == 422  # it is not as that has left it
    clock.set_to(20 + 61)
    refused = grace.post_part(f"{WALL}/put-back", {"change": 3})
    assert "too long ago" in refused.text


def test_a_picture_that_was_replaced_or_deleted_is_not_put_back(grace, stranger, engine):
    choose(grace, "picture", photograph())
    choose(grace, "dots")
    assert put_back(grace, 2).status_code == 200
    assert shown(stranger.page(WALL)) == "picture"
    form = grace.page(WALL).form_to("/background")

    answer = grace.post(form.action, {**form.fields, "do": "delete"}, follow_redirects=True)

    assert "The picture is deleted." in answer.text
    assert count_rows(engine, WallPicture) == 0
    assert shown(stranger.page(WALL)) == "blank"
    refused = put_back(grace, 4)
    assert (refused.status_code, "Choose its file again." in refused.text) == (422, True)


def test_a_wall_with_another_background_is_fetched_anew(grace, stranger, engine):
    make_question(engine)
    wall = stranger.page(WALL).element("wall")
    known = f"since={wall.get('data-revision')}&arranged={wall.get('data-arranged')}"

    choose(grace, "dots")

    assert shown_in(stranger.get(f"{WALL}/notes?{known}").text) == "dots"


def shown_in(html: str) -> str:
    return re.search(r'data-background="(\w+)"', html)[1]


def test_no_connection_is_held_while_a_picture_is_drawn_anew(grace, monkeypatch):
    held = []

    def redraw(data: bytes) -> pictures.Picture:
        held.append(db.session().in_transaction())
        return pictures.Picture(data, 60, 40)

    monkeypatch.setattr(pictures, "redraw", redraw)
    assert "The background is changed." in choose(grace, "picture", photograph()).text

    assert held == [False]


def test_who_waits_too_long_for_a_turn_is_told_when_to_come_back(grace, stranger, monkeypatch):
    monkeypatch.setattr(pictures, "WAIT", 0.01)
    monkeypatch.setattr(pictures, "_turns", threading.BoundedSemaphore(1))
    with pictures._turns:
        answer = choose(grace, "picture", photograph())

    assert "Other pictures are being drawn just now. Send yours again in a minute." in answer.text
    assert shown(stranger.page(WALL)) == "blank"
    assert "The background is changed." in choose(grace, "picture", photograph()).text
