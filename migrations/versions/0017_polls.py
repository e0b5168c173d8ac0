"""Polls: what is asked, what can be answered, and each person's ballots."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _of(name: str, table: str) -> sa.Column[int]:
    referred = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(name, sa.Integer(), referred, nullable=False)


def _switch(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def upgrade() -> None:
    """Add a column and three tables; a talk of an earlier server has had no polls."""
    op.add_column(
        "talk", sa.Column("polls", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.create_table(
        "poll",
        sa.Column("id", sa.Integer(), primary_key=True),
        _of("talk_id", "talk"),
        *(_text("key", 64), _text("text", 200), _switch("several")),
        *(_text("reveal", 8), _text("state", 8), _switch("from_page")),
        *(_switch("is_shown"), _switch("is_right_shown"), _switch("on_screen")),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        _number("people"),
        sa.UniqueConstraint("talk_id", "key", name="uq_poll_talk_id_key"),
        sa.CheckConstraint("people >= 0", name="people"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "poll_option",
        sa.Column("id", sa.Integer(), primary_key=True),
        _of("poll_id", "poll"),
        *(_text("text", 80), _number("position"), _switch("is_right"), _switch("is_gone")),
        _number("votes"),
        sa.CheckConstraint("votes >= 0", name="votes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_poll_option_poll_id", "poll_option", ["poll_id"])
    op.create_table(
        "ballot",
        *(_of("poll_id", "poll"), _text("author", 32), _number("slot")),
        _of("option_id", "poll_option"),
        sa.PrimaryKeyConstraint("poll_id", "author", "slot", name="pk_ballot"),
    )
    op.create_index("ix_ballot_option_id", "ballot", ["option_id"])


def downgrade() -> None:
    """Forget all that was answered."""
    for table in ("ballot", "poll_option", "poll"):
        op.drop_table(table)
    op.drop_column("talk", "polls")
