"""What asks the interface for programs, and with which token; an organiser, and a rehearsal."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from companion.moderation import tokens
from companion.store.models import Role
from tests.support.api import API, check
from tests.support.pages import Browser
from tests.support.rehearsals import begin
from tests.support.sign_in import signed_in


@pytest.fixture
def read(app: Flask) -> Callable[..., TestResponse]:
    """Return what asks as a program does, and checks each answer against the description."""
    client = app.test_client()
    described = client.get(f"{API}/openapi.json", base_url="http://localhost:8000").json

    def ask(address: str, token: str = "", **headers: str) -> TestResponse:
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        answer = client.get(address, base_url="http://localhost:8000", headers=sent)
        check(described, answer)
        return answer

    return ask


@pytest.fixture
def make_token(app: Flask) -> Callable[..., str]:
    """Return what makes a token, as the command line does."""

    def make(name: str = "archive", days: int | None = None) -> str:
        made = app.extensions["writer"](
            lambda change: tokens.create(change, name, days, app.extensions["boards"].clock())
        )
        return str(made)

    return make


@pytest.fixture
def olga(app: Flask) -> Iterator[Browser]:
    """Return an organiser's browser."""
    yield signed_in(app, Role.ORGANISER, name="Olga")
    app.extensions["sockets"].finish()  # what is told a little later connects to the database


@pytest.fixture
def rehearsal(olga: Browser) -> str:
    """Return the slug of a rehearsal that has begun, with some questions."""
    return begin(olga)
