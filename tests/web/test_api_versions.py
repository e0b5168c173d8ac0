"""What a program has already is not sent again; whatever changes is another version."""

import pytest

from tests.support.api import API, BOARD, TALK, following, numbers, pages
from tests.support.factories import make_question, make_questions
from tests.support.queries import counted_queries
from tests.support.talks import write_talk

LATER = 90


@pytest.mark.parametrize(
    "address", [f"{API}/programme", TALK, BOARD, f"{TALK}/questions/1", f"{API}/openapi.json"]
)
def test_what_one_has_already_is_not_sent_again(engine, read, clock, address):
    make_question(engine)
    first = read(address)
    clock.set_to(21)

    again = read(address, If_None_Match=first.headers["ETag"])

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert read(address, If_None_Match='W/"of another time"').status_code == 200


def test_what_one_has_is_looked_up_without_reading_the_board(engine, read):
    make_question(engine)
    known = read(BOARD).headers["ETag"]

    with counted_queries() as statements:
        answer = read(BOARD, If_None_Match=known)

    assert (answer.status_code, len(statements)) == (304, 1)


def test_whatever_changes_is_another_version(app, engine, read, ada, clock, folder, make_token):
    number = make_question(engine)
    seen = [read(BOARD).headers["ETag"]]

    def look() -> None:
        answer = read(BOARD, If_None_Match=seen[-1])
        assert answer.status_code == 200
        seen.append(answer.headers["ETag"])

    ada.post_part(f"/talks/talk/questions/{number}/vote", {"wanted": "1"})
    look()
    clock.set_to(50)
    look()
    write_talk(folder, title="A talk about wasps")
    app.extensions["boards"].programme.refresh()
    look()
    assert len(set(seen)) == len(seen)
    assert read(BOARD, make_token(), If_None_Match=seen[-1]).status_code == 200


@pytest.mark.parametrize(
    "more",
    ["endpoint=x", "_method=POST", "_external=1", "_anchor=x", "_scheme=ftp", "slug=b", "values=1"],
)
def test_what_else_an_address_says_changes_nothing(engine, read, make_token, more):
    made = make_questions(engine, 3)

    asked = f"{BOARD}?limit=2&declined=1&{more}"
    first, last = pages(read, asked, token=make_token())

    assert (numbers(first), numbers(last)) == (made[:2], made[2:])
    assert following(first) == f"{BOARD}?limit=2&declined=1&after={made[1]}"


def test_what_is_said_of_a_talk_in_its_page_is_another_version(app, engine, read, folder):
    make_question(engine)
    seen = []
    for more in (
        "",
        "location: Room 1\n",
        "zone: Europe/Berlin\n",
        "recording: https://youtu.be/dQw4w9WgXcQ\n",
    ):
        write_talk(folder, extra=more)
        app.extensions["boards"].programme.refresh()
        seen.append(tuple(read(address).headers["ETag"] for address in (TALK, BOARD)))

    assert len({tag for pair in seen for tag in pair}) == 2 * len(seen)


@pytest.mark.parametrize("address", ["/programme.ics", "/feed.xml"])
def test_calendars_and_feed_readers_are_sent_nothing_twice(app, folder, clock, stranger, address):
    first = stranger.get(address)
    clock.set_to(LATER)

    again = stranger.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")

    write_talk(folder, "wasps")
    app.extensions["boards"].programme.refresh()
    changed = stranger.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, b"wasps" in changed.data) == (200, True)
