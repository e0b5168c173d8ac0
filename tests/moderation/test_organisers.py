"""What is forgotten of organisers, and when; what two do at once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from time import sleep

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.errors import Refused
from companion.moderation import organiser_sign_ins, organisers, sign_ins
from companion.moderation.browsers import Browser
from companion.moderation.role_links import LinkSigner
from companion.store.accounts import Organiser, OrganiserLink, OrganiserSignIn, SpentChallenge
from companion.store.engine import prepare
from companion.store.models import SignIn
from companion.store.writer import Change
from tests.support.clock import STARTS
from tests.support.databases import POSTGRESQL, on_both_databases
from tests.support.factories import count_rows
from tests.support.organisers import add_passkey, asked_of, enter_by, first_organiser, invited
from tests.support.pages import Browser as Visitor

MONTH = timedelta(days=30)


def purge(app) -> None:
    with app.app_context():
        from companion.store.engine import db

        app.extensions["retention"].purge(db.session())


def test_ended_sign_ins_and_challenges_go_and_accounts_stay(app, clock, engine):
    olga = first_organiser(app)
    device, browser = add_passkey(olga), Visitor(app)
    browser.post("/organise/sign-in/passkey", {"answer": device.use(asked_of(browser))})
    assert (count_rows(engine, OrganiserSignIn), count_rows(engine, SpentChallenge)) == (2, 2)

    clock.now += timedelta(days=1)
    purge(app)

    left = [count_rows(engine, table) for table in (SignIn, SpentChallenge, Organiser)]
    assert left == [0, 0, 1]
    with engine.connect() as connection:
        kept = connection.execute(sa.select(OrganiserSignIn.sign_in, OrganiserSignIn.unconfirmed))
        assert kept.all() == [(None, False), (None, True)]  # of one nobody has said anything yet
    clock.now += MONTH
    purge(app)
    assert count_rows(engine, OrganiserSignIn) == 0


def test_who_was_invited_and_never_came_is_forgotten_and_who_came_is_not(app, clock, engine):
    accounts = app.extensions["accounts"]
    accounts.invite_by_server("Never")
    invited(app, "Ivan")
    accounts.reset("Ivan")

    clock.now += timedelta(days=7) + MONTH
    purge(app)
    assert count_rows(engine, Organiser) == 2
    clock.now += timedelta(seconds=1)
    purge(app)

    with engine.connect() as connection:
        assert connection.scalars(sa.select(Organiser.name)).all() == ["Ivan"]
    assert count_rows(engine, OrganiserLink) == 0


@on_both_databases
def test_what_hangs_on_an_account_goes_with_it_and_the_sign_in_leaves_its_record(engine):
    with Session(engine) as session:
        olga = organisers.make(session, "Olga", STARTS)
        organisers.invite(session, "Ivan", "Olga", STARTS)
        for name in ("a", "b"):
            session.add(SignIn(token_hash=name * 64, name="Olga", seen_at=STARTS))
            session.flush()
            organiser_sign_ins.begin(
                session, olga, name * 64, Browser("Firefox"), known=False, now=STARTS
            )
        session.commit()
        session.execute(sa.delete(SignIn).filter_by(token_hash="b" * 64))
        found = session.execute(
            sa.select(OrganiserSignIn.sign_in, OrganiserSignIn.unconfirmed).order_by("id")
        )
        assert found.all() == [("a" * 64, False), (None, True)]

        assert organisers.remove(session, "olga") == "Olga"
        session.commit()
        assert session.scalars(sa.select(Organiser.name)).all() == ["Ivan"]
    assert [count_rows(engine, table) for table in (SignIn, OrganiserSignIn)] == [0, 0]


@on_both_databases
def test_a_list_says_of_each_how_they_come_in(engine):
    with Session(engine) as session:
        organisers.make(session, "olga", STARTS)
        organisers.invite(session, "Ada", "", STARTS)

        ada, olga = organisers.listed(session)

    assert (ada.name, ada.has_come, ada.link_ends_at) == ("Ada", False, STARTS + timedelta(days=7))
    assert (olga.has_password, olga.passkeys, olga.sign_ins, olga.link_ends_at) == (
        False,
        0,
        0,
        None,
    )


def test_a_name_is_found_however_it_is_typed(engine):
    with Session(engine) as session:
        organisers.make(session, "Zoë Straße", STARTS)

        for typed in ("zoe\u0308 STRASSE", "  Zoë   Straße ", "ＺＯË straße"):
            assert organisers.named(session, typed) is not None
            with pytest.raises(Refused, match="already"):
                organisers.make(session, typed, STARTS)


def until_one_waits(engine) -> None:
    """Return once the database has one wait for what another has locked."""
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with engine.connect() as connection:
        for _ in range(500):
            if connection.scalar(waiting):
                return
            sleep(0.01)
    raise AssertionError("nothing waits")


@pytest.mark.parametrize("database_url", [POSTGRESQL], indirect=True)
@pytest.mark.parametrize("of", ["organiser", "server"])
def test_of_two_who_use_a_link_at_once_one_comes_in(database_url, engine, writer, of):
    def link(change):
        if of == "server":
            return sign_ins.invite(change, STARTS)
        return organisers.invite(change.session, "Ivan", "", STARTS)

    token, keys = writer(link), LinkSigner("a secret of the tests")

    def use(session):
        with suppress(Refused):
            sign_ins.enter(Change(session), keys, (), token, "", Browser("Firefox"), STARTS)
            session.commit()
            return True
        return False

    workers = sa.create_engine(database_url)
    prepare(workers, writing=True)
    with Session(workers) as first, Session(workers) as second, ThreadPoolExecutor(1) as other:
        sign_ins.enter(Change(first), keys, (), token, "", Browser("Firefox"), STARTS)
        late = other.submit(use, second)
        until_one_waits(engine)
        first.commit()
        assert late.result() is False
    workers.dispose()


def test_a_reset_leaves_nothing_that_lets_anybody_in_but_the_link(app, engine):
    olga = first_organiser(app)
    device, before = add_passkey(olga), Visitor(app)

    link = app.extensions["accounts"].reset("Olga")

    assert olga.get("/organise").status_code == 403
    answer = before.post("/organise/sign-in/passkey", {"answer": device.use(asked_of(before))})
    assert answer.status_code == 422
    assert enter_by(Visitor(app), link).get("/organise").status_code == 200
    with engine.connect() as connection:
        assert connection.scalars(sa.select(OrganiserSignIn.unconfirmed)).all()[-1] is False
