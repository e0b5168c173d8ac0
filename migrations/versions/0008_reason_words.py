"""What a moderator writes to the asker of a question that is declined for another reason."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

EMPTY = sa.text("''")


def upgrade() -> None:
    """Add the column."""
    column = sa.Column("reason_words", sa.String(200), nullable=False, server_default=EMPTY)
    op.add_column("question", column)


def downgrade() -> None:
    """Drop it, with what was written."""
    op.drop_column("question", "reason_words")
