"""Names that one would look for: an action, a sign-in, and columns that say what they hold."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RENAMED = (
    ("talk", "listed", "public_revision"),
    ("talk", "names", "requires_name"),
    ("talk", "drives", "speaker_may_advance"),
    ("question", "spoken", "asked_aloud"),
)
DONE = ("id", "talk_id", "at", "who", "role", "what", "question_id", "before", "undone")
KNOWN = ("token_hash", "name", "seen_at")
ROLES = "role IN ('moderator', 'speaker', 'organiser')"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Rename the columns and the tables, also where an action says what undoing it puts back."""
    for table, old, new in RENAMED:
        op.alter_column(table, old, new_column_name=new)
    _move_actions("deed", "session", "action", "sign_in")
    for _, old, new in RENAMED:
        _rename_in("action", old, new)
    _move_sign_ins("role_session", "session", "sign_in", "sign_in")


def downgrade() -> None:
    """Give them their old names."""
    _move_sign_ins("sign_in", "sign_in", "role_session", "session")
    _move_actions("action", "sign_in", "deed", "session")
    for table, old, new in RENAMED:
        op.alter_column(table, new, new_column_name=old)
        _rename_in("deed", new, old)


def _move_actions(old: str, old_column: str, new: str, column: str) -> None:
    """Make the table anew, for SQLite cannot rename constraints."""
    op.create_table(
        new,
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("talk_id", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("question_id", sa.Integer, nullable=True),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("undone", sa.Boolean, nullable=False),
        sa.Column(column, sa.String(16), nullable=False, server_default=sa.text("''")),
        sa.CheckConstraint(ROLES, name=op.f(f"ck_{new}_role")),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f(f"fk_{new}_talk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{new}")),
        sqlite_autoincrement=True,
    )
    _copy(old, (*DONE, old_column), new, (*DONE, column))
    if op.get_bind().dialect.name == "postgresql":
        highest = sa.select(sa.func.max(sa.column("id"))).select_from(sa.table(new))
        sequence = sa.func.pg_get_serial_sequence(new, "id")
        op.execute(sa.select(sa.func.setval(sequence, highest.scalar_subquery())))
    op.drop_table(old)
    op.create_index(f"ix_{new}_talk_id", new, ["talk_id"])


def _move_sign_ins(old: str, old_column: str, new: str, column: str) -> None:
    """Make both tables anew; what is granted is little enough to be held meanwhile."""
    op.create_table(
        new,
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f(f"pk_{new}")),
    )
    _copy(old, KNOWN, new, KNOWN)
    granted = _granted(old_column)
    rows = op.get_bind().execute(sa.select(granted)).all()
    op.drop_table("role_grant")
    op.drop_table(old)
    op.create_table(
        "role_grant",
        sa.Column(column, sa.String(64), nullable=False),
        sa.Column("talk", sa.String(100), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.CheckConstraint(ROLES, name=op.f("ck_role_grant_role")),
        sa.ForeignKeyConstraint(
            [column],
            [f"{new}.token_hash"],
            name=op.f(f"fk_role_grant_{column}"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(column, "talk", "role", name=op.f("pk_role_grant")),
    )
    op.bulk_insert(
        _granted(column),
        [{column: row[0], **dict(zip(row._fields[1:], row[1:], strict=True))} for row in rows],
    )


def _granted(column: str) -> sa.TableClause:
    others = (sa.column(name) for name in ("talk", "role", "generation"))
    return sa.table("role_grant", sa.column(column), *others, sa.column("began_at", MOMENT))


def _copy(old: str, old_columns: tuple[str, ...], new: str, columns: tuple[str, ...]) -> None:
    source = sa.table(old, *map(sa.column, old_columns))
    target = sa.table(new, *map(sa.column, columns))
    op.execute(sa.insert(target).from_select(columns, sa.select(source)))


def _rename_in(table: str, old: str, new: str) -> None:
    """Rename a field in the JSON that undoing reads; quotes in what people wrote are escaped."""
    actions = sa.table(table, sa.column("before", sa.Text))
    renamed = sa.func.replace(actions.c.before, f'"{old}": [', f'"{new}": [')
    op.execute(sa.update(actions).values(before=renamed))
