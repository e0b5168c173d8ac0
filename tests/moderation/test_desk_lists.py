"""Which cards the desk shows, in which of its lists, and how many."""

import pytest

from companion.moderation import actions
from companion.store.models import Kind
from tests.support.databases import on_both_databases
from tests.support.factories import make_question
from tests.support.people import ADA, BOB

pytestmark = on_both_databases


def test_likes_are_offered_to_moderators(room, grace):
    first = room.ask(ADA, "Will the slides be shared afterwards?").id
    room.becomes(moderated=True)
    room.ask(BOB, "Can you share the slides, please?")

    [card] = grace.desk().cards
    assert [id for id, _ in card.alike] == [first]
    assert [card.alike for card in grace.desk("open").cards] == [()]  # it would be refused
    grace.act("answered", first)
    [done] = grace.desk("answered").cards
    assert done.alike == ()


def test_filters(room, grace, engine):
    first = make_question(engine, "About honey and bees", kind=Kind.COMMENT)
    second = make_question(engine, "About wax and wasps", author=BOB)
    grace.do(actions.label, second, "later, wax")
    author = grace.desk("open").cards[0].author

    def ids(**filters: str) -> list[int]:
        return [card.id for card in grace.desk("open", **filters).cards]

    assert ids(kind="comment") == ids(find="honey") == [first]
    assert ids(label="wax") == ids(find="later") == [second]
    assert ids(author=author) == [first]
    assert grace.desk("open").labels == ("later", "wax")


def test_the_desk_opens_where_there_is_something_to_do(room, grace):
    tabs = [grace.desk("").tab]
    room.becomes(moderated=True)
    tabs.append(grace.desk("").tab)
    room.ask(ADA)
    room.becomes(moderated=False)
    tabs += [grace.desk(chosen).tab for chosen in ("", "open", "answered")]

    assert tabs == ["open", "incoming", "incoming", "open", "answered"]


def test_every_card_can_be_reached(room, grace, engine):
    ids = [make_question(engine) for _ in range(35)]

    first = grace.desk("open")
    more = grace.desk("open", shown=str(first.wider))
    all_ = grace.desk("open", shown=str(more.wider))

    assert [card.id for card in first.cards] == ids[:16]
    assert (first.shown, first.hidden, first.widened) == (16, 19, None)
    assert [card.id for card in more.cards] == ids[:32]
    assert (more.shown, more.hidden, more.widened) == (32, 3, 32)
    assert [card.id for card in all_.cards] == ids
    assert (all_.shown, all_.hidden, all_.filters) == (64, 0, {})
    assert grace.desk("open", find="something else").hidden == 0


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("", 16), ("0", 16), ("-5", 16), ("x", 16), ("²", 16), ("900", 900), ("9" * 30, 5_000)],
)
def test_how_many_cards_are_shown_has_limits(grace, asked, shown):
    assert grace.desk(shown=asked).shown == shown
