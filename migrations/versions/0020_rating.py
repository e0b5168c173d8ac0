"""Ratings: what people say of a talk once it ends, and whether they are asked."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column and a table; a talk of an earlier server follows its page."""
    op.add_column("talk", sa.Column("rating", sa.Boolean(), nullable=True))
    referred = sa.ForeignKey("talk.id", ondelete="CASCADE")
    op.create_table(
        "rating",
        sa.Column("talk_id", sa.Integer(), referred, nullable=False),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("worth", sa.Integer(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=True),
        sa.Column("line", sa.String(280), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("talk_id", "author", name="pk_rating"),
        sa.CheckConstraint("worth BETWEEN 1 AND 5", name="worth"),
        sa.CheckConstraint("depth BETWEEN 1 AND 3", name="depth"),
    )


def downgrade() -> None:
    """Forget all ratings."""
    op.drop_table("rating")
    op.drop_column("talk", "rating")
