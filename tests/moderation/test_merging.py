"""Questions become one and part again: who is counted, who follows, and what is shown."""

import pytest

from companion.errors import Refused
from companion.store.models import Question, Status
from tests.support.databases import on_both_databases
from tests.support.factories import make_question, question_row, set_status
from tests.support.people import ADA, BOB, EVE

pytestmark = on_both_databases


def row(room, question: int) -> Question:
    return question_row(room.engine, question)


def test_a_voter_of_both_counts_once_and_may_change_their_mind(room, grace):
    first, second = room.ask(ADA).id, room.ask(EVE).id
    room.vote(BOB, second)
    grace.merge(second, first)

    assert room.vote(BOB, first) == 1
    assert room.card(first, BOB).voted
    assert room.vote(BOB, first, wanted=False) == 0
    grace.unmerge(second)
    assert (room.card(first).votes, room.card(second).votes) == (0, 0)


def test_askers_do_not_count_as_voters_and_follow(room, grace):
    first, second = room.ask(ADA).id, room.ask(EVE).id
    room.vote(EVE, first), room.vote(ADA, second), room.vote(BOB, second)

    grace.merge(second, first)

    assert (room.card(first).votes, room.card(first).askers) == (1, 2)
    assert room.card(first, EVE).follows
    [mine] = room.board(EVE).mine
    assert (mine.status, mine.merged_into) == (Status.MERGED, first)
    with pytest.raises(Refused, match="without your vote"):
        room.vote(EVE, first)
    grace.undo_last()
    assert (room.card(first).votes, room.card(second).votes) == (1, 2)


def test_withdrawing_what_others_were_merged_into_gives_them_back(room, grace):
    first, second = room.ask(ADA).id, room.ask(EVE).id
    grace.merge(second, first)

    room.withdraw(ADA, first)

    assert [card.id for card in room.board().cards] == [second]


def test_what_was_merged_in_a_moderated_talk_waits_again(room, grace):
    first = room.ask(ADA).id
    room.becomes(moderated=True)
    second = room.ask(EVE).id
    grace.merge(second, first)

    grace.unmerge(second)

    assert row(room, second).status is Status.WAITING


def test_what_can_be_merged_into_is_offered_across_tabs(room, grace, engine):
    statuses = {status: make_question(engine, votes=n) for n, status in enumerate(Status)}
    for status, id in statuses.items():
        set_status(engine, id, status)

    offered = [id for id, _ in grace.desk("declined").targets]

    assert offered == [statuses[s] for s in (Status.ANSWERED, Status.OPEN, Status.WAITING)]
    for _ in range(110):
        make_question(engine)
    found = grace.desk().targets
    assert (len(found), found[0][0]) == (100, statuses[Status.ANSWERED])
