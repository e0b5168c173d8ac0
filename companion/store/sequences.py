"""The ids that tables have given out: none is given twice, not even that of a deleted row."""

from __future__ import annotations

import sqlalchemy as sa

from companion.store.models import TABLES

COUNTED = [t for t in TABLES if t.autoincrement_column is not None]
# Tables of SQLite that remember; the others go on from the highest id that is there.
REMEMBERED = [t for t in COUNTED if t.dialect_options["sqlite"]["autoincrement"]]
_OF_SQLITE = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :table")
_OF_POSTGRES = sa.text(
    "SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:table, 'id') AS regclass))"
)
_SET_POSTGRES = sa.text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)")
_SET_SQLITE = (
    sa.text("DELETE FROM sqlite_sequence WHERE name = :table"),
    sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"),
)


def last_ids(connection: sa.Connection) -> dict[str, int]:
    """Return the last id that each table has given out, 0 for none."""
    kept = _OF_SQLITE if connection.dialect.name == "sqlite" else _OF_POSTGRES
    return {
        table.name: max(
            connection.scalar(kept, {"table": table.name}) or 0,
            connection.scalar(sa.select(sa.func.max(table.c.id))) or 0,
        )
        for table in COUNTED
    }


def go_on_after(connection: sa.Connection, last: dict[str, int]) -> None:
    """Have each table give out the next id after these."""
    is_sqlite = connection.dialect.name == "sqlite"
    for table in REMEMBERED if is_sqlite else COUNTED:
        if last[table.name]:
            for statement in _SET_SQLITE if is_sqlite else (_SET_POSTGRES,):
                connection.execute(statement, {"table": table.name, "last": last[table.name]})
