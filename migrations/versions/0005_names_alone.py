"""Whether names are required is said once, by "names"."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TALK = sa.table("talk", sa.column("anonymous", sa.Boolean), sa.column("names", sa.Boolean))
DEED = sa.table("deed", sa.column("before", sa.Text))


def upgrade() -> None:
    """Take the column away; what has set it just before cannot be undone any more."""
    setting = DEED.c.before.contains('"anonymous": [', autoescape=True)
    op.execute(sa.update(DEED).where(setting).values(before=""))
    op.execute(sa.update(TALK).where(sa.not_(TALK.c.anonymous)).values(names=True))
    op.drop_column("talk", "anonymous")


def downgrade() -> None:
    """Bring it back as the opposite of the other."""
    column = sa.Column("anonymous", sa.Boolean, nullable=False, server_default=sa.true())
    op.add_column("talk", column)
    op.execute(sa.update(TALK).values(anonymous=sa.not_(TALK.c.names)))
