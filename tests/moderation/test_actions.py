"""The rules of the desk: what each action changes, what it refuses, and what it leaves alone."""

from datetime import timedelta

import pytest

from companion.board.events import AskerTold, QuestionHidden, RulesChanged
from companion.board.rules import BoardState
from companion.board.talk_state import effective_schedule
from companion.board.visitors import pseudonym
from companion.errors import Refused
from companion.moderation import actions, answers, controls, editing, now_and_next
from companion.store.models import Kind, Question, Status
from companion.talks import Phase
from tests.support.clock import DURING, STARTS
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows, make_question, question_row, set_status, talk_row
from tests.support.moderation import GRACE, RT, SPEAKER
from tests.support.people import ADA, BOB, EVE
from tests.support.room import TEXT
from tests.support.talks import read_programme

pytestmark = on_both_databases


def row(room, question: int) -> Question:
    return question_row(room.engine, question)


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        ("approve", Status.WAITING, Status.OPEN),
        ("approve", Status.DECLINED, Status.OPEN),
        ("decline", Status.WAITING, Status.DECLINED),
        ("decline", Status.OPEN, Status.DECLINED),
        ("archive", Status.OPEN, Status.ARCHIVED),
        ("answered", Status.OPEN, Status.ANSWERED),
        ("restore", Status.DECLINED, Status.WAITING),
        ("restore", Status.ANSWERED, Status.OPEN),
        ("now", Status.WAITING, Status.OPEN),
        ("next", Status.WAITING, Status.OPEN),
    ],
)
def test_what_becomes_of_a_question_and_back(room, grace, engine, verb, before, after):
    question = make_question(engine, status=before)

    grace.act(verb, question, reason="unclear")

    assert (row(room, question).status, row(room, question).handled_by) == (after, "Grace")
    assert grace.undo_last() == "Undone."
    assert (row(room, question).status, row(room, question).handled_by) == (before, "")


def test_doing_it_again_says_who_did_it_and_changes_nothing(room, grace, engine, listener):
    question = make_question(engine, status=Status.WAITING)
    grace.act("approve", question, who=RT)
    listener.heard()
    before = room.revision()

    assert grace.act("approve", question) == "Already approved by RT."
    assert (listener.heard(), room.revision()) == ([], before)


@pytest.mark.parametrize("verb", ["pin", "unpin", "now", "next", "comment"])
def test_nobody_is_named_for_what_another_did(room, grace, engine, verb):
    question = make_question(engine, status=Status.WAITING)
    grace.act("approve", question, who=RT)
    grace.act(verb, question)

    [(said, named)] = {(grace.act(verb, question), row(room, question).handled_by)}
    assert (said.startswith("Already"), "RT" in said, named) == (True, False, "RT")


def test_only_who_approved_a_question_is_said_to_have_approved_it(room, grace, engine):
    edited, following, parted = (make_question(engine, f"How do {n} bees fly?") for n in range(3))
    grace.do(editing.edit, edited, {"text": "How do bees find home?"})
    grace.act("next", following)
    grace.merge(parted, edited)
    grace.unmerge(parted)

    handled = [row(room, question).handled_by for question in (edited, following, parted)]
    assert handled == ["", "", ""]


def test_many_at_once_are_one_action(room, grace, engine):
    ids = [make_question(engine, status=Status.WAITING) for _ in range(3)]

    assert grace.act("approve", *ids) == "Approved 3."
    assert [line.words for line in grace.desk().log] == ["approved 3 questions"]
    grace.undo_last()
    assert {row(room, id).status for id in ids} == {Status.WAITING}


def test_what_is_gone_leaves_the_others_done(room, grace, engine):
    ids = [make_question(engine, status=Status.WAITING) for _ in range(4)]
    room.withdraw(ADA, ids[1])

    assert grace.act("approve", *ids) == "Approved 3. One was gone."
    assert grace.act("approve", *ids, 999) == "Already approved by Grace. 2 were gone."
    with pytest.raises(Refused, match="not on the board"):
        grace.act("approve", ids[1], 999)


def test_what_is_refused_leaves_the_others_done_and_says_why(room, grace, engine):
    waiting, shown = make_question(engine, status=Status.WAITING), room.ask(ADA).id

    said = grace.act("answered", waiting, shown)

    assert said == "Answered 1. One was left as before: Approve it first."
    assert row(room, waiting).status is Status.WAITING


def test_many_are_archived_at_once(room, grace, engine):
    ids = [make_question(engine) for _ in range(3)]

    assert grace.act("archive", *ids) == "Archived 3."
    assert {row(room, id).status for id in ids} == {Status.ARCHIVED}
    assert grace.act("archive", *ids) == "Already archived by Grace."


def test_many_are_declined_for_a_reason_or_not_at_all(room, grace, engine, listener):
    ids = [make_question(engine) for _ in range(3)]

    with pytest.raises(Refused, match="Choose a reason"):
        grace.act("decline", *ids)
    assert listener.heard() == []
    assert grace.act("decline", *ids, reason="unclear") == "Declined 3."


@pytest.mark.parametrize("verb", ["", "explode", "withdraw"])
def test_an_unknown_action_is_refused(grace, engine, verb):
    with pytest.raises(Refused):
        grace.act(verb, make_question(engine))


def test_another_talks_question_is_out_of_reach(grace, engine, listener):
    other = make_question(engine, talk="other-talk", status=Status.WAITING)

    for action in (
        lambda: grace.act("approve", other),
        lambda: grace.merge(other, other),
        lambda: grace.do(actions.label, other, "x"),
        lambda: grace.do(answers.answer, other, "x"),
        lambda: grace.do(actions.mute, other, wanted=True),
        lambda: grace.do(answers.settle, other, "done", ""),
    ):
        with pytest.raises(Refused):
            action()
    assert listener.heard() == []


def test_the_reason_is_told_to_the_asker_alone(room, grace, engine, listener):
    question = room.ask(ADA).id
    listener.heard()

    grace.act("decline", question, reason="off_topic")

    told = [event for event in listener.heard() if isinstance(event, AskerTold)]
    assert [event.author for event in told] == [pseudonym(talk_row(engine).key, ADA)]
    [mine] = room.board(ADA).mine
    assert (mine.status, mine.reason) == (Status.DECLINED, "It is about something else.")
    assert room.board(BOB).cards == ()


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


def test_moderators_edit_and_the_original_is_kept(room, grace):
    question = room.ask(ADA, "How do bess find home?").id

    grace.do(editing.edit, question, {"text": "How do bees find home?", "kind": "comment"})
    grace.do(editing.edit, question, {"text": "How do bees find their home?"})

    card = room.card(question)
    assert (card.text, card.reworded, card.kind) == (
        "How do bees find their home?",
        True,
        Kind.QUESTION,
    )
    [shown] = grace.desk("open").cards
    assert shown.original == "How do bess find home?"
    assert room.ask(ADA, "How do bess find home?", key=card.key).id == question


FOUND, HOMES, ROUTES = (f"How do bees find their {what}?" for what in ("food", "homes", "routes"))
CHANGED = r" has changed this question meanwhile\..*is kept"


def words_hash(grace, question: int) -> str:
    return next(card.words_hash for card in grace.desk("open").cards if card.id == question)


def test_words_that_another_moderator_has_changed_are_not_overwritten(room, grace, listener):
    question = room.ask(ADA).id
    shown = words_hash(grace, question)
    grace.do(editing.edit, question, {"text": FOUND, "expected_version": shown}, who=RT)
    listener.heard()

    with pytest.raises(Refused, match=f"^RT{CHANGED}"):
        grace.do(editing.edit, question, {"text": HOMES, "expected_version": shown})
    assert (room.card(question).text, listener.heard()) == (FOUND, [])

    grace.do(
        editing.edit, question, {"text": HOMES, "expected_version": words_hash(grace, question)}
    )
    assert room.card(question).text == HOMES


@pytest.mark.parametrize("is_edited_before", [True, False])
def test_words_that_the_asker_has_changed_are_not_overwritten(room, grace, is_edited_before):
    question = room.ask(ADA).id
    if is_edited_before:
        grace.do(editing.edit, question, {"text": HOMES}, who=RT)
    shown = words_hash(grace, question)
    room.edit(ADA, question, FOUND)

    with pytest.raises(Refused, match=f"^Whoever asked it{CHANGED}"):
        grace.do(editing.edit, question, {"text": ROUTES, "expected_version": shown})
    assert room.card(question).text == FOUND


def test_a_kind_or_a_detail_changed_meanwhile_is_not_overwritten(room, grace):
    question = room.ask(ADA).id
    for changed in ({"kind": "comment"}, {"kind": "comment", "detail": "In the dark"}):
        shown = words_hash(grace, question)
        grace.do(editing.edit, question, {"text": TEXT, **changed}, who=RT)
        with pytest.raises(Refused, match=f"^RT{CHANGED}"):
            grace.do(editing.edit, question, {"text": FOUND, "expected_version": shown})

    assert (room.card(question).text, room.card(question).kind) == (TEXT, Kind.COMMENT)


def test_the_same_words_twice_are_once(room, grace, listener):
    question = room.ask(ADA).id
    shown = words_hash(grace, question)
    grace.do(editing.edit, question, {"text": FOUND, "expected_version": shown})
    listener.heard()

    assert (
        grace.do(editing.edit, question, {"text": FOUND, "expected_version": shown})
        == "It says that already."
    )
    assert listener.heard() == []


def test_deleting_leaves_no_word_behind(room, grace, engine):
    question = room.ask(ADA, "Something that must not be kept").id
    grace.do(editing.edit, question, {"text": "Something else that must not be"})

    grace.act("delete", question)

    assert count_rows(engine, Question) == 0
    with engine.connect() as connection:
        actions = connection.exec_driver_sql("SELECT before FROM action").fetchall()
    assert "must not" not in str(actions)
    for action in (1, 2):
        with pytest.raises(Refused):
            grace.undo(action)


def test_now_and_next_go_on_with_their_times(room, grace):
    first, second, third = room.ask(ADA).id, room.ask(BOB).id, room.ask(EVE).id
    room.vote(ADA, third)
    assert grace.desk().top.id == third

    grace.do(now_and_next.advance, None)
    grace.act("next", second)
    room.becomes(now=DURING + timedelta(minutes=4))
    grace.do(now_and_next.advance, third)

    done = row(room, third)
    assert (done.status, done.now_at, done.answered_at) == (
        Status.ANSWERED,
        DURING,
        DURING + timedelta(minutes=4),
    )
    found = grace.desk()
    assert (found.now.id, found.next, found.top.id) == (second, None, first)
    assert grace.do(now_and_next.advance, third) == "Somebody has gone on to the next one already."
    assert grace.desk().now.id == second


def test_the_speaker_goes_on_only_when_allowed(room, grace):
    room.ask(ADA)
    with pytest.raises(Refused, match="moderator moves on"):
        grace.do(now_and_next.advance, None, who=SPEAKER)

    grace.do(controls.switch, {"speaker_may_advance": "1"})

    grace.do(now_and_next.advance, None, who=SPEAKER)
    assert grace.queue().now is not None


def test_whats_taken_from_the_room_is_nobodys_own(room, grace):
    grace.say("Somebody asked this aloud")
    grace.say("And somebody asked that as well")

    found = grace.desk()
    assert (found.now.text, found.next.text) == (
        "Somebody asked this aloud",
        "And somebody asked that as well",
    )
    assert (found.now.asked_aloud, found.now.author) == (True, "")
    assert not any(card.own for card in room.board().cards)
    assert all(card.asked_aloud for card in room.board(ADA).cards)
    assert room.board(ADA).mine == ()
    grace.undo_last()
    assert [card.text for card in room.board().cards] == ["Somebody asked this aloud"]


def test_an_author_is_muted_held_and_told(room, grace, listener):
    question = room.ask(ADA).id
    grace.do(actions.mute, question, wanted=True)

    assert room.ask(ADA).status is Status.WAITING
    assert room.ask(BOB).status is Status.OPEN
    assert (room.board(ADA).muted, room.board(BOB).muted) == (True, False)
    grace.undo_last()
    assert room.ask(ADA).status is Status.OPEN


def test_a_burst_is_declined_in_one_go(room, grace):
    room.becomes(moderated=True)
    burst = [room.ask(ADA, f"Buy my honey, number {n}").id for n in range(4)]
    other = room.ask(BOB).id

    assert {card.burst for card in grace.desk().cards} == {4, 1}
    assert grace.do(actions.decline_burst, burst[0], "unkind") == "Declined 4."
    assert [card.id for card in grace.desk().cards] == [other]
    grace.undo_last()
    assert len(grace.desk().cards) == 5


def test_a_flood_begins_slow_mode(room, grace):
    room.becomes(flood=5)
    for number in range(5):
        room.ask(f"visitor-{number}")

    assert room.board().slow
    room.ask("somebody-new")
    minutes = room.board().slow_minutes
    assert minutes == grace.desk().switches.slow_minutes
    with pytest.raises(Refused, match=f"again in {minutes} minutes, at ") as refusal:
        room.ask("somebody-new")
    assert refusal.value.retry_after == 60 * minutes + 1
    room.becomes(now=DURING + timedelta(minutes=minutes))
    assert room.ask("somebody-new").status is Status.OPEN
    room.becomes(now=DURING + timedelta(minutes=6))
    assert not room.board().slow


@pytest.mark.parametrize(
    ("switches", "state"),
    [
        ({"board": "votes"}, BoardState.VOTES),
        ({"board": "closed"}, BoardState.CLOSED),
        ({"board": ""}, BoardState.OPEN),
    ],
)
def test_the_board_is_switched_by_hand(room, grace, listener, switches, state):
    room.ask(ADA)
    listener.heard()

    grace.do(controls.switch, switches)

    assert room.board().state is state
    kinds = [type(event) for event in listener.heard()]
    assert kinds == ([] if state is BoardState.OPEN else [RulesChanged])


def test_names_can_be_asked_for(room, grace):
    grace.do(controls.switch, {"requires_name": "1"})
    grace.do(controls.switch, {"board": "votes"})
    grace.do(controls.switch, {"board": "", "slow": "1"})

    said = [line.words for line in grace.desk().log]
    assert said == ["changed the settings", "had the board take votes only", "asked for names"]
    with pytest.raises(Refused, match="your name"):
        room.ask(ADA)
    assert room.ask(ADA, name="Ada").status is Status.OPEN
    assert grace.desk().switches.requires_name


def test_approving_first_is_for_new_ones_only(room, grace):
    first = room.ask(ADA).id
    grace.do(controls.switch, {"approve_first": "1"})

    assert room.ask(BOB).status is Status.WAITING
    assert row(room, first).status is Status.OPEN


def test_the_pace_is_what_it_took_so_far(make_settings, folder, room, grace):
    page = read_programme(make_settings()).find("talk")
    room.becomes(page=page, now=STARTS + timedelta(minutes=44))
    ids = [room.ask(who).id for who in (ADA, BOB, EVE)]
    assert grace.queue().pace is None
    grace.act("now", ids[0])
    room.becomes(now=STARTS + timedelta(minutes=48))
    grace.do(now_and_next.advance, ids[0])

    assert grace.queue().pace == 3


def test_undo_leaves_alone_what_has_changed_since(room, grace, engine):
    question = make_question(engine, status=Status.WAITING)
    grace.act("approve", question)
    action = grace.desk().log[0].id
    grace.act("answered", question, who=RT)

    with pytest.raises(Refused, match="changed it since"):
        grace.undo(action)
    assert row(room, question).status is Status.ANSWERED


def test_undo_is_offered_for_some_seconds_to_whoever_did_it(room, grace, engine):
    grace.act("pin", make_question(engine))

    assert grace.desk(who=GRACE).undo is not None
    assert grace.desk(who=RT).undo is None
    room.becomes(now=DURING + timedelta(seconds=16))
    assert grace.desk(who=GRACE).undo is None
    room.becomes(now=DURING + timedelta(minutes=3))
    with pytest.raises(Refused, match="too long ago"):
        grace.undo_last()


def test_a_withdrawn_question_leaves_its_slot(room, grace, listener):
    question = room.ask(ADA).id
    grace.act("now", question)
    listener.heard()

    room.withdraw(ADA, question)

    assert (grace.desk().now, grace.screen().now) == (None, None)
    assert [type(event) for event in listener.heard()] == [QuestionHidden]


def test_an_answer_added_later_is_told_to_the_asker(room, grace, engine, listener):
    question = make_question(engine, status=Status.ANSWERED)
    asker = question_row(engine, question).author
    listener.heard()

    for _ in range(2):
        grace.do(answers.answer, question, "With tests.")

    told = [event for event in listener.heard() if isinstance(event, AskerTold)]
    assert [event.author for event in told] == [asker]


def test_what_is_answered_now_cannot_be_edited_by_its_author(room, grace):
    question = room.ask(ADA).id
    grace.act("now", question)

    with pytest.raises(Refused, match="just now"):
        room.edit(ADA, question, "Something else entirely")


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


@pytest.mark.parametrize("labels", ["x" * 21, ",".join(f"l{n}" for n in range(21))])
def test_labels_have_limits(grace, engine, labels):
    with pytest.raises(Refused, match="labels"):
        grace.do(actions.label, make_question(engine), labels)


@pytest.mark.parametrize(
    ("at", "does", "phase", "ends"),
    [
        (20, ["qa"], Phase.QA, 60),
        (20, ["end"], Phase.OVER, 20),
        (50, ["extend"], Phase.QA, 65),
        (50, ["extend", "extend"], Phase.QA, 70),
        (62, ["extend"], Phase.QA, 67),
        (20, ["end", "extend"], Phase.QA, 65),
        (20, ["qa", "resume"], Phase.TALK, 60),
        (50, ["end", "resume"], Phase.QA, 60),
    ],
)
def test_times_are_moved(make_settings, folder, room, grace, engine, at, does, phase, ends):
    page = read_programme(make_settings()).find("talk")
    now = STARTS + timedelta(minutes=at)
    room.becomes(page=page, now=now)

    for do in does:
        grace.do(controls.time, do)

    assert grace.desk().switches.moved is (does[-1] != "resume")
    moved = effective_schedule(page.planned, talk_row(engine))
    if does != ["end", "extend"]:
        assert moved.phase(now) is phase
    assert moved.ends == STARTS + timedelta(minutes=ends)
    assert (room.board().state is BoardState.OPEN) is (moved.phase(now) is not Phase.OVER)


@pytest.mark.parametrize("do", ["qa", "end", "extend", "explode"])
def test_times_are_not_moved_before_the_talk(make_settings, folder, room, grace, do):
    page = read_programme(make_settings()).find("talk")
    room.becomes(page=page, now=STARTS - timedelta(hours=3))

    with pytest.raises(Refused):
        grace.do(controls.time, do)


def test_who_did_what_is_logged(room, grace, engine):
    question = make_question(engine, TEXT, status=Status.WAITING)
    grace.act("approve", question)
    grace.act("pin", question, who=RT)

    log = grace.desk().log
    assert [(line.who, line.words) for line in log] == [
        ("RT", f"pinned “{TEXT}”"),
        ("Grace", f"approved “{TEXT}”"),
    ]
    assert GRACE.name == log[1].who
    set_status(engine, question, Status.DECLINED)
