"""Who has come in by which talk's links, and for how long that is known."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from companion.errors import Refused
from companion.moderation import role_links
from companion.moderation.browsers import Browser
from companion.moderation.crew import crew
from companion.moderation.role_links import LinkSigner, link_to
from companion.moderation.sign_ins import ABSOLUTE, enter, leave, opened_by, set_name
from companion.store.models import Role
from tests.support.clock import DURING
from tests.support.databases import on_both_databases

pytestmark = on_both_databases
LATER = timedelta(hours=40)
KEYS = LinkSigner("a secret of the tests")
SLUGS = ("talk", "other")


@pytest.fixture
def come(writer, engine):
    """Return what has somebody come in by a role's link; it returns their cookie."""

    def by(role, talk="talk", name="", cookie="", at=DURING):
        with Session(engine) as session:
            token = KEYS.token(link_to(session, talk, role))

        def work(change):
            found = enter(change, KEYS, SLUGS, token, cookie, Browser("Firefox"), at)
            set_name(change, found.cookie, name)
            return found.cookie

        return writer(work)

    return by


def here(engine, now=DURING) -> dict[str, list[tuple[str, str]]]:
    with Session(engine) as session:
        found = crew(session, now)
    return {
        talk: [(one.name, one.role.value) for one in members] for talk, members in found.items()
    }


def test_each_talk_has_its_own_and_all_have_the_organisers(come, engine):
    come(Role.SPEAKER, name="Hal")
    come(Role.MODERATOR, at=DURING + timedelta(minutes=1))
    come(Role.MODERATOR, "other", name="Eve")
    come(Role.ORGANISER, "", name="Olga")

    assert here(engine) == {
        "talk": [("", "moderator"), ("Hal", "speaker")],
        "other": [("Eve", "moderator")],
        "": [("Olga", "organiser")],
    }


def test_who_leaves_or_has_an_old_link_is_not_here(come, engine, writer):
    grace, _hal = come(Role.MODERATOR), come(Role.SPEAKER)

    writer(lambda change: leave(change, grace))
    writer(lambda change: role_links.rotate(change, "talk", Role.SPEAKER))

    assert here(engine) == {}


def test_nobody_is_known_for_longer_than_a_sign_in_lasts(come, engine):
    come(Role.MODERATOR)

    assert here(engine, DURING + ABSOLUTE - timedelta(seconds=1)) == {"talk": [("", "moderator")]}
    assert here(engine, DURING + ABSOLUTE) == {}


def opened(engine) -> dict[str, dict[str, timedelta]]:
    """Return how long after `DURING` each link was first opened."""
    with Session(engine) as session:
        found = role_links.opened(session)
    return {
        talk: {role.value: at - DURING for role, at in links.items()}
        for talk, links in found.items()
    }


def test_it_is_known_for_good_when_a_link_was_first_opened(come, engine):
    assert opened(engine) == {}

    come(Role.MODERATOR, at=DURING)
    come(Role.MODERATOR, at=DURING + LATER)
    come(Role.SPEAKER, "other", at=DURING + LATER)

    assert opened(engine) == {
        "talk": {"moderator": timedelta(0)},
        "other": {"speaker": LATER},
    }
    assert here(engine, DURING + 2 * LATER) == {}


def test_a_new_link_has_not_been_opened(come, engine, writer):
    for role in (Role.MODERATOR, Role.SPEAKER):
        come(role)
    writer(lambda change: role_links.rotate(change, "talk", Role.MODERATOR))

    assert opened(engine) == {"talk": {"speaker": timedelta(0)}}
    come(Role.MODERATOR, at=DURING + LATER)
    assert opened(engine)["talk"]["moderator"] == LATER


def test_who_looks_what_a_link_opens_and_who_fails_open_nothing(engine, writer):
    with Session(engine) as session:
        token = KEYS.token(link_to(session, "talk", Role.MODERATOR))
        assert opened_by(session, KEYS, SLUGS, token, DURING)
    with pytest.raises(Refused):
        writer(lambda change: enter(change, KEYS, SLUGS, "x", "", Browser("Firefox"), DURING))

    assert opened(engine) == {}


def test_one_talk_is_asked_for_alone(come, engine):
    come(Role.MODERATOR)
    come(Role.MODERATOR, "other")

    with Session(engine) as session:
        assert list(role_links.opened(session, "other")) == ["other"]
