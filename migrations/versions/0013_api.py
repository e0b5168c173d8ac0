"""Tokens for programs that read, webhooks, and what these are to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make three tables; an older server beside them tells webhooks nothing."""
    op.create_table(
        "api_token",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("events", sa.String(60), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("rotated_at", MOMENT, nullable=True),
        sqlite_autoincrement=True,
    )
    _make_queue()


def _make_queue() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "webhook_id",
            sa.Integer(),
            sa.ForeignKey("webhook.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("message_id", sa.String(40), nullable=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("talk", sa.String(100), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("delivered", sa.Boolean(), nullable=False),
        sa.Column("result", sa.String(60), nullable=False),
        sa.UniqueConstraint("message_id", name=op.f("uq_delivery_message_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_delivery_done_at_due_at", "delivery", ["done_at", "due_at"])


def downgrade() -> None:
    """Drop them; no program has a token any more, and no webhook is told anything."""
    op.drop_table("delivery")
    op.drop_table("webhook")
    op.drop_table("api_token")
