"""Who is told what: delivered, signed, and never more than everybody may know."""

import pytest
import sqlalchemy as sa

from companion.errors import Refused
from companion.store import deliveries
from companion.store.deliveries import KEPT
from companion.store.engine import db
from companion.store.models import Delivery, Status, Webhook
from companion.webhooks import registry
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows, make_question, set_status
from tests.support.queries import counted_queries
from tests.support.talks import write_talk
from tests.support.webhooks import ASK, act, rows


def test_nothing_is_kept_or_sent_where_there_is_no_webhook(ada, grace, engine, tell, receiver):
    ada.post_part("/talks/talk/questions", ASK)
    act(grace, "answered", 1)

    tell()

    assert (count_rows(engine, Delivery), receiver.heard) == (0, [])


@on_both_databases
def test_what_is_asked_and_answered_is_told_with_what_everybody_sees(
    ada, grace, add, tell, receiver
):
    _, secret = add()
    ada.post_part("/talks/talk/questions", ASK)
    act(grace, "answered", 1)

    tell()

    assert receiver.told == [("asked", 1), ("answered", 1)]
    said = receiver.heard[1].said
    assert said["timestamp"] == "2026-03-05T12:20:00+00:00"
    assert said["data"]["talk"] == {
        "slug": "talk",
        "title": "A talk about bees",
        "url": "http://127.0.0.1:8000/talks/talk",
        "api": "http://127.0.0.1:8000/api/v1/talks/talk",
    }
    assert said["data"]["status"] == "answered"
    api = ada.get("/api/v1/talks/talk/questions/1").json
    assert said["data"]["question"] == api["question"]
    assert all(one.is_signed_with(secret) for one in receiver.heard)
    assert not any(one.is_signed_with("whsec_AAAA") for one in receiver.heard)
    assert len({one.id for one in receiver.heard}) == 2


def test_what_waits_is_told_without_its_words(make_app, folder, ada, grace, add, tell, receiver):
    write_talk(folder, extra="moderated: true\n")
    ada.app.extensions["boards"].programme.refresh()
    add()
    ada.post_part("/talks/talk/questions", ASK)
    tell()
    act(grace, "approve", 1)
    tell()

    assert receiver.told == [("asked", 1), ("approved", 1)]
    held, shown = (one.said["data"] for one in receiver.heard)
    assert (held["status"], held["question"]) == ("waiting", None)
    assert "bees find" not in receiver.heard[0].body.decode()
    assert shown["question"]["text"] == ASK["text"]


def test_what_was_hidden_meanwhile_is_told_without_its_words(ada, engine, add, tell, receiver):
    add()
    ada.post_part("/talks/talk/questions", ASK)
    set_status(engine, 1, Status.DECLINED)

    tell()

    assert receiver.heard[0].said["data"]["question"] is None
    assert "bees find" not in receiver.heard[0].body.decode()


def test_a_queue_holds_nobodys_words(ada, engine, add):
    add()
    ada.post_part("/talks/talk/questions", ASK)

    [row] = rows(engine)

    assert "bees" not in str(row)
    assert "Ada" not in str(row)


def test_only_what_was_wanted_is_told(ada, grace, add, tell, receiver):
    add("answered")
    ada.post_part("/talks/talk/questions", ASK)
    act(grace, "pin", 1)
    act(grace, "answered", 1)
    act(grace, "answered", 1)
    tell()

    assert receiver.told == [("answered", 1)]


@pytest.mark.parametrize(
    ("status", "do", "told"),
    [
        (Status.WAITING, "approve", ["approved"]),
        (Status.DECLINED, "approve", ["approved"]),
        (Status.WAITING, "now", ["approved"]),
        (Status.OPEN, "decline", []),
        (Status.OPEN, "now", []),
        (Status.OPEN, "answered", ["answered"]),
        (Status.ANSWERED, "restore", []),
    ],
)
def test_what_the_desk_does_is_told_by_what_it_means(
    engine, grace, add, tell, receiver, status, do, told
):
    number = make_question(engine, status=status)
    add()

    act(grace, do, number, reason="unclear")
    tell()

    assert receiver.told == [(event, number) for event in told]


def test_an_answer_in_writing_is_told_again_when_it_changes(engine, grace, add, tell, receiver):
    number = make_question(engine)
    add()
    address = f"/talks/talk/desk/questions/{number}/answer"
    grace.post_part(address, {"answer": "By the sun."})
    tell()

    assert receiver.told == [("answered", number)]
    assert receiver.heard[0].said["data"]["question"]["answer"] == "By the sun."


def test_what_is_asked_aloud_is_told(grace, add, tell, receiver):
    add("asked")
    grace.post_part(
        "/talks/talk/desk/room", {"text": "Do bees sleep at all?", "key": "one-from-the-room"}
    )
    tell()

    assert receiver.told == [("asked", 1)]


def test_one_is_told_for_each_of_many(engine, grace, add, tell, receiver):
    numbers = [make_question(engine, status=Status.WAITING) for _ in range(25)]
    add()
    act(grace, "approve", *numbers)
    tell()

    assert receiver.told == [("approved", number) for number in numbers]


def test_a_change_that_fails_tells_nothing(app, engine, add, clock):
    add()

    def work(change):
        deliveries.queue(change.session, "talk", [("asked", 1)], clock())
        change.session.flush()
        raise Refused("no")

    with pytest.raises(Refused):
        app.extensions["writer"](work)
    assert count_rows(engine, Delivery) == 0


def test_a_secret_can_be_changed_without_a_message_that_nobody_can_check(
    app, ada, sender, add, tell, receiver, clock
):
    number, old = add("asked")
    changed = app.extensions["writer"](lambda change: registry.rotate(change, number, clock()))
    new = sender.signer.secret(changed)
    ada.post_part("/talks/talk/questions", ASK)
    tell()
    clock.set_to(24 * 60 + 21)
    app.extensions["writer"](
        lambda change: deliveries.queue(change.session, "talk", [("asked", 1)], clock())
    )
    tell()

    assert new != old
    within, after = receiver.heard
    assert within.is_signed_with(old)
    assert within.is_signed_with(new)
    assert after.is_signed_with(new)
    assert not after.is_signed_with(old)


def test_no_secret_is_at_rest(engine, add):
    _, secret = add()

    with engine.connect() as connection:
        kept = connection.execute(sa.select(Webhook.__table__)).all()

    assert secret.removeprefix("whsec_") not in str(kept)


def test_what_was_removed_is_told_nothing_more(app, ada, engine, add, tell, receiver):
    number, _ = add()
    ada.post_part("/talks/talk/questions", ASK)
    app.extensions["writer"](lambda change: registry.remove(change, number))
    tell()

    assert (receiver.heard, count_rows(engine, Delivery)) == ([], 0)


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/hook",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "https://ada:secret@receiver.example/",
        "https://",
        "",
        "https://receiver.example/" + "x" * 500,
        "https://receiver.example/grüße",
        "https://receiver.example/?to=grüße",
        "https://receiver.example/a hook",
        "https://receiver.example/a\thook",
        "https://receiver..example/",
        f"https://{'x' * 64}.example/",
        "https://receiver.example:99999/",
    ],
)
def test_an_address_that_could_be_read_on_the_way_is_refused(add, engine, url):
    with pytest.raises(Refused, match="no address for a webhook"):
        add(url=url or " ")

    assert count_rows(engine, Webhook) == 0


@pytest.mark.parametrize(
    "url",
    ["https://xn--bcher-kva.example/%C3%BC", "https://bücher.example:8443/", "https://[::1]/"],
)
def test_an_address_with_other_letters_can_be_written(add, engine, url):
    add(url=url)

    assert count_rows(engine, Webhook) == 1


def test_an_event_that_there_is_not_is_named(add):
    with pytest.raises(Refused, match=r"no event voted\. Name some of: asked, approved"):
        add("asked", "voted")


def test_what_is_done_is_forgotten_after_a_week(app, ada, engine, add, tell, clock):
    add("asked")
    ada.post_part("/talks/talk/questions", ASK)
    tell()
    for days, left in ((KEPT, 1), (KEPT, 0)):
        clock.now += days
        with app.app_context():
            app.extensions["retention"].purge(db.session())
        assert count_rows(engine, Delivery) == left


def test_asking_costs_one_statement_more_and_one_where_somebody_is_told(ada, add):
    ada.post_part("/talks/talk/questions", {"text": "How do ants find home?"})
    with counted_queries() as before:
        ada.post_part("/talks/talk/questions", ASK)
    add()
    with counted_queries() as after:
        ada.post_part("/talks/talk/questions", {"text": "How do wasps find home?"})

    assert len(after) - len(before) == 1
