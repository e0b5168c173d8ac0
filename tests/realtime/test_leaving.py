"""Somebody goes while the server is still at work for them, or never does."""

import sqlalchemy as sa

from companion.realtime import windows
from companion.store.models import Role
from tests.support.pages import Browser
from tests.support.sign_in import signed_in


def test_whoever_goes_before_their_question_is_answered_leaves_no_trace(app, arrive):
    ada, bob = arrive(), arrive()
    gone = []

    def go(_connection: sa.Connection) -> None:
        if not gone:
            gone.append(ada)
            ada.leave()

    sa.event.listen(sa.Engine, "commit", go)
    try:
        ada.ask("Does anybody hear this after I am gone?")
    finally:
        sa.event.remove(sa.Engine, "commit", go)

    assert gone == [ada]
    assert bob.here() == 1
    assert bob.heard() == [("#questions", "beforeend")]


def test_one_browser_has_so_many_windows_of_all_talks_together(app, arrive, monkeypatch):
    monkeypatch.setattr(windows, "MAX_SOCKETS", 4)
    ada, bob = Browser(app), Browser(app)
    places = [("talk", "board"), ("elsewhere", "board"), ("talk", "present"), ("over", "board")]
    opened = [arrive(talk, view, ada) for talk, view in places]

    assert not arrive("moderated", "board", ada).is_in()
    assert arrive("moderated", "board", bob).is_in()
    opened[0].leave()
    assert arrive("moderated", "board", ada).is_in()


def test_a_sign_in_has_so_many_windows_of_a_desk_as_anybody_of_a_talk(app, arrive, monkeypatch):
    monkeypatch.setattr(windows, "MAX_WINDOWS", 2)
    grace = signed_in(app, Role.MODERATOR, "talk", "Grace")

    seats = [arrive("talk", "moderate", grace) for _ in range(3)]

    assert [seat.is_in() for seat in seats] == [True, True, False]
    assert arrive("talk", "moderate").is_in()
