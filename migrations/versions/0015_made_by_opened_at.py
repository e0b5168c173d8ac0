"""Who made a token or a webhook, where it was an organiser; when a role's link was first opened."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MADE = ("api_token", "webhook")
# What is known of links that were opened a short while ago: who came by them is signed in still.
HAVE_ROWS = """
INSERT INTO role_link (talk, role, generation)
SELECT DISTINCT talk, role, 0 FROM role_grant
WHERE generation = 0 AND role <> 'organiser' AND NOT EXISTS (
    SELECT 1 FROM role_link WHERE talk = role_grant.talk AND role = role_grant.role
)
"""
WERE_OPENED = """
UPDATE role_link SET opened_at = (
    SELECT min(began_at) FROM role_grant
    WHERE talk = role_link.talk AND role = role_link.role AND generation = role_link.generation
)
"""


def upgrade() -> None:
    """Add three columns; an older server beside them notes nothing in these."""
    for table in MADE:
        made_by = sa.Column("made_by", sa.String(60), nullable=False, server_default=sa.text("''"))
        op.add_column(table, made_by)
    op.add_column("role_link", sa.Column("opened_at", sa.DateTime(timezone=True)))
    op.execute(HAVE_ROWS)
    op.execute(WERE_OPENED)


def downgrade() -> None:
    """Drop them; a link that was opened and never changed keeps its row, which means the same."""
    op.drop_column("role_link", "opened_at")
    for table in MADE:
        op.drop_column(table, "made_by")
