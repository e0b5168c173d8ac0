"""What a token lets a program read, for how long, and what becomes of wrong ones."""

import pytest

from companion.moderation import tokens
from companion.store.engine import db
from companion.store.models import ApiToken, Role, Status
from tests.support.api import BOARD, TALK, numbers, problem
from tests.support.factories import count_rows, make_question, note_merged
from tests.support.queries import counted_queries
from tests.support.sign_in import signed_in


def test_a_token_reads_what_organisers_export(engine, read, make_token):
    shown = make_question(engine)
    waiting = make_question(engine, "Is it me?", status=Status.WAITING)
    merged, unseen = (make_question(engine, status=Status.MERGED) for _ in range(2))
    note_merged(engine, merged, Status.OPEN)
    note_merged(engine, unseen, Status.WAITING)
    token = make_token()

    assert numbers(read(BOARD, token)) == [shown, merged]
    assert numbers(read(f"{BOARD}?declined=1", token)) == [shown, waiting, merged, unseen]
    assert read(f"{TALK}/questions/{waiting}", token).status_code == 404
    one = read(f"{TALK}/questions/{waiting}?declined=1", token)
    assert one.json["question"]["text"] == "Is it me?"
    counts = read(f"{BOARD}?declined=1", token).json["counts"]
    assert (counts["waiting"], counts["merged"]) == (1, 2)
    assert read(BOARD, token).json["counts"] == counts


def test_what_was_never_public_takes_a_token(engine, read):
    make_question(engine, "Is it me?", status=Status.WAITING)

    answer = read(f"{BOARD}?declined=1")

    assert "Authorization: Bearer" in problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_cookie_is_no_token(app, engine):
    make_question(engine, status=Status.WAITING)

    answer = signed_in(app, Role.ORGANISER).get(f"{BOARD}?declined=1")

    problem(answer, 401)


@pytest.mark.parametrize("bad", ["", "x", "companion_x", "é" * 10, "x" * 5_000])
def test_a_wrong_token_is_refused_even_where_none_is_needed(read, bad):
    answer = read(BOARD, Authorization=f"Bearer {bad}")

    problem(answer, 401)
    assert "error=invalid_token" in answer.headers["WWW-Authenticate"]


def test_what_a_proxy_asks_for_is_not_meant_for_us(engine, read):
    make_question(engine)

    assert len(numbers(read(BOARD, Authorization="Basic Ym9iOmJlZXM="))) == 1


def test_a_token_ends(app, read, make_token, clock):
    short, revoked = make_token("for a day", days=1), make_token("for good")
    assert read(BOARD, short).status_code == read(BOARD, revoked).status_code == 200

    app.extensions["writer"](lambda change: tokens.revoke(change, "for good"))
    problem(read(BOARD, revoked), 401)
    clock.set_to(24 * 60 + 20)
    problem(read(BOARD, short), 401)


def test_whoever_guesses_is_slowed_down_and_nobody_else(read, make_token):
    token = make_token()
    for _ in range(30):
        problem(read(BOARD, "companion_guess"), 401)

    answer = read(BOARD, "companion_guess")

    assert "Too many wrong tokens" in problem(answer, 429)
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert read(BOARD, token).status_code == read(BOARD).status_code == 200


def test_guesses_from_one_network_are_counted_together(app, make_token):
    client, headers = app.test_client(), {"Authorization": "Bearer companion_guess"}

    def ask(address: str) -> int:
        return client.get(
            BOARD,
            base_url="http://localhost:8000",
            headers=headers,
            environ_base={"REMOTE_ADDR": address},
        ).status_code

    assert [ask(f"2001:db8::{number:x}") for number in range(31)] == [401] * 30 + [429]
    assert ask("2001:db8:1::1") == 401


def test_of_a_tokens_use_only_the_day_is_kept(engine, read, make_token, clock):
    token = make_token()
    used = []
    for minutes in (20, 25, 24 * 60):
        clock.set_to(minutes)
        with counted_queries() as statements:
            read(BOARD, token)
        used.append(sum("UPDATE" in statement for statement in statements))

    assert used == [1, 0, 1]
    with engine.connect() as connection:
        [row] = connection.execute(ApiToken.__table__.select()).all()
    assert row.used_at.isoformat() == "2026-03-06T00:00:00+00:00"
    assert token not in str(row)


def test_what_has_expired_is_forgotten(app, engine, make_token, clock):
    make_token("for a day", days=1)
    make_token("for good")
    clock.set_to(48 * 60)

    with app.app_context():
        app.extensions["retention"].purge(db.session())

    assert count_rows(engine, ApiToken) == 1
