"""A talk's page and board, and publishing as the command does it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.publish.publication import Publication, prepare
from companion.store.models import Question
from tests.support.clock import STARTS
from tests.support.talks import read_programme

URL = "https://qa.example.org/talks/talk"
Publish = Callable[..., Publication]


@pytest.fixture
def page_file(folder: Path) -> Path:
    """Return the file of the usual talk."""
    return folder / "talk.md"


@pytest.fixture
def prepared(engine: sa.Engine, make_settings: Callable[..., object], folder: Path) -> Publish:
    """Return what prepares publishing the usual talk."""

    def prepare_it(**options: Any) -> Publication:
        page = read_programme(make_settings()).find("talk")
        with Session(engine) as session:
            return prepare(session, page, URL, STARTS, **{"talks": folder} | options)

    return prepare_it


@pytest.fixture
def publish(prepared: Publish) -> Publish:
    """Return what publishes the usual talk."""

    def publish_it(**options: bool) -> Publication:
        publication = prepared(**options)
        publication.write()
        return publication

    return publish_it


@pytest.fixture
def change(engine: sa.Engine) -> Callable[..., None]:
    """Return what changes a question behind everybody's back."""

    def change_it(number: int, **values: object) -> None:
        with Session(engine) as session, session.begin():
            row = session.get_one(Question, number)
            for name, value in values.items():
                setattr(row, name, value)

    return change_it
