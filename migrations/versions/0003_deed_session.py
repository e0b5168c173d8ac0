"""Whose deed it was: people who gave no name are told apart by their browser."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was done before is nobody's."""
    column = sa.Column("session", sa.String(16), nullable=False, server_default=sa.text("''"))
    op.add_column("deed", column)


def downgrade() -> None:
    """Take the column away."""
    op.drop_column("deed", "session")
