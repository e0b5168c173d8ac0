"""Rehearsals: which talk is tried out on which board, from when and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TALK = sa.table("talk", sa.column("slug", sa.String))


def upgrade() -> None:
    """Make a table; an older server beside it knows of no rehearsal, and finds none."""
    op.create_table(
        "rehearsal",
        sa.Column(
            "talk_id",
            sa.Integer(),
            sa.ForeignKey("talk.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("talk", sa.String(100), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.UniqueConstraint("talk", name=op.f("uq_rehearsal_talk")),
    )


def downgrade() -> None:
    """End every rehearsal with all that is on its board, and drop the table."""
    op.execute(TALK.delete().where(TALK.c.slug.contains("~rehearsal-")))
    for table in ("role_link", "role_grant"):
        place = sa.table(table, sa.column("talk", sa.String))
        op.execute(place.delete().where(place.c.talk.contains("~rehearsal-")))
    op.drop_table("rehearsal")
