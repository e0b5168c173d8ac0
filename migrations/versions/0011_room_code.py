"""The room code: whether a talk needs one, which it is, and who has given it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns and a table; an older server beside them asks nobody for a code."""
    op.add_column(
        "talk",
        sa.Column("requires_code", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "talk", sa.Column("code_number", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.create_table(
        "admission",
        sa.Column(
            "talk_id", sa.Integer(), sa.ForeignKey("talk.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("talk_id", "author"),
    )


def downgrade() -> None:
    """Drop them; nobody needs a code any more."""
    op.drop_table("admission")
    op.drop_column("talk", "code_number")
    op.drop_column("talk", "requires_code")
