"""A rehearsal ends, and all of it goes."""

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from companion.board import rehearsals as known
from companion.errors import NoBoardError
from companion.moderation import rehearsals as service
from companion.store.engine import db
from companion.store.models import Action, Rehearsal, Role, RoleGrant, SignIn, Talk
from tests.support.clock import DURING
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows, make_question
from tests.support.pages import Browser, read_page
from tests.support.rehearsals import HERE, SAID, ask, begin, end, rows
from tests.support.sign_in import enter, signed_in

pytestmark = pytest.mark.slow
OVER = "This rehearsal is over, and nothing of it is left."


def sweep(app) -> None:
    with app.app_context():
        app.extensions["rehearsals"].sweep(db.session())


def use_up(app, olga, slug: str) -> None:
    """Have every kind of row be made on a rehearsal's board."""
    ada, bob = Browser(app), Browser(app)
    grace = signed_in(app, Role.MODERATOR, slug, "Grace")
    signed_in(app, Role.SPEAKER, slug)
    ask(ada, slug)
    questions = re.findall(r'id="question-(\d+)"', ada.get(f"/talks/{slug}").text)
    for question in questions:
        bob.post(f"/talks/{slug}/questions/{question}/vote", {"wanted": "1"})
    desk = f"/talks/{slug}/desk"
    grace.post(f"{desk}/questions", {"do": "next", "ids": questions[0]})
    grace.post(f"{desk}/questions", {"do": "decline", "ids": questions[1]})
    grace.post(f"{desk}/questions/{questions[3]}/merge", {"into": questions[2]})
    grace.post(f"{desk}/mute", {"question": questions[-1], "wanted": "1"})
    grace.post(f"/talks/{slug}/wall/clusters", {"title": "Bees", "note": questions[2]})
    grace.post(f"{desk}/switches", {"requires_code": "1"})
    olga.post(f"/talks/{slug}/organise/links", {"role": "speaker"})
    app.extensions["boards"].note_here("worker", {slug: 3})


def tables_with(rows_now, before) -> set[str]:
    return {name for name, found in rows_now.items() if found != before[name]}


@on_both_databases
def test_ended_by_its_button_it_has_left_no_row(app, engine, olga):
    make_question(engine, "How do bees find home?")
    before = rows(engine)
    slug = begin(olga)
    use_up(app, olga, slug)
    made = {"talk", "rehearsal", "question", "vote", "action", "mute", "presence"}
    walls = {"wall", "wall_cluster", "wall_place", "wall_change"}
    assert tables_with(rows(engine), before) >= {
        *made,
        *walls,
        "role_link",
        "role_grant",
        "sign_in",
    }

    answer = end(olga, slug)

    assert rows(engine) == before
    assert "The rehearsal is over. Nothing of it is left." in olga.follow(answer).text("rehearsal")


@on_both_databases
def test_it_ends_by_itself_and_is_over_even_before_it_is_deleted(app, engine, olga, clock):
    before = rows(engine)
    slug = begin(olga)
    clock.now = DURING + service.LASTS - timedelta(seconds=1)
    sweep(app)
    assert olga.get(f"/talks/{slug}").status_code == 200

    clock.now = DURING + service.LASTS

    assert OVER in read_page(olga.get(f"/talks/{slug}"), 410).text("main")
    assert olga.get(f"/talks/{slug}/moderate").status_code == 410
    sweep(app)
    del before["sign_in"], (now := rows(engine))["sign_in"]  # she was seen meanwhile
    assert now == before


def test_whoever_is_told_to_look_again_is_told_that_it_is_over(olga, rehearsal, ada):
    end(olga, rehearsal)

    part = ada.get(f"/talks/{rehearsal}/board", headers={"HX-Request": "true"})

    assert part.status_code == 410
    assert OVER in part.text


def test_another_worker_and_a_restart_know_of_it_and_of_its_end(
    make_app, olga, rehearsal, monkeypatch
):
    other = make_app()
    ask(Browser(other), rehearsal)
    assert SAID in olga.page(f"/talks/{rehearsal}").html

    monkeypatch.setattr(known, "KNOWN_SECONDS", 0)
    end(olga, rehearsal)

    assert Browser(other).get(f"/talks/{rehearsal}").status_code == 410
    assert Browser(make_app()).get(f"/talks/{rehearsal}").status_code == 410


def test_what_ran_out_while_nobody_served_is_gone_after_the_start(
    make_app, engine, olga, rehearsal, clock
):
    clock.now = DURING + timedelta(days=1)
    app = make_app()

    assert Browser(app).get(f"/talks/{rehearsal}").status_code == 410
    sweep(app)
    assert count_rows(engine, Talk) == count_rows(engine, Rehearsal) == 0


@on_both_databases
def test_whoever_writes_as_it_ends_brings_nothing_of_it_back(app, engine, olga, ada):
    slug = begin(olga)
    boards, moderation = app.extensions["boards"], app.extensions["moderation"]
    page = boards.programme.find(slug)
    end(olga, slug)

    with pytest.raises(NoBoardError):
        moderation.settle(page)
    with pytest.raises(NoBoardError):
        app.extensions["writer"](lambda change: boards.loader(page).lock(change.session))

    assert count_rows(engine, Talk) == 0
    assert ada.post(f"/talks/{slug}/questions", {"text": SAID}).status_code == 410


def test_presence_is_counted_elsewhere_though_one_ends_meanwhile(app, engine, olga, monkeypatch):
    slug = begin(olga)
    boards = app.extensions["boards"]
    page = boards.programme.find(slug)
    end(olga, slug)
    monkeypatch.setattr(boards.programme.rehearsals, "find", lambda _slug: page)

    boards.note_here("worker", {slug: 3, "talk": 2})

    assert len(rows(engine)["presence"]) == 1


@on_both_databases
def test_whoever_comes_in_as_it_ends_is_out_and_others_stay(app, engine, olga, clock):
    grace = signed_in(app, Role.MODERATOR, name="Grace")
    slug = begin(olga)
    enter(grace, Role.SPEAKER, slug)
    before = rows(engine)
    end(olga, slug)
    late = SignIn(token_hash="late", name="", seen_at=clock())
    grant = {"talk": slug, "role": Role.SPEAKER, "generation": 0, "began_at": clock()}
    with Session(engine) as session, session.begin():
        session.add(late)
        session.flush()
        session.add(RoleGrant(sign_in="late", **grant))

    sweep(app)

    assert slug not in repr(rows(engine))
    assert rows(engine)["sign_in"] == before["sign_in"]
    assert grace.get("/talks/talk/moderate").status_code == 200


def test_nothing_is_written_while_nothing_is_over(app, rehearsal, monkeypatch):
    def fail(work):
        raise AssertionError

    monkeypatch.setattr(app.extensions["rehearsals"], "_write", fail)

    sweep(app)


@on_both_databases
def test_of_two_workers_that_begin_at_once_one_does(app, engine, olga, monkeypatch):
    slug, look, looks = begin(olga), service.find, []

    def look_too_early(*where):
        looks.append(where)
        return look(*where) if len(looks) > 1 else None

    monkeypatch.setattr(service, "find", look_too_early)

    assert begin(olga) == slug
    assert len(looks) == 2
    assert count_rows(engine, Talk) == count_rows(engine, Rehearsal) == 1


def test_one_begun_at_the_moment_at_which_another_ends_is_that_one(olga, clock, monkeypatch):
    slug, look = begin(olga), service.over
    clock.now = DURING + service.LASTS - timedelta(seconds=1)

    def look_slowly(*where):
        found = look(*where)
        clock.now += timedelta(seconds=2)
        return found

    monkeypatch.setattr(service, "over", look_slowly)

    assert begin(olga) == slug
    assert begin(olga) != slug


@on_both_databases
def test_it_is_tried_twice_alone_while_others_are_quicker(app, engine, olga, monkeypatch):
    slug, looks = begin(olga), []
    monkeypatch.setattr(service, "find", lambda *where: looks.append(where))

    answer = olga.post(f"{HERE}/rehearsal", {"minutes": "0", "samples": "1"})

    assert answer.status_code == 503
    assert len(looks) == service.ATTEMPTS + 1  # the page that says so looks as well
    assert [row[1] for row in rows(engine)["talk"]] == [slug]


def test_the_talks_own_board_is_as_it_was(app, engine, olga, rehearsal):
    """Nobody had written on it: it has no row, and no line in its log."""
    use_up(app, olga, rehearsal)

    assert [slug for _, slug, *_ in rows(engine)["talk"]] == [rehearsal]
    end(olga, rehearsal)
    assert count_rows(engine, Action) == 0


def test_one_whose_talk_is_taken_off_the_programme_is_over(make_app, folder):
    app = make_app()
    olga = signed_in(app, Role.ORGANISER)
    slug = begin(olga)

    (folder / "talk.md").unlink()
    app.extensions["boards"].programme.refresh()

    assert olga.get(f"/talks/{slug}").status_code == 410
