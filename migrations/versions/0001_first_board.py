"""The first board: talks, questions and votes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KINDS = ("question", "comment")
STATUSES = ("waiting", "open", "answered", "declined", "withdrawn", "merged")


def _one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_question_{column}"))


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "talk",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("listed", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk")),
        sa.UniqueConstraint("slug", name=op.f("uq_talk_slug")),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("talk_id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("votes", sa.Integer, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        _one_of("kind", KINDS),
        _one_of("status", STATUSES),
        sa.CheckConstraint("votes >= 0", name=op.f("ck_question_votes")),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f("fk_question_talk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("talk_id", "key", name=op.f("uq_question_talk_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_question_talk_id_status", "question", ["talk_id", "status"])
    op.create_index("ix_question_talk_id_author", "question", ["talk_id", "author"])
    op.create_table(
        "vote",
        sa.Column("question_id", sa.Integer, nullable=False),
        sa.Column("voter", sa.String(32), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_vote_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", "voter", name=op.f("pk_vote")),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("vote")
    op.drop_table("question")
    op.drop_table("talk")
