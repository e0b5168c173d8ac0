import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

import companion.store.writer
from companion.board.events import QuestionOpened, TalkChanged
from companion.board.questions import note_new_page
from companion.board.rules import BoardDefaults
from companion.board.talk_state import TalkLoader
from companion.errors import Refused, UnavailableError
from companion.store.engine import prepare
from companion.store.models import Question, Talk, Vote
from companion.store.writer import Change, Writer
from tests.support.clock import DURING
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows, make_question, question_row, talk_row
from tests.support.people import ADA, BOB
from tests.support.room import Room
from tests.support.talks import make_page

IN_TIME = 30


class Gate:
    """Runs commits one after another, the first only once it is opened."""

    def __init__(self) -> None:
        self.commits = 0
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self, commit: Callable[[], None]) -> None:
        self.commits += 1
        self.reached.set()
        assert self.opened.wait(IN_TIME)
        commit()


def add_talk(slug: str) -> Callable[[Change], str]:
    """Return work that adds a talk and announces it."""

    def work(change: Change) -> str:
        change.session.add(Talk(slug=slug, key="key", revision=1, public_revision=1))
        change.session.flush()
        change.announce(TalkChanged(slug, 1, 0))
        return slug

    return work


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """Have so many threads act, and return what each got or what it was refused with."""

    def answer(number: int) -> object:
        try:
            return act(number)
        except Exception as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(answer, range(count), timeout=IN_TIME))


def behind_a_gate(engine, bus, works) -> tuple[Gate, list[object]]:
    """Run the first work, and all others while its commit is held up."""
    gate = Gate()
    writer = Writer(engine, bus.publish, gate)
    answers: dict[int, object] = {}

    def act(number: int) -> None:
        try:
            answers[number] = writer(works[number])
        except Exception as error:
            answers[number] = error

    threads = [threading.Thread(target=act, args=(number,)) for number in range(len(works))]
    threads[0].start()
    assert gate.reached.wait(IN_TIME)
    for thread in threads[1:]:
        thread.start()
    deadline = time.monotonic() + IN_TIME
    while len(writer._waiting) < len(works) - 1 and time.monotonic() < deadline:
        time.sleep(0.001)
    gate.opened.set()
    for thread in threads:
        thread.join(IN_TIME)
    return gate, [answers[number] for number in range(len(works))]


@on_both_databases
def test_the_work_is_saved_and_its_answer_returned(writer, engine, listener):
    assert writer(add_talk("a")) == "a"

    assert talk_row(engine, "a").revision == 1
    assert listener.heard() == [TalkChanged("a", 1, 0)]


def test_a_slow_commit_is_logged(writer, monkeypatch, caplog):
    writer(lambda change: None)
    assert caplog.messages == []

    monkeypatch.setattr(companion.store.writer, "SLOW_SECONDS", 0)
    writer(lambda change: None)

    [line] = caplog.messages
    assert line.startswith("a commit of 1 took ")


@on_both_databases
def test_an_event_is_published_only_after_it_is_on_disk(writing_engine, engine, bus, listener):
    seen = []
    bus.on(TalkChanged, lambda event: seen.append(talk_row(engine, event.talk).slug))

    Writer(writing_engine, bus.publish, lambda commit: commit())(add_talk("a"))

    assert seen == ["a"]


@on_both_databases
def test_the_next_commit_does_not_wait_for_a_listener_that_dawdles(writer, engine, bus):
    heard, go_on, order = threading.Event(), threading.Event(), []

    def dawdle(event):
        order.append(event.talk)
        heard.set()
        assert go_on.wait(IN_TIME)

    bus.on(TalkChanged, dawdle)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(writer, add_talk("a"))
        assert heard.wait(IN_TIME)
        second = pool.submit(writer, add_talk("b"))
        deadline = time.monotonic() + IN_TIME
        while count_rows(engine, Talk) < 2 and time.monotonic() < deadline:
            time.sleep(0.001)
        assert (count_rows(engine, Talk), second.done(), order) == (2, False, ["a"])
        go_on.set()
        assert (first.result(IN_TIME), second.result(IN_TIME)) == ("a", "b")

    assert order == ["a", "b"]


@on_both_databases
def test_whoever_waits_is_committed_together(writing_engine, engine, bus, listener):
    works = [add_talk(f"talk-{number}") for number in range(20)]

    gate, answers = behind_a_gate(writing_engine, bus, works)

    assert answers == [f"talk-{number}" for number in range(20)]
    assert gate.commits == 2
    assert count_rows(engine, Talk) == 20
    assert len(listener.heard()) == 20


def test_a_batch_has_an_end(writing_engine, engine, bus, monkeypatch):
    monkeypatch.setattr(companion.store.writer, "MAX_BATCH", 5)

    gate, _ = behind_a_gate(writing_engine, bus, [add_talk(f"talk-{n}") for n in range(12)])

    assert gate.commits == 4
    assert count_rows(engine, Talk) == 12


class FailsTogether:
    """Work that cannot be done with more of its kind, for half of it is missing."""

    joint = "all of it"

    def __init__(self, number: int) -> None:
        self.work = add_talk(f"talk-{number}")

    def __call__(self, change: Change) -> str:
        return self.work(change)

    def together(self, session: Session, works: list["FailsTogether"]) -> list[None]:
        add_talk("half-done")(Change(session))
        raise LookupError("half of it is missing")


@on_both_databases
def test_what_cannot_be_done_together_is_done_alone(writing_engine, engine, bus, listener, caplog):
    works = [FailsTogether(number) for number in range(4)]

    _, answers = behind_a_gate(writing_engine, bus, works)

    assert answers == [f"talk-{number}" for number in range(4)]
    assert sorted(event.talk for event in listener.heard()) == answers
    assert count_rows(engine, Talk) == 4
    assert [record.getMessage() for record in caplog.records] == [
        "what waited could not be done together"
    ]
    caplog.clear()


@on_both_databases
def test_what_fails_in_a_batch_fails_alone(writing_engine, engine, bus, listener):
    def half_done(change: Change) -> None:
        add_talk("half-done")(change)
        raise Refused("Not this one.")

    works = [add_talk("a"), add_talk("b"), half_done, add_talk("c")]

    gate, answers = behind_a_gate(writing_engine, bus, works)

    assert gate.commits == 2
    assert [answer for answer in answers if isinstance(answer, str)] == ["a", "b", "c"]
    assert str(answers[2]) == "Not this one."
    assert count_rows(engine, Talk) == 3
    assert {event.talk for event in listener.heard()} == {"a", "b", "c"}


@on_both_databases
def test_what_breaks_a_constraint_fails_alone(writing_engine, engine, bus, listener, caplog):
    works = [add_talk("a"), add_talk("b"), add_talk("a"), add_talk("c")]

    _, answers = behind_a_gate(writing_engine, bus, works)

    assert [type(answer) for answer in answers] == [str, str, IntegrityError, str]
    assert sorted(event.talk for event in listener.heard()) == ["a", "b", "c"]
    assert count_rows(engine, Talk) == 3


def failing_commits(engine: sa.Engine, times: int) -> list[str]:
    """Have the disk fail so many times; returns a list of the failures so far."""
    failed: list[str] = []

    def fail(_connection: sa.Connection) -> None:
        if len(failed) < times:
            failed.append("commit")
            raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    sa.event.listen(engine, "commit", fail)
    return failed


@on_both_databases
def test_a_failed_commit_is_tried_once_more(writing_engine, writer, engine, listener):
    failed = failing_commits(writing_engine, 1)

    assert writer(add_talk("a")) == "a"

    assert failed == ["commit"]
    assert count_rows(engine, Talk) == 1
    assert listener.heard() == [TalkChanged("a", 1, 0)]


@on_both_databases
def test_a_commit_that_keeps_failing_announces_nothing(
    writing_engine, writer, engine, listener, caplog
):
    failing_commits(writing_engine, 2)

    with pytest.raises(UnavailableError):
        writer(add_talk("a"))

    assert (listener.heard(), count_rows(engine, Talk)) == ([], 0)
    assert "nothing can be saved: disk I/O error" in caplog.messages
    caplog.clear()
    assert writer(add_talk("a")) == "a"


def test_when_the_database_is_down_nobody_waits_for_a_try_of_their_own(
    writing_engine, engine, bus, listener, caplog
):
    failed = failing_commits(writing_engine, 99)

    _, answers = behind_a_gate(writing_engine, bus, [add_talk(f"talk-{n}") for n in range(9)])

    assert [type(answer) for answer in answers] == [UnavailableError] * 9
    assert len(failed) == 4
    assert (listener.heard(), count_rows(engine, Talk)) == ([], 0)
    caplog.clear()


def test_a_race_with_another_process_is_mended_by_a_second_try(writer, listener):
    turns = []

    def work(change: Change) -> str:
        turns.append(1)
        change.announce(TalkChanged("a", 1, 0))
        if len(turns) == 1:
            raise IntegrityError("INSERT", {}, Exception("somebody was faster"))
        return "in the end"

    assert writer(work) == "in the end"
    assert listener.heard() == [TalkChanged("a", 1, 0)]


def impatient(url: str) -> sa.Engine:
    engine = sa.create_engine(url, pool_size=1, max_overflow=0)
    prepare(engine, writing=True)
    patience = "PRAGMA busy_timeout=50" if "sqlite" in url else "SET lock_timeout = 50"

    @sa.event.listens_for(engine, "begin")
    def set_patience(connection: sa.Connection) -> None:
        if "postgresql" in url:
            connection.exec_driver_sql(patience)

    @sa.event.listens_for(engine, "connect")
    def set_busy_timeout(connection, _record) -> None:
        if "sqlite" in url:
            connection.execute(patience)

    return engine


@on_both_databases
def test_a_database_locked_by_another_process_is_unavailable_for_so_long(
    database_url, engine, bus, listener, caplog
):
    question = make_question(engine)
    impatient_engine = impatient(database_url)
    room = Room(engine, Writer(impatient_engine, bus.publish, lambda commit: commit()))

    with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as other:
        other.execute(sa.update(Talk).values(key="held"))
        with pytest.raises(UnavailableError):
            room.vote(BOB, question)
    assert "nothing can be saved" in caplog.text
    caplog.clear()
    assert listener.heard() == []

    assert room.vote(BOB, question) == 1
    impatient_engine.dispose()


@on_both_databases
def test_nothing_waits_for_a_lock_for_ever(writing_engine):
    asked = (
        "PRAGMA busy_timeout" if writing_engine.dialect.name == "sqlite" else "SHOW lock_timeout"
    )
    with writing_engine.connect() as connection:
        assert connection.exec_driver_sql(asked).scalar() in (4_000, "4s")


def test_every_sqlite_connection_is_durable_and_strict(writing_engine, engine):
    asked = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")

    for one in (writing_engine, engine):
        with one.connect() as connection:
            found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
            assert found == ["wal", 2, 1, 1]


def test_one_who_is_stopped_leaves_nobody_waiting(writing_engine, bus, listener):
    stopped = []

    def stop_once(commit: Callable[[], None]) -> None:
        if not stopped:
            stopped.append(True)
            raise KeyboardInterrupt
        commit()

    writer = Writer(writing_engine, bus.publish, stop_once)

    with pytest.raises(KeyboardInterrupt):
        writer(add_talk("a"))
    assert listener.heard() == []
    assert writer(add_talk("a")) == "a"


@on_both_databases
def test_fifty_times_the_same_vote_at_once_is_one(room, engine, listener):
    question = make_question(engine, author=ADA)

    assert at_once(50, lambda _: room.vote(BOB, question)) == [1] * 50

    assert (count_rows(engine, Vote), question_row(engine, question).votes) == (1, 1)
    assert len(listener.heard()) == 1


@on_both_databases
def test_fifty_votes_at_once_are_fifty(room, engine, listener):
    question = make_question(engine, author=ADA)

    answers = at_once(50, lambda number: room.vote(f"visitor-{number}", question))

    assert sorted(answers) == list(range(1, 51))
    heard = [(event.revision, event.votes) for event in listener.heard()]
    assert heard == [(votes + 1, votes) for votes in range(1, 51)]


@on_both_databases
def test_the_same_form_sent_twenty_times_at_once_is_one_question(room, engine, listener):
    asked = at_once(20, lambda _: room.ask(ADA, key="the-same-key"))

    assert len({answer.id for answer in asked}) == 1
    assert count_rows(engine, Question) == 1
    assert len(listener.heard()) == 1


@on_both_databases
def test_events_come_in_the_order_of_their_revisions_though_listeners_dawdle(room, bus, listener):
    heard = []
    bus.on(QuestionOpened, lambda event: time.sleep(0.002 * (event.revision % 3)))
    bus.on(QuestionOpened, heard.append)

    at_once(20, lambda number: room.ask(f"visitor-{number}"))

    assert [event.revision for event in heard] == list(range(1, 21))
    assert [event.after for event in heard] == list(range(20))


@on_both_databases
def test_two_processes_share_one_count_of_revisions(database_url, engine, bus):
    heard: list[list[int]] = [[], []]
    engines = [sa.create_engine(database_url, pool_size=1, max_overflow=0) for _ in heard]
    for one in engines:
        prepare(one, writing=True)
    rooms = [
        Room(engine, Writer(one, lambda event, to=to: to.append(event.revision), lambda do: do()))
        for one, to in zip(engines, heard, strict=True)
    ]

    answers = at_once(20, lambda number: rooms[number % 2].ask(f"visitor-{number}"))

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert heard == [sorted(heard[0]), sorted(heard[1])]
    assert sorted(heard[0] + heard[1]) == list(range(1, 21))
    assert talk_row(engine).revision == count_rows(engine, Question) == 20
    for one in engines:
        one.dispose()


@on_both_databases
def test_two_processes_may_be_the_first_to_write_on_a_talk(database_url, engine, bus):
    engines = [sa.create_engine(database_url, pool_size=1, max_overflow=0) for _ in range(6)]
    for one in engines:
        prepare(one, writing=True)
    writers = [Writer(one, bus.publish, lambda commit: commit()) for one in engines]

    loader = TalkLoader(make_page(), DURING, BoardDefaults())

    def note(change):
        note_new_page(change, loader.lock(change.session))

    answers = at_once(6, lambda number: writers[number](note))

    assert answers == [None] * 6
    assert talk_row(engine).revision == 6
    for one in engines:
        one.dispose()


def test_what_is_refused_at_the_second_try_announces_nothing(writing_engine, engine, bus, listener):
    turns = []

    def too_late(change: Change) -> None:
        turns.append(1)
        add_talk("too-late")(change)
        if len(turns) == 2:
            raise Refused("Somebody was faster.")

    works = [add_talk("a"), too_late, add_talk("b"), add_talk("a")]

    _, answers = behind_a_gate(writing_engine, bus, works)

    assert [type(answer) for answer in answers] == [str, Refused, str, IntegrityError]
    assert sorted(event.talk for event in listener.heard()) == ["a", "b"]
    assert count_rows(engine, Talk) == 2


def test_what_has_queued_behind_a_lock_does_not_wait_for_it_once_more(
    database_url, engine, bus, listener, caplog, monkeypatch
):
    """One waits for the lock in vain; those that queued meanwhile fail with it, untried."""
    monkeypatch.setattr(companion.store.writer, "QUEUED_SECONDS", 0)
    impatient_engine = impatient(database_url)
    works = [add_talk(f"talk-{number}") for number in range(4)]
    with engine.execution_options(sqlite_begin="IMMEDIATE").begin():
        gate, answers = behind_a_gate(impatient_engine, bus, works)

    assert [type(answer) for answer in answers] == [UnavailableError] * 4
    assert gate.commits == 1
    assert (listener.heard(), count_rows(engine, Talk)) == ([], 0)
    caplog.clear()
    impatient_engine.dispose()
