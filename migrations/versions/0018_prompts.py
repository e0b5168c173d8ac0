"""Prompts: polls that notes on the board answer."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns; polls of an earlier server are to choose from."""
    op.add_column("poll", sa.Column("kind", sa.String(8), nullable=False, server_default="choice"))
    op.add_column("question", sa.Column("answers_to", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Forget which polls are prompts, and what answers them: such notes stay as comments."""
    op.drop_column("question", "answers_to")
    op.execute("DELETE FROM poll WHERE kind = 'prompt'")
    op.drop_column("poll", "kind")
