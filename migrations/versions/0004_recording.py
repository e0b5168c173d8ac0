"""Recordings and reports: when a recording starts, and how many people were there."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("talk", sa.Column("recorded_from", MOMENT, nullable=True))
    op.create_table(
        "presence",
        sa.Column("talk_id", sa.Integer, nullable=False),
        sa.Column("minute", MOMENT, nullable=False),
        sa.Column("worker", sa.String(16), nullable=False),
        sa.Column("here", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name="fk_presence_talk_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("talk_id", "minute", "worker", name="pk_presence"),
        sa.CheckConstraint("here >= 0", name="here"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("presence")
    op.drop_column("talk", "recorded_from")
