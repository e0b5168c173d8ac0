import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import votes
from companion.board.events import VotesChanged
from companion.board.rows import GONE
from companion.board.rules import BoardState
from companion.errors import Refused
from companion.moderation import merging
from companion.moderation.context import ActionContext
from companion.store.models import Question, Status, Talk, Vote
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows, make_question, question_row, set_status
from tests.support.moderation import RT
from tests.support.people import ADA, BOB, EVE, GRACE

pytestmark = on_both_databases


@pytest.fixture
def question(engine):
    """Return Ada's question; making it was revision 1."""
    return make_question(engine, author=ADA)


def test_a_vote_counts_and_is_announced(room, question, listener):
    assert room.vote(BOB, question) == 1
    assert room.vote(EVE, question) == 2

    assert listener.heard() == [
        VotesChanged("talk", revision=2, after=1, question=question, votes=1),
        VotesChanged("talk", revision=3, after=1, question=question, votes=2),
    ]
    assert (room.board().revision, room.board().public_revision) == (3, 1)


def test_only_the_voter_sees_that_they_have_voted(room, question):
    room.vote(BOB, question)

    assert [room.card(question, who).voted for who in (BOB, EVE, ADA, None)] == [
        True,
        False,
        False,
        False,
    ]
    assert [card.voted for card in room.board(BOB).cards] == [True]
    assert [card.voted for card in room.board().cards] == [False]


def test_a_vote_twice_is_once(room, question, listener, engine):
    room.vote(BOB, question)
    listener.heard()

    assert room.vote(BOB, question) == 1
    assert listener.heard() == []
    assert (count_rows(engine, Vote), room.revision()) == (1, 2)


def test_a_vote_is_taken_back_once(room, question, listener, engine):
    room.vote(BOB, question)
    listener.heard()

    assert room.vote(BOB, question, wanted=False) == 0
    assert room.vote(BOB, question, wanted=False) == 0
    assert listener.heard() == [VotesChanged("talk", 3, 1, question, votes=0)]
    assert count_rows(engine, Vote) == 0


def test_taking_back_what_was_never_given_changes_nothing(room, question, listener):
    assert room.vote(BOB, question, wanted=False) == 0
    assert (listener.heard(), room.revision()) == ([], 1)


@pytest.mark.parametrize("wanted", [True, False])
def test_ones_own_question_takes_no_vote_of_ones_own(room, question, listener, wanted):
    with pytest.raises(Refused, match=r"^Your own question counts without your vote\."):
        room.vote(ADA, question, wanted=wanted)

    assert (listener.heard(), room.card(question).votes) == ([], 0)


def test_a_vote_that_waits_for_another_worker_goes_by_what_that_one_did(room, question, engine):
    with Session(engine) as elsewhere, ThreadPoolExecutor(1) as here:
        elsewhere.execute(sa.update(Talk).values(revision=Talk.revision + 1))
        elsewhere.execute(sa.update(Question).values(status=Status.MERGED))
        vote = here.submit(room.vote, BOB, question)
        time.sleep(0.3)
        assert not vote.done()
        elsewhere.commit()

        with pytest.raises(Refused):
            vote.result()
    assert count_rows(engine, Vote) == 0


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.DECLINED, Status.MERGED])
@pytest.mark.parametrize("wanted", [True, False])
def test_what_is_dealt_with_takes_no_votes(room, question, listener, engine, status, wanted):
    room.vote(BOB, question)
    listener.heard()
    set_status(engine, question, status)

    with pytest.raises(Refused):
        room.vote(BOB, question, wanted=wanted)

    assert (listener.heard(), question_row(engine, question).votes) == ([], 1)


@pytest.mark.parametrize(
    "status", [Status.WAITING, Status.DECLINED, Status.WITHDRAWN, Status.MERGED]
)
def test_what_cannot_be_seen_is_refused_like_what_is_not_there(room, engine, status):
    hidden = make_question(engine, status=status)

    with pytest.raises(Refused) as refusal:
        room.vote(BOB, hidden)
    with pytest.raises(Refused) as nothing:
        room.vote(BOB, 999)

    assert str(refusal.value) == str(nothing.value) == GONE


def test_whose_question_waits_is_told_that_it_still_waits(room, engine, listener):
    waiting = make_question(engine, author=ADA, status=Status.WAITING)

    with pytest.raises(Refused, match="still waits for a moderator"):
        room.vote(ADA, waiting)

    assert (listener.heard(), question_row(engine, waiting).votes) == ([], 0)


def test_votes_may_change_while_the_board_takes_votes_only(room, question):
    room.becomes(state=BoardState.VOTES)

    assert room.vote(BOB, question) == 1
    assert room.vote(BOB, question, wanted=False) == 0


@pytest.mark.parametrize("wanted", [True, False])
def test_a_closed_board_takes_no_votes(room, question, listener, wanted):
    room.vote(BOB, question)
    listener.heard()
    room.becomes(state=BoardState.CLOSED)

    with pytest.raises(Refused, match=r"^The board is closed\."):
        room.vote(BOB, question, wanted=wanted)

    assert (listener.heard(), room.card(question).votes) == ([], 1)


@pytest.mark.parametrize("question_id", [0, -1, 999, 2**31, 2**63, 10**40])
def test_a_question_that_is_not_there_takes_no_votes(room, question_id):
    with pytest.raises(Refused) as refusal:
        room.vote(BOB, question_id)

    assert str(refusal.value) == GONE


def test_another_talks_question_takes_no_votes_here(room, other_room, listener):
    there = other_room.ask(ADA).id
    listener.heard()

    with pytest.raises(Refused) as refusal:
        room.vote(BOB, there)

    assert (str(refusal.value), listener.heard()) == (GONE, [])
    assert other_room.card(there).votes == 0


def test_a_vote_beside_an_action_in_one_commit_is_counted_by_the_action(
    room, grace, question, engine
):
    other = room.ask(BOB, "How do bees find their hives?").id
    room.vote(EVE, other)
    grace.merge(other, question)

    def work(change):
        loaded = change.session.get(Question, question)
        card, _ = votes.vote(change, room.loader, GRACE, question, wanted=True)
        assert card.votes == 2
        context = ActionContext(change, room.loader.lock(change.session), RT)
        assert merging.unmerge(context, other) == "Taken apart."
        return loaded.id

    room.writer(work)
    assert [question_row(engine, id).votes for id in (question, other)] == [1, 1]
