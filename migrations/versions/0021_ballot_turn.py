"""The turn of a ballot: which of a person's answers it is."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count what was answered so far as one answer."""
    op.add_column(
        "ballot", sa.Column("turn", sa.Integer(), nullable=False, server_default=sa.text("1"))
    )


def downgrade() -> None:
    """Forget how often anybody has answered."""
    op.drop_column("ballot", "turn")
