"""A poll that is open on the talk that is measured."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Flask

from companion.store.engine import db
from companion.store.models import Talk
from companion.store.polls import Poll, PollOption, PollState, Reveal
from companion.talks.polls import key_of

ASK = "Which scheduler do you use?"
OPTIONS = ("Slurm", "Kubernetes", "PBS", "LSF", "another one", "none")


def fill(app: Flask, reveal: Reveal = Reveal.LIVE) -> None:
    """Have a talk with a poll of six answers, which is open and on the screen."""
    asked = {"text": "Is anybody there?", "key": "the-only-question"}
    app.extensions["boards"].ask("benchmark", "the-one-who-asks", asked)
    poll = {
        "talk_id": 1,
        "key": key_of(ASK),
        "text": ASK,
        "several": False,
        "reveal": reveal,
        "state": PollState.OPEN,
        "from_page": False,
        "on_screen": True,
        "opened_at": datetime.now(UTC),
    }
    options = [
        {"poll_id": 1, "text": text, "position": place} for place, text in enumerate(OPTIONS)
    ]
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.insert(Poll), [poll])
        connection.execute(sa.insert(PollOption), options)
        connection.execute(sa.update(Talk).values(polls=1))
