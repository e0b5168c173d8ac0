"""What is the same for everybody is rendered once; nobody sees a difference, or anybody's own."""

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import permutations, product

import brotli
import pytest
import sqlalchemy as sa
from flask import make_response, template_rendered
from sqlalchemy.orm import Session

from companion.board import queries
from companion.board.service import BoardService
from companion.board.visitors import pseudonym
from companion.store.models import Admission, Mute, Question, Role, Status, Talk
from companion.web import for_everybody, gaps, listing, talk_page
from companion.web.form_state import empty_form
from companion.web.replies import epoch_ms
from tests.support.clock import DURING
from tests.support.factories import make_question, make_questions, talk_row
from tests.support.pages import SPACE, Browser
from tests.support.queries import counted_queries
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

TALK, BOARD = "/talks/talk", "/talks/talk/board"
ADDRESSES = (TALK, f"{TALK}?sort=recent", BOARD)
MINUTES = (-60, -5, 20, 50, 61)  # of every phase
RULES = (
    {},
    {"approve_first": True},
    {"requires_code": True},
    {"slow_until": DURING + timedelta(hours=9)},
    {"requires_name": True, "board": "votes"},
)
PLAIN_RULES = {
    **{"approve_first": None, "requires_code": False, "slow_until": None},
    **{"board": "", "requires_name": False},
}
KEY = re.compile(r'(?<=name="key" value=")[0-9a-f-]{36}(?=")')
READ = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Have every page rendered for whoever asks, from what the database says to them."""

    def board(self, session, talk, visitor, selection):
        return queries.board(session, talk, visitor, selection)

    def render_anew(kind, talk, board, render, *_also, own=()):
        return make_response(render(board, empty_form(), **for_everybody.context_of(own)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BoardService, "board", board)
        patch.setattr(talk_page, "for_everybody", render_anew)
        yield


@contextmanager
def rendered() -> Iterator[list[str]]:
    """Give a list that fills with the templates of whole pages and boards that are rendered."""
    names: list[str] = []

    def note(_app, template, **_more) -> None:
        names.append(template.name)

    with template_rendered.connected_to(note):
        yield names


def seen(browser: Browser, address: str, coding: str = "identity") -> str:
    """Return what somebody is shown, but for the form's key."""
    answer = browser.get(address, headers={"Accept-Encoding": coding})
    assert answer.status_code == 200
    return KEY.sub("…", READ[answer.headers.get("Content-Encoding")](answer.data).decode())


def hold(engine, **rules) -> None:
    with engine.begin() as connection:
        connection.execute(sa.update(Talk).values(**PLAIN_RULES | rules))


def newcomer(app) -> Browser:
    return Browser(app, known=False)


@pytest.fixture
def people(app, ada, bob, eve) -> list[Browser]:
    """Return who has asked, who has voted, who only looked, and who runs the talk or all."""
    crew = (signed_in(app, role, name="Grace") for role in (Role.MODERATOR, Role.ORGANISER))
    return [ada, bob, eve, *crew]


@pytest.fixture
def board(engine, ada, bob, request) -> None:
    """Fill the board: Bob votes for every third, Ada asks one of each kind, and one is merged."""
    for number in range(request.param):
        voters, detail = (bob.id,) if number % 3 == 0 else (), "`code`" if number % 2 else ""
        make_question(engine, voters=voters, detail=detail, votes=number % 5)
    for status in Status if request.param else ():
        last = make_question(engine, f"Ada's own, {status}?", author=ada.id, status=status)
    if request.param:
        with Session(engine) as session, session.begin():
            session.get_one(Question, last).merged_into = 1


FULL = pytest.mark.parametrize("board", [40], indirect=True)


@pytest.mark.slow
@pytest.mark.parametrize("board", [0, 1, 40], indirect=True)
@pytest.mark.usefixtures("board")
def test_what_is_kept_is_what_would_be_rendered(app, engine, clock, people):
    for minutes, rules in zip(MINUTES * 2, RULES + RULES[2:] + RULES[:2], strict=True):
        clock.set_to(minutes)
        hold(engine, **rules)
        for browser, address in product([*people, None], ADDRESSES):
            kept = seen(browser or newcomer(app), address)
            with nothing_kept():
                anew = seen(browser or newcomer(app), address)
            assert kept == anew, (minutes, rules, address)


@FULL
@pytest.mark.usefixtures("board")
def test_whoever_has_answered_a_poll_sees_their_answer(app, ada, bob, eve, people):
    grace, made = people[3], {"ask": "Do bees dance?", "options": "Yes\nNo", "reveal": "voting"}
    assert grace.post_part("/talks/talk/desk/polls/new", made | {"open": "1"}).status_code == 200
    for browser in (ada, bob):
        poll, option = re.search(
            r'polls/(\d+)".*?name="option" value="(\d+)"', seen(bob, TALK), re.S
        ).groups()
        assert browser.post_part(f"/talks/talk/polls/{poll}", {"option": option}).status_code == 200

    for browser, address in product([ada, bob, eve, newcomer(app)], (TALK, f"{TALK}/board")):
        kept = seen(browser, address)
        with nothing_kept():
            assert seen(browser, address) == kept
        assert ("2 of 2" in kept) is (browser in (ada, bob))


@FULL
@pytest.mark.usefixtures("board")
def test_somebody_who_was_muted_or_has_given_the_code_sees_it(app, engine, bob, eve):
    hold(engine, requires_code=True)
    row = talk_row(engine)
    for table, browser in ((Mute, eve), (Admission, bob)):
        with Session(engine) as session, session.begin():
            session.add(table(talk_id=row.id, author=pseudonym(row.key, browser.id), at=DURING))

    for browser in (eve, bob, newcomer(app)):
        kept = seen(browser, TALK)
        with nothing_kept():
            assert kept == seen(browser, TALK)
    assert [browser.page(TALK).has("code") for browser in (eve, bob)] == [True, False]


@FULL
@pytest.mark.usefixtures("board")
@pytest.mark.parametrize("address", [TALK, BOARD])
def test_whoever_comes_second_costs_one_query_and_nothing_is_rendered(app, address):
    seen(newcomer(app), address)

    with counted_queries() as asked, rendered() as templates:
        seen(newcomer(app), address)

    assert (len(asked), templates) == (1, [])


@FULL
@pytest.mark.usefixtures("board")
@pytest.mark.parametrize("address", [TALK, BOARD])
def test_whoever_has_done_nothing_here_costs_one_more(app, eve, address):
    seen(newcomer(app), address)

    with counted_queries() as asked, rendered() as templates:
        seen(eve, address)

    assert (len(asked), templates) == (2, [])


@FULL
@pytest.mark.usefixtures("board")
def test_a_vote_of_ones_own_takes_no_look_at_the_questions(app, bob):
    seen(newcomer(app), BOARD)

    with counted_queries() as asked, rendered() as templates:
        page = bob.part(BOARD)

    pressed = [one for one in page.elements("button") if one.get("aria-pressed") == "true"]
    assert (len(asked), templates, len(pressed)) == (2, [], 14)


def test_the_talk_that_is_over_is_counted_once(app, engine, clock):
    make_questions(engine, 3, status=Status.ANSWERED)
    clock.set_to(MINUTES[-1])
    first = seen(newcomer(app), TALK)

    with counted_queries() as asked:
        assert seen(newcomer(app), TALK) == first

    assert len(asked) == 1
    assert "3 asked" in SPACE.sub(" ", first)


def test_nobody_is_shown_what_is_somebody_elses(app, engine, ada, bob, eve):
    public = make_question(engine, "Do bees sleep?", voters=(bob.id,))
    for browser, name in ((ada, "Ada Lovelace"), (bob, "Bob Builder")):
        make_question(
            engine, f"A secret of {name}?", author=browser.id, name=name, status=Status.WAITING
        )

    for first, second in permutations((ada, bob, eve, newcomer(app)), 2):
        seen(first, TALK), seen(first, BOARD)
        for address in (TALK, BOARD):
            shown = seen(second, address)
            assert ("Ada Lovelace" in shown) == (second is ada)
            assert ("Bob Builder" in shown) == (second is bob)
            assert (shown.count('aria-pressed="true"') == 1) == (second is bob)
            assert f"question-{public}-vote" in shown


def test_everybody_has_a_cookie_and_a_form_of_their_own(app):
    answers = [newcomer(app).get(TALK) for _ in range(4)]

    assert len({answer.headers["Set-Cookie"] for answer in answers}) == 4
    assert len({KEY.search(answer.text)[0] for answer in answers}) == 4


def test_the_clock_in_the_page_is_that_of_the_moment(app, clock):
    for seconds in (0, 1, 59):
        clock.now = DURING + timedelta(seconds=seconds)
        assert f'data-now="{epoch_ms(clock.now)}"' in newcomer(app).get(TALK).text


def test_a_change_is_seen_at_once(app, engine, clock, people):
    grace = people[-1]
    before = seen(newcomer(app), TALK)

    def changes() -> Iterator[str]:
        yield make_question(engine, "Do wasps dance?") and "Do wasps dance?"
        people[1].post(f"{TALK}/questions/1/vote", {"wanted": "1"})
        yield 'data-votes="1"'
        grace.post(f"{TALK}/desk/switches", {"requires_code": "1"})
        yield "The code on the screen"
        grace.post(f"{TALK}/desk/switches", {"board": "votes"})
        yield "Voting only"
        clock.set_to(61)
        yield 'data-phase="over"'

    for words in changes():
        assert words not in before
        before = seen(newcomer(app), TALK)
        assert words in before


@pytest.mark.parametrize("address", [TALK, "/", "/?year=2026"])
def test_who_reads_another_language_drives_nothing_out_of_memory(make_app, monkeypatch, address):
    monkeypatch.setattr(for_everybody, "MOST", 1)
    monkeypatch.setattr(listing, "WHOLE", 1)
    monkeypatch.setattr(listing, "KEPT", 1)
    app = make_app()

    def look(language: str) -> None:
        headers = {"Accept-Language": language}
        assert f'lang="{language}"' in newcomer(app).get(address, headers=headers).text

    languages = list(app.config["LANGUAGES"])
    for language in languages:
        look(language)
    with rendered() as templates:
        for language in languages:
            look(language)

    assert len(languages) > 1
    assert {"pages/talk.html", "pages/_listing.html"}.isdisjoint(templates)


def test_a_changed_file_is_seen_at_once(app, folder):
    before = seen(newcomer(app), TALK)
    write_talk(folder, body="It is about wasps now.")
    app.extensions["boards"].programme.refresh()

    assert "It is about wasps now." not in before
    assert "It is about wasps now." in seen(newcomer(app), TALK)


def test_what_was_changed_by_hand_is_seen_within_a_minute(app, engine, clock):
    question = make_question(engine, "Do bees sleep?")
    seen(newcomer(app), TALK)
    with engine.begin() as connection:
        connection.execute(sa.update(Question).filter_by(id=question).values(text="Do they rest?"))
    clock.now += timedelta(minutes=1)

    assert "Do they rest?" in seen(newcomer(app), TALK)


@FULL
@pytest.mark.usefixtures("board")
@pytest.mark.parametrize("address", [TALK, BOARD])
def test_however_it_is_compressed_it_is_the_same(app, address):
    plain = newcomer(app).get(address, headers={"Accept-Encoding": "identity"})
    for accepted, coding in (("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0.1, gzip", "gzip")):
        answer = newcomer(app).get(address, headers={"Accept-Encoding": accepted})
        assert answer.headers["Content-Encoding"] == coding
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert answer.headers["Vary"] == plain.headers["Vary"]
        assert seen(newcomer(app), address, accepted) == KEY.sub("…", plain.text)


def test_asking_for_the_head_alone_is_answered_as_the_whole(app):
    whole = newcomer(app).get(TALK, headers={"Accept-Encoding": "br"})

    head = newcomer(app).client.head(TALK, headers={"Accept-Encoding": "br"})

    assert (head.status_code, head.data) == (200, b"")
    assert set(head.headers.keys()) == set(whole.headers.keys())


def test_where_nothing_can_be_left_out_of_what_is_compressed_all_of_it_is(app, monkeypatch):
    monkeypatch.setattr(gaps.Gapped, "compressed", lambda *_: None)

    answer = newcomer(app).get(TALK, headers={"Accept-Encoding": "br"})

    assert answer.headers["Content-Encoding"] == "br"
    assert "A talk about bees" in brotli.decompress(answer.data).decode()
