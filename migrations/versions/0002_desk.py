"""The desk: what moderators decide, who may, and what they did."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROLES = "role IN ('moderator', 'speaker', 'organiser')"
MOMENT = sa.DateTime(timezone=True)
NO, YES, EMPTY = sa.false(), sa.true(), sa.text("''")
TALK = (
    ("board", sa.String(16), EMPTY),
    ("approve_first", sa.Boolean, None),
    ("anonymous", sa.Boolean, YES),
    ("names", sa.Boolean, NO),
    ("ranked", sa.Boolean, NO),
    ("drives", sa.Boolean, NO),
    ("qa_began_at", MOMENT, None),
    ("ended_at", MOMENT, None),
    ("extra_minutes", sa.Integer, sa.text("0")),
    ("slow_until", MOMENT, None),
    ("now_id", sa.Integer, None),
    ("next_id", sa.Integer, None),
    ("message", sa.String(300), EMPTY),
    ("message_at", MOMENT, None),
    ("message_read_at", MOMENT, None),
)
QUESTION = (
    ("original_text", sa.Text, None),
    ("original_detail", sa.Text, None),
    ("labels", sa.String(500), EMPTY),
    ("pinned", sa.Boolean, NO),
    ("answer", sa.Text, EMPTY),
    ("answered_at", MOMENT, None),
    ("now_at", MOMENT, None),
    ("reason", sa.String(20), EMPTY),
    ("handled_by", sa.String(60), EMPTY),
    ("merged_into", sa.Integer, None),
    ("askers", sa.Integer, sa.text("1")),
    ("spoken", sa.Boolean, NO),
)


def upgrade() -> None:
    """Add the columns and the tables.

    Columns are added as they are, not by copying the table: SQLite would lose its checks, and with
    it the votes. So their defaults stay.
    """
    for table, columns in (("talk", TALK), ("question", QUESTION)):
        for name, kind, default in columns:
            missing = default is None
            op.add_column(table, sa.Column(name, kind, nullable=missing, server_default=default))
    op.create_index("ix_question_merged_into", "question", ["merged_into"])
    _make_roles()
    _make_deeds()


def _make_roles() -> None:
    op.create_table(
        "role_link",
        sa.Column("talk", sa.String(100), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.CheckConstraint(ROLES, name=op.f("ck_role_link_role")),
        sa.PrimaryKeyConstraint("talk", "role", name=op.f("pk_role_link")),
    )
    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitation")),
    )
    op.create_table(
        "role_session",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_role_session")),
    )
    op.create_table(
        "role_grant",
        sa.Column("session", sa.String(64), nullable=False),
        sa.Column("talk", sa.String(100), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.CheckConstraint(ROLES, name=op.f("ck_role_grant_role")),
        sa.ForeignKeyConstraint(
            ["session"],
            ["role_session.token_hash"],
            name=op.f("fk_role_grant_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session", "talk", "role", name=op.f("pk_role_grant")),
    )


def _make_deeds() -> None:
    op.create_table(
        "deed",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("talk_id", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("question_id", sa.Integer, nullable=True),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("undone", sa.Boolean, nullable=False),
        sa.CheckConstraint(ROLES, name=op.f("ck_deed_role")),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f("fk_deed_talk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deed")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deed_talk_id", "deed", ["talk_id"])
    op.create_table(
        "mute",
        sa.Column("talk_id", sa.Integer, nullable=False),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f("fk_mute_talk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("talk_id", "author", name=op.f("pk_mute")),
    )


def downgrade() -> None:
    """Take the tables and the columns away."""
    for table in ("mute", "deed", "role_grant", "role_session", "invitation", "role_link"):
        op.drop_table(table)
    op.drop_index("ix_question_merged_into", "question")
    for table, columns in (("question", QUESTION), ("talk", TALK)):
        for name, _, _ in columns:
            op.drop_column(table, name)
