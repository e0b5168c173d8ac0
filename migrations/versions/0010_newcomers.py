"""Those who come past the budget of new people, and their votes, which do not count."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make two tables; an older server beside them knows nothing of what is held."""
    op.create_table(
        "held_person",
        sa.Column(
            "talk_id", sa.Integer(), sa.ForeignKey("talk.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("talk_id", "author"),
        sa.CheckConstraint("state IN ('held', 'let_in', 'excluded')", name="state"),
    )
    op.create_table(
        "held_vote",
        sa.Column(
            "question_id",
            sa.Integer(),
            sa.ForeignKey("question.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("voter", sa.String(32), primary_key=True),
        sa.Column("voted_at", MOMENT, nullable=False),
    )
    op.create_index("ix_held_vote_voter", "held_vote", ["voter"])


def downgrade() -> None:
    """Drop them; what was held counts for nothing."""
    op.drop_table("held_vote")
    op.drop_table("held_person")
