"""Names that one would look for: an action, and columns that say what they hold."""

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
COLUMNS = (
    "id",
    "talk_id",
    "at",
    "who",
    "role",
    "what",
    "question_id",
    "before",
    "undone",
    "session",
)
ROLES = "role IN ('moderator', 'speaker', 'organiser')"


def upgrade() -> None:
    """Rename the columns and the table, also where an action says what undoing it puts back."""
    for table, old, new in RENAMED:
        op.alter_column(table, old, new_column_name=new)
    _move("deed", "action")
    for _, old, new in RENAMED:
        _rename_in("action", old, new)


def downgrade() -> None:
    """Give them their old names."""
    _move("action", "deed")
    for table, old, new in RENAMED:
        op.alter_column(table, new, new_column_name=old)
        _rename_in("deed", new, old)


def _move(old: str, new: str) -> None:
    """Make the table anew, for SQLite cannot rename constraints."""
    op.create_table(
        new,
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("talk_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("question_id", sa.Integer, nullable=True),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("undone", sa.Boolean, nullable=False),
        sa.Column("session", sa.String(16), nullable=False, server_default=sa.text("''")),
        sa.CheckConstraint(ROLES, name=op.f(f"ck_{new}_role")),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f(f"fk_{new}_talk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{new}")),
        sqlite_autoincrement=True,
    )
    columns = [sa.column(name) for name in COLUMNS]
    op.execute(sa.insert(sa.table(new, *columns)).from_select(COLUMNS, _all_of(old)))
    if op.get_bind().dialect.name == "postgresql":
        highest = f"SELECT setval(pg_get_serial_sequence('{new}', 'id'), max(id)) FROM {new}"  # noqa: S608 (names of ours)
        op.execute(highest)
    op.drop_table(old)
    op.create_index(f"ix_{new}_talk_id", new, ["talk_id"])


def _all_of(table: str) -> sa.Select[tuple[object, ...]]:
    columns = [sa.column(name) for name in COLUMNS]
    return sa.select(*columns).select_from(sa.table(table, *columns))


def _rename_in(table: str, old: str, new: str) -> None:
    """Rename a field in the JSON that undoing reads; quotes in what people wrote are escaped."""
    actions = sa.table(table, sa.column("before", sa.Text))
    renamed = sa.func.replace(actions.c.before, f'"{old}": [', f'"{new}": [')
    op.execute(sa.update(actions).values(before=renamed))
