"""What a balancer asks: whether this process answers, and whether it can do its work."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from companion.store.engine import db
from companion.store.models import Talk

bp = Blueprint("health", __name__)
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Say that this process answers."""
    return "ok\n", PLAIN


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Say that the database answers too; 503 when it does not.

    What can be read but not saved or told is `degraded`, in words, and served all the same.
    """
    try:
        db.session.execute(sa.select(Talk.id).limit(1))
    except sa.exc.SQLAlchemyError:
        return "the database does not answer\n", 503, PLAIN
    found = troubles()
    return f"degraded: {'; '.join(found)}\n" if found else "ok\n", PLAIN


def troubles() -> list[str]:
    """Return what does not work at the moment, in words."""
    return [said for said in (check() for check in current_app.extensions["checks"]) if said]
