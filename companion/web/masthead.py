"""What stands in the head of every page for those signed in as organisers."""

from __future__ import annotations

from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError

from companion.errors import SignedOutError
from companion.store.models import Role
from companion.web.auth import require_role, role_cookie

KNOWN = "companion.leads_to_organise"


def init_app(app: Flask) -> None:
    """Let every page ask whether its head leads to the organisers' pages."""
    app.jinja_env.globals["leads_to_organise"] = leads_to_organise


def leads_to_organise() -> bool:
    """Whether an organiser looks; one answer for each request, and an attendee costs no query.

    Pages that say that the database is away have a head too.
    """
    if not role_cookie():
        return False
    known: dict[str, bool] = request.environ
    if KNOWN not in known:
        known[KNOWN] = _is_organiser()
    return known[KNOWN]


def _is_organiser() -> bool:
    try:
        require_role(None, Role.ORGANISER, background=True)
    except (SignedOutError, SQLAlchemyError):
        return False
    return True
