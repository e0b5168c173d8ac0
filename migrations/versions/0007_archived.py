"""What was archived for lack of time is not declined: it has a status of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OLD = ("waiting", "open", "answered", "declined", "withdrawn", "merged")
NEW = (*OLD, "archived")
QUESTION = sa.table("question", *(sa.column(name) for name in ("status", "reason")))
ACTION = sa.table("action", sa.column("before", sa.Text))


def upgrade() -> None:
    """Allow it, and give it to what was archived; that cannot be undone in one go any more."""
    _allow(OLD, NEW)
    is_archived = sa.and_(QUESTION.c.status == "declined", QUESTION.c.reason == "no_time")
    op.execute(sa.update(QUESTION).where(is_archived).values(status="archived", reason=""))
    _replace_in_actions('"declined"], "reason": ["", "no_time"]', '"archived"]')


def downgrade() -> None:
    """Have it be declined again."""
    _replace_in_actions('"archived"]', '"declined"], "reason": ["", "no_time"]')
    is_archived = QUESTION.c.status == "archived"
    op.execute(sa.update(QUESTION).where(is_archived).values(status="declined", reason="no_time"))
    _allow(NEW, OLD)


def _replace_in_actions(old: str, new: str) -> None:
    """Have the log know from which status to which a question went."""
    changed = sa.func.replace(ACTION.c.before, old, new)
    op.execute(sa.update(ACTION).where(ACTION.c.before.contains(old)).values(before=changed))


def _allow(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """Change what a status can be.

    SQLite can change no constraint, and to make the table anew would take all votes along. It
    documents this way for what changes no row: https://sqlite.org/lang_altertable.html, section 7.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_question_status"), "question", type_="check")
        op.create_check_constraint(op.f("ck_question_status"), "question", f"status IN {new}")
        return
    version = op.get_bind().execute(sa.text("PRAGMA schema_version")).scalar_one()
    master = sa.table("sqlite_master", *(sa.column(name) for name in ("sql", "name")))
    rewritten = sa.func.replace(master.c.sql, f"status IN {old}", f"status IN {new}")
    op.execute("PRAGMA writable_schema=ON")
    op.execute(sa.update(master).where(master.c.name == "question").values(sql=rewritten))
    op.execute(f"PRAGMA schema_version={version + 1}")
    op.execute("PRAGMA writable_schema=RESET")
