"""Prompts by their rules: notes that answer them, and what short answers come to."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from companion.board.events import BoardChanged, QuestionOpened, RulesChanged
from companion.board.input import ANSWER_MIN, read_draft
from companion.board.polls import PollRecord, PollView, as_seen, records
from companion.board.prompts import MOST_WORDS, WORD_MAX, Answers, Word
from companion.board.questions import ask, delete_own
from companion.board.questions import edit as edit_own
from companion.board.rules import BoardState
from companion.errors import Refused
from companion.moderation import controls, new_polls, polls
from companion.moderation.context import set_mute
from companion.store.models import Kind, Status
from companion.talks.polls import PreparedPoll
from tests.support.databases import on_both_databases
from tests.support.factories import question_row
from tests.support.moderation import RT
from tests.support.people import ADA, BOB, EVE

ONE = PreparedPoll("What stops you from testing?", (), is_prompt=True)
OTHER = PreparedPoll("What would you learn?", (), reveal="live", is_prompt=True)
CHOICE = PreparedPoll("What would you learn?", ("Rust", "Zig"))


@pytest.fixture(autouse=True)
def prepared(room) -> None:
    """Have two prompts in the talk's page, and a poll that asks what one of them does."""
    room.becomes(page=replace(room.page, polls=(ONE, OTHER, CHOICE)))


@pytest.fixture
def asked(grace) -> None:
    """Have the first prompt be open."""
    grace.do(polls.run, ONE.key, "open")


def found(room) -> tuple[PollRecord, ...]:
    with Session(room.engine) as session:
        return records(session, room.loader.load(session).row)


def prompt_of(room, prepared: PreparedPoll = ONE) -> PollRecord:
    return next(poll for poll in found(room) if poll.key == prepared.key)


def answer(room, who: str, text: str, to: PreparedPoll = ONE, **fields: object) -> int:
    draft = read_draft({"text": text, "kind": "comment", **fields}, ANSWER_MIN)
    draft = replace(draft, answers_to=prompt_of(room, to).id)
    return room.write(lambda change, talk: ask(change, talk, who, draft)).id


def answers(room, prepared: PreparedPoll = ONE) -> Answers:
    return prompt_of(room, prepared).answers


def words(room) -> list[tuple[str, int]]:
    return [(word.text, word.people) for word in answers(room).words]


def seen(room, prepared: PreparedPoll = ONE) -> PollView:
    """Return a prompt as a stranger sees it."""
    return next(poll for poll in as_seen(found(room)) if poll.text == prepared.ask)


@on_both_databases
def test_an_answer_is_a_comment_on_the_board_that_says_what_it_answers(room, grace, asked):
    number = answer(room, ADA, "Time")

    card = room.card(number)
    assert (card.kind, card.text, card.prompt) == (Kind.COMMENT, "Time", ONE.ask)
    assert card.status is Status.OPEN
    assert answers(room) == Answers(1, 1, (Word("Time", 1, 1),), 0)
    assert room.vote(BOB, number) == 1
    assert grace.desk("open").cards[0].prompt == ONE.ask


def test_what_is_told_is_what_is_told_of_any_note(room, asked, listener):
    listener.heard()

    answer(room, ADA, "Time")

    (event,) = listener.heard()
    assert type(event) is QuestionOpened
    assert (event.card.answers_to, event.card.prompt) == (prompt_of(room).id, ONE.ask)


def test_equal_short_answers_are_counted_by_people(room, asked):
    for who, text in (
        (ADA, "no  time"),
        (ADA, "No time"),
        (BOB, "No time"),
        (EVE, "NO TIME"),
        (BOB, "money"),
    ):
        answer(room, who, text)

    assert words(room) == [("No time", 3), ("money", 1)]
    assert (answers(room).people, answers(room).notes) == (3, 5)


def test_long_answers_and_those_of_a_crowd_are_others(room, asked):
    answer(room, EVE, "x" * (WORD_MAX + 1))
    for number in range(MOST_WORDS + 2):
        answer(room, f"visitor {number}", f"word {number}")
    answer(room, ADA, "word 21")

    assert words(room)[0] == ("word 21", 2)
    assert (len(words(room)), answers(room).others) == (MOST_WORDS, 3)


def test_what_more_people_say_is_larger_and_nothing_is_when_few_say_the_same(room, asked):
    for number in range(9):
        answer(room, f"visitor {number}", "time")
    for who in (ADA, BOB, EVE):
        answer(room, who, "fear")
    answer(room, ADA, "money")

    assert [(word.text, word.step) for word in answers(room).words] == [
        ("time", 5),
        ("fear", 2),
        ("money", 1),
    ]


def test_what_not_everybody_sees_is_never_counted(room, grace, asked):
    gone, declined = answer(room, ADA, "gone"), answer(room, BOB, "rude")
    room.withdraw(ADA, gone)
    grace.act("decline", declined, reason="other")
    room.becomes(moderated=True)
    answer(room, EVE, "waits")

    assert answers(room) == Answers()

    grace.act("approve", *(card.id for card in grace.desk("incoming").cards))

    assert words(room) == [("waits", 1)]


def test_a_merged_answer_counts_as_what_it_was_merged_into(room, grace, asked):
    time, hours, own = (answer(room, who, text) for who, text in WAYS)
    grace.merge(hours, into=time)
    grace.merge(own, into=time)

    assert words(room) == [("time", 2)]
    assert answers(room).notes == 1

    grace.unmerge(hours)
    grace.act("decline", time, reason="other")

    assert words(room) == [("hours", 1)]


WAYS = ((ADA, "time"), (BOB, "hours"), (ADA, "more time"))


def test_deleting_what_one_asked_takes_answers_along(room, asked):
    answer(room, ADA, "time")
    answer(room, BOB, "money")

    room.write(lambda change, talk: delete_own(change, talk, ADA))

    assert words(room) == [("money", 1)]
    assert answers(room).people == 1


def test_answers_obey_the_boards_rules(room, grace, asked):
    author = question_row(room.engine, answer(room, ADA, "before")).author
    grace.do(lambda context: str(set_mute(context, author, wanted=True)))
    assert room.card(answer(room, ADA, "muted"), ADA).status is Status.WAITING
    grace.do(controls.switch, {"requires_name": "1"})
    with pytest.raises(Refused, match="Give your name"):
        answer(room, BOB, "time")
    assert answer(room, BOB, "time", name="Bob")
    for state in (BoardState.VOTES, BoardState.CLOSED):
        room.becomes(state=state)
        with pytest.raises(Refused):
            answer(room, EVE, "late", name="Eve")


def test_an_answer_stays_short_when_it_is_edited_and_a_question_does_not(room, grace, asked):
    number, question = answer(room, ADA, "tme"), room.ask(ADA).id
    draft = read_draft({"text": "time", "kind": "comment"}, ANSWER_MIN)

    room.write(lambda change, talk: edit_own(change, talk, ADA, number, draft))

    assert words(room) == [("time", 1)]
    with pytest.raises(Refused, match="at least 10"):
        room.write(lambda change, talk: edit_own(change, talk, ADA, question, draft))


@pytest.mark.parametrize("do", ["close", "away"])
def test_a_prompt_that_is_closed_takes_no_answers(room, grace, asked, do):
    for step in ("close", do):
        grace.do(polls.run, ONE.key, step)

    with pytest.raises(Refused):
        answer(room, ADA, "late")


def test_only_a_prompt_of_this_talk_is_answered_by_a_note(room, grace):
    grace.do(polls.run, CHOICE.key, "open")

    with pytest.raises(Refused, match="no such poll"):
        answer(room, ADA, "Rust", CHOICE)
    for number in (0, 99, 2**31):
        draft = read_draft({"text": "Rust", "kind": "comment"}, ANSWER_MIN)
        stray = replace(draft, answers_to=number)
        with pytest.raises(Refused, match="no such poll"):
            room.write(lambda change, talk, stray=stray: ask(change, talk, ADA, stray))


def test_many_answers_are_no_flood(room, asked, listener):
    room.becomes(flood=3)
    for number in range(5):
        answer(room, f"visitor {number}", "time")

    assert RulesChanged not in map(type, listener.heard())
    for who in (ADA, BOB, EVE):
        room.ask(who)
    assert RulesChanged in map(type, listener.heard())


def test_answers_come_after_what_was_asked_here_and_at_the_desk(room, grace, asked):
    number = answer(room, ADA, "time")
    question = room.ask(BOB).id
    room.vote(EVE, number)

    for sort in ("popular", "recent"):
        assert [card.id for card in room.board(sort=sort).cards] == [question, number]
    assert [card.rank for card in room.board().cards] == [3, 4]
    assert [card.id for card in grace.desk("open").cards] == [question, number]


def test_answers_are_found_by_what_they_answer(room, grace, asked):
    number = answer(room, ADA, "time")
    room.ask(BOB)

    assert [card.id for card in room.board(find=ONE.ask).cards] == [number]
    assert [card.id for card in grace.desk("open", find="stops testing").cards] == [number]


def test_words_are_hidden_until_it_is_closed_or_they_are_shown(room, grace, asked):
    answer(room, ADA, "time")
    assert (seen(room).words, seen(room).has_results, seen(room).people) == ((), False, 1)
    assert grace.screen().poll.words == ()
    assert grace.desk().polls[0].poll.words == (Word("time", 1, 1),)

    grace.do(polls.run, ONE.key, "show")

    assert seen(room).words == grace.screen().poll.words == (Word("time", 1, 1),)


def test_words_are_live_where_the_page_says_so(room, grace):
    grace.do(polls.run, OTHER.key, "open")
    answer(room, ADA, "Rust", OTHER)

    assert [word.text for word in seen(room, OTHER).words] == ["Rust"]


def test_a_prompt_needs_a_board_that_takes_notes(room, grace):
    room.becomes(state=BoardState.VOTES)

    with pytest.raises(Refused, match="votes only"):
        grace.do(polls.run, ONE.key, "open")


def test_a_line_at_the_desk_makes_a_prompt(room, grace):
    said = grace.do(new_polls.make, {"ask": " What  else? ", "options": "\n", "open": "1"})

    assert said == "The poll is open."
    made = PreparedPoll("What else?", (), is_prompt=True)
    assert answer(room, ADA, "tea", made)
    assert prompt_of(room, made).is_prompt
    with pytest.raises(Refused, match="asked already"):
        grace.do(new_polls.make, {"ask": "what else?", "options": ""}, who=RT)
    with pytest.raises(Refused, match="when the results"):
        grace.do(new_polls.make, {"ask": "And now?", "reveal": "voting"})


def test_notes_stay_when_a_prompt_is_deleted(room, grace, listener):
    made = PreparedPoll("Tea?", (), is_prompt=True)
    grace.do(new_polls.make, {"ask": "Tea?", "options": "", "open": "1"})
    number = answer(room, ADA, "green", made)
    for step in ("close", "away"):
        grace.do(polls.run, made.key, step)
    listener.heard()

    grace.do(polls.delete, made.key)

    assert (room.card(number).text, room.card(number).prompt) == ("green", "")
    assert BoardChanged in map(type, listener.heard())
