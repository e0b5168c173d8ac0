"""The pulse: whether a talk has one, and how many pressed what in each minute."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column and a table; a talk of an earlier server follows its page."""
    op.add_column("talk", sa.Column("pulse", sa.Boolean(), nullable=True))
    op.create_table(
        "pulse",
        sa.Column(
            "talk_id", sa.Integer(), sa.ForeignKey("talk.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("talk_id", "minute", "kind", name="pk_pulse"),
        sa.CheckConstraint("count >= 0", name="count"),
    )


def downgrade() -> None:
    """Forget all that was pressed."""
    op.drop_table("pulse")
    op.drop_column("talk", "pulse")
