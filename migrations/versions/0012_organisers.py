"""Accounts of organisers: passwords, passkeys, links to come by, and who is signed in where."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make five tables; an older server beside them signs in by links alone."""
    _make_organisers()
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(1400), primary_key=True),
        _of_organiser(),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("browser", sa.String(60), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
    )
    op.create_index("ix_passkey_organiser", "passkey", ["organiser"])
    _make_sign_ins()
    op.create_table(
        "spent_challenge",
        sa.Column("challenge", sa.String(64), primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
    )


def downgrade() -> None:
    """Drop them; whoever was signed in stays so, and comes by links again."""
    for table in ("spent_challenge", "organiser_sign_in", "passkey", "organiser_link", "organiser"):
        op.drop_table(table)


def _make_organisers() -> None:
    op.create_table(
        "organiser",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("folded", sa.String(250), nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.Column("browsers", sa.String(32), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("came_at", MOMENT),
        sa.UniqueConstraint("folded"),
    )
    op.create_table(
        "organiser_link",
        _of_organiser(primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(60), nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.UniqueConstraint("token_hash"),
    )


def _make_sign_ins() -> None:
    gone = sa.ForeignKey("sign_in.token_hash", ondelete="SET NULL")
    op.create_table(
        "organiser_sign_in",
        sa.Column("id", sa.Integer(), primary_key=True),
        _of_organiser(),
        sa.Column("sign_in", sa.String(64), gone),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("browser", sa.String(60), nullable=False),
        sa.Column("unconfirmed", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("sign_in"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_organiser_sign_in_organiser", "organiser_sign_in", ["organiser"])


def _of_organiser(*, primary_key: bool = False) -> sa.Column:
    owner = sa.ForeignKey("organiser.id", ondelete="CASCADE")
    return sa.Column("organiser", sa.String(32), owner, primary_key=primary_key, nullable=False)
