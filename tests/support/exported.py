"""What an export of the usual talk holds, whatever its format."""

from flask import Flask

from companion.exports.dataset import Choice, record
from companion.store.engine import db


def exported(app: Flask) -> str:
    """Return the one record that every format is made of, all of it, as text."""
    boards = app.extensions["boards"]
    page = boards.programme.find("talk")
    with app.app_context():
        made = record(db.session(), page, Choice(declined=True), "", boards.clock())
    return repr(made)
