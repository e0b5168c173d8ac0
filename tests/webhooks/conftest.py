"""Webhooks of an application whose clock stands still, and a server that they tell."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from companion.store.deliveries import EVENTS
from companion.store.engine import db
from companion.store.models import Role
from companion.webhooks import registry
from companion.webhooks.sending import Sender
from tests.support.pages import Browser
from tests.support.receiver import Receiver, receiving
from tests.support.sign_in import signed_in


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def sender(app: Flask) -> Sender:
    found: Sender = app.extensions["webhooks"]
    return found


@pytest.fixture
def add(app: Flask, sender: Sender, receiver: Receiver) -> Callable[..., tuple[int, str]]:
    """Return what adds a webhook; it gives its number and its secret."""

    def add_webhook(*events: str, url: str = "") -> tuple[int, str]:
        now = app.extensions["boards"].clock()
        found = app.extensions["writer"](
            lambda change: registry.add(change, url or receiver.url, events or EVENTS, now)
        )
        return found.id, sender.signer.secret(found)

    return add_webhook


@pytest.fixture
def tell(app: Flask, sender: Sender) -> Callable[[], None]:
    """Return what does one round of what the server does every second."""

    def tell_all() -> None:
        with app.app_context():
            for number in sender.due(db.session()):
                sender.send_to(db.session(), number)

    return tell_all


@pytest.fixture
def grace(app: Flask) -> Browser:
    return signed_in(app, Role.MODERATOR)
