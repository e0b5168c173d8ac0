"""What could not be told is tried again, and given up in the end; nothing is lost on the way."""

import logging

import pytest
import sqlalchemy as sa

from companion.store import deliveries
from companion.store.deliveries import PAUSES
from companion.store.models import Webhook
from tests.support.databases import on_both_databases
from tests.support.live import free_port
from tests.support.webhooks import ASK, rows


@on_both_databases
def test_what_fails_is_tried_again(ada, engine, add, tell, receiver, clock, caplog):
    _, secret = add()
    receiver.answers = [500, 302]
    ada.post_part("/talks/talk/questions", ASK)
    with caplog.at_level(logging.WARNING):
        tell()
        tell()
        assert len(receiver.heard) == 1  # it is not due yet
        clock.now += PAUSES[0]
        tell()
        clock.now += PAUSES[1]
        tell()
        clock.now += PAUSES[2]
        tell()

    assert len(receiver.heard) == 3
    assert len({one.id for one in receiver.heard}) == 1
    assert all(one.is_signed_with(secret) for one in receiver.heard)
    [row] = rows(engine)
    assert (row.attempts, row.delivered, row.result) == (3, True, "204")
    ours = [record for record in caplog.records if "webhooks" in record.name]
    assert [record.getMessage() for record in ours] == [
        "webhook 1: attempt 1 came to 500",
        "webhook 1: attempt 2 came to 302",
    ]


def test_it_is_given_up_in_the_end(ada, engine, add, tell, receiver, clock):
    add("asked")
    receiver.answers = [500] * 20
    ada.post_part("/talks/talk/questions", ASK)
    for pause in (*PAUSES, PAUSES[-1], PAUSES[-1]):
        tell()
        clock.now += pause

    [row] = rows(engine)
    assert (row.attempts, row.delivered) == (len(PAUSES) + 1, False)
    assert row.done_at is not None
    assert len(receiver.heard) == len(PAUSES) + 1


def test_a_receiver_that_is_gone_for_good_is_not_asked_again(
    ada, engine, add, tell, receiver, clock
):
    add("asked")
    receiver.answers = [410]
    ada.post_part("/talks/talk/questions", ASK)
    tell()
    clock.now += PAUSES[-1]
    tell()

    assert (len(receiver.heard), rows(engine)[0].result) == (1, "410")


def test_one_that_fails_keeps_no_other_waiting(ada, engine, add, tell, receiver):
    add(url=f"http://127.0.0.1:{free_port()}")
    add()
    ada.post_part("/talks/talk/questions", ASK)
    tell()

    assert receiver.told == [("asked", 1)]
    assert [row.delivered for row in rows(engine)] == [False, True]


@on_both_databases
def test_what_was_being_sent_when_a_worker_died_is_sent_again(
    app, ada, engine, add, tell, receiver, clock
):
    number, _ = add()
    ada.post_part("/talks/talk/questions", ASK)
    write = app.extensions["writer"]
    claimed = write(lambda change: deliveries.claim(change, number, clock()))

    assert write(lambda change: deliveries.claim(change, number, clock())) is None
    tell()
    assert receiver.heard == []
    clock.now += deliveries.LEASE
    tell()

    assert [one.id for one in receiver.heard] == [claimed.message_id]


@pytest.mark.parametrize("path", ["/grüße", "/a hook"])
def test_an_address_of_earlier_that_cannot_be_sent_to_is_given_up(
    app, ada, engine, add, tell, clock, path
):
    number, _ = add("asked")
    with engine.begin() as connection:
        connection.execute(sa.update(Webhook).values(url=f"http://127.0.0.1:{free_port()}{path}"))
    ada.post_part("/talks/talk/questions", ASK)
    for pause in (*PAUSES, PAUSES[-1]):
        tell()
        clock.now += pause

    [row] = rows(engine)
    assert (row.webhook_id, row.delivered, row.done_at is None) == (number, False, False)


def test_what_goes_wrong_here_is_an_attempt_that_failed(
    ada, engine, add, tell, receiver, sender, clock, monkeypatch, caplog
):
    def fails(*_, **__):
        raise RuntimeError("a mistake of ours")

    add("asked")
    ada.post_part("/talks/talk/questions", ASK)
    with monkeypatch.context() as patch:
        patch.setattr(sender, "_post", fails)
        tell()

    assert "attempt 1 failed here" in caplog.text
    caplog.clear()
    assert [(row.result, row.attempts) for row in rows(engine)] == [("RuntimeError", 1)]
    clock.now += PAUSES[0]
    tell()
    assert receiver.told == [("asked", 1)]
