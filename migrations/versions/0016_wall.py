"""The wall: where a talk's notes are, what is there beside them, who arranged it, and who may."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBERED = ("wall_cluster", "wall_stroke")


def _of(table: str, deleted: str = "CASCADE") -> sa.ForeignKey:
    return sa.ForeignKey(f"{table}.id", ondelete=deleted)


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _of_talk(*, primary_key: bool = False) -> sa.Column[int]:
    return sa.Column("talk_id", sa.Integer(), _of("talk"), primary_key=primary_key, nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def upgrade() -> None:
    """Add two columns and six tables; on a talk of an earlier server no note is placed yet."""
    for name, default in (("wall", "shown"), ("wall_pen", "staff")):
        column = sa.Column(name, sa.String(8), nullable=False, server_default=default)
        op.add_column("talk", column)
    op.create_table(
        "wall",
        _of_talk(primary_key=True),
        *_numbers("revision"),
        _text("background", 8),
        _text("across", 60),
        _text("up", 60),
    )
    op.create_table(
        "wall_picture",
        _of_talk(primary_key=True),
        *(_text("digest", 16), _text("media_type", 20)),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        *_numbers("width", "height"),
    )
    _make_numbered()
    _make_places()
    _make_log()


def _make_numbered() -> None:
    """Make the tables of what has a number of its own: clusters and strokes."""
    words = [_text("title", 60), _text("author", 32)]
    cluster = [*words, *_numbers("x", "y", "width", "height", "z")]
    stroke = [
        sa.Column("at", MOMENT, nullable=False),
        *(_text("who", 60), _text("author", 32), _text("sign_in", 16)),
        *(_text("tool", 12), *_numbers("width")),
        sa.Column("points", sa.Text(), nullable=False),
        _text("caption", 120),
    ]
    for name, columns in zip(NUMBERED, (cluster, stroke), strict=True):
        op.create_table(
            name,
            sa.Column("id", sa.Integer(), primary_key=True),
            _of_talk(),
            _text("key", 64),
            *columns,
            _text("colour", 8),
            sa.Column("is_gone", sa.Boolean(), nullable=False),
            *_numbers("revision"),
            sa.UniqueConstraint("talk_id", "key", name=f"uq_{name}_talk_id_key"),
            sqlite_autoincrement=True,
        )
        op.create_index(f"ix_{name}_talk_id_revision", name, ["talk_id", "revision"])


def _make_places() -> None:
    op.create_table(
        "wall_place",
        sa.Column("question_id", sa.Integer(), _of("question"), primary_key=True),
        _of_talk(),
        sa.Column("x", sa.Integer(), nullable=True),
        sa.Column("y", sa.Integer(), nullable=True),
        *_numbers("z"),
        _text("colour", 8),
        sa.Column("cluster_id", sa.Integer(), _of("wall_cluster", "SET NULL"), nullable=True),
        *_numbers("revision"),
    )
    op.create_index("ix_wall_place_talk_id_revision", "wall_place", ["talk_id", "revision"])
    op.create_index("ix_wall_place_cluster_id", "wall_place", ["cluster_id"])


def _make_log() -> None:
    op.create_table(
        "wall_change",
        sa.Column("id", sa.Integer(), primary_key=True),
        _of_talk(),
        *(
            sa.Column(f"{name}_id", sa.Integer(), _of(table), nullable=True)
            for name, table in (
                ("question", "question"),
                ("cluster", "wall_cluster"),
                ("stroke", "wall_stroke"),
            )
        ),
        sa.Column("at", MOMENT, nullable=False),
        _text("who", 60),
        _text("author", 32),
        _text("sign_in", 16),
        sa.Column("before", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_wall_change_talk_id_at", "wall_change", ["talk_id", "at"])
    for name in ("question", "cluster", "stroke"):
        op.create_index(f"ix_wall_change_{name}_id", "wall_change", [f"{name}_id"])


def downgrade() -> None:
    """Forget all that is on a wall."""
    for table in ("wall_change", "wall_place", *NUMBERED, "wall_picture", "wall"):
        op.drop_table(table)
    for column in ("wall_pen", "wall"):
        op.drop_column("talk", column)
