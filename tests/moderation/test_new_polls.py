"""Polls made at the desk, and what is none."""

import pytest

from companion.errors import Refused
from companion.moderation import new_polls, polls
from companion.store.polls import PollState
from companion.talks.polls import PreparedPoll
from tests.support.polls import ONE, SEVERAL, poll_of, prepare, run


@pytest.fixture(autouse=True)
def prepared(room) -> None:
    """Have two polls in the talk's page."""
    prepare(room, ONE, SEVERAL)


def test_a_poll_is_made_at_the_desk(room, grace):
    typed = {"ask": " More   coffee? ", "options": "Yes\r\n\r\nNo\n", "open": "1"}

    assert grace.do(new_polls.make, typed) == "The poll is open."

    (poll,) = [each.poll for each in grace.desk().polls if each.poll.id]
    assert (poll.text, [option.text for option in poll.options]) == ("More coffee?", ["Yes", "No"])
    with pytest.raises(Refused, match="This is asked already"):
        grace.do(new_polls.make, typed)
    assert (
        grace.do(new_polls.make, {"ask": "Later?", "options": "a\nb"})
        == "The poll is kept for later."
    )
    assert grace.desk().polls[-1].is_draft


@pytest.mark.parametrize(
    ("ask", "options", "said"),
    [
        ("", "a\nb", "Write what the poll asks."),
        ("x" * 201, "a\nb", "Shorten the question: at most 200 characters."),
        ("Why?", "a", "Write 2 to 6 answers, one a line."),
        ("Why?", "a\nb\nc\nd\ne\nf\ng", "Write 2 to 6 answers, one a line."),
        ("Why?", "a\nA", "“A” is there twice. Take one away."),
        ("Why?", f"a\n{'b' * 500}", "Shorten “b+…”: at most 80 characters."),
        ("Why?", "b" * 5_000, "That is far too long."),
        ("Which scheduler do you use?", "a\nb", "This is asked already."),
    ],
)
def test_what_is_no_poll_is_not_made(room, grace, ask, options, said):
    with pytest.raises(Refused, match=said):
        grace.do(new_polls.make, {"ask": ask, "options": options})


def test_a_poll_that_was_made_open_is_closed_by_undoing_and_the_one_before_is_back(room, grace):
    run(grace, "open")
    grace.do(new_polls.make, {"ask": "Tea?", "options": "Yes\nNo", "open": "1"})

    assert grace.undo_last() == "Undone."

    assert poll_of(room).state is PollState.OPEN
    assert poll_of(room).on_screen
    tea = poll_of(room, PreparedPoll("Tea?", ()))
    assert tea.state is PollState.DRAFT
    assert not tea.on_screen


def test_what_keeping_or_deleting_a_poll_did_is_not_said_to_be_undone(grace):
    grace.do(new_polls.make, {"ask": "Tea?", "options": "Yes\nNo"})
    with pytest.raises(Refused, match="That cannot be undone"):
        grace.undo_last()

    grace.do(polls.delete, PreparedPoll("Tea?", ()).key)
    with pytest.raises(Refused, match="That cannot be undone"):
        grace.undo_last()

    assert [line.words for line in grace.desk().log] == ["deleted a poll", "made a poll"]
