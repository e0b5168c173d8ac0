"""Moments cut to their minute by the database, so that few rows stand for many."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from companion.store.engine import Moment

UP_TO_MINUTES = len("2026-03-05 12:00")


class Minute(GenericFunction[datetime]):
    """The minute that a column's moment is in."""

    type = Moment()
    inherit_cache = True


@compiles(Minute)
def _truncated(minute: Minute, compiler: SQLCompiler, **options: Any) -> str:
    return f"date_trunc('minute', {compiler.process(minute.clauses, **options)})"


@compiles(Minute, "sqlite")
def _cut(minute: Minute, compiler: SQLCompiler, **options: Any) -> str:
    return f"substr({compiler.process(minute.clauses, **options)}, 1, {UP_TO_MINUTES})"
