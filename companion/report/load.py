"""A report read whole, with a connection of its own: for a thread that stops nobody."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.report.figures import Figures, figures
from companion.store.engine import prepare
from companion.talks.page import TalkPage


def read(database_url: str, page: TalkPage, now: datetime) -> Figures:
    """Return a talk's figures as they are now; many votes take their time to be counted."""
    with Session(_engine(database_url)) as session:
        return figures(session, page, now)


@cache
def _engine(database_url: str) -> sa.Engine:
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    prepare(engine)
    return engine
