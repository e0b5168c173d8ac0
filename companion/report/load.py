"""A report read whole, with a connection of its own: for a thread that stops nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.report.figures import Figures, figures
from companion.report.plots import draw
from companion.store.engine import prepare
from companion.talks.page import TalkPage


@dataclass(frozen=True)
class Report:
    """A talk's figures, and the plots that were asked for, drawn."""

    figures: Figures
    drawn: Mapping[str, str]


def read(database_url: str, page: TalkPage, now: datetime, plots: Iterable[str]) -> Report:
    """Return a talk's report as it is now; many votes take their time to be counted."""
    with Session(_engine(database_url)) as session:
        found = figures(session, page, now)
    return Report(found, {name: draw(name, found) for name in plots})


@cache
def _engine(database_url: str) -> sa.Engine:
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    prepare(engine)
    return engine
