"""Those who run a talk: browsers that have come in by a role's link."""

from flask import Flask

from companion.moderation.role_links import link_to
from companion.store.engine import db
from companion.store.models import Role
from tests.support.pages import Browser


def token(app: Flask, role: Role, talk: str = "talk") -> str:
    """Return the secret of a role's link."""
    desks = app.extensions["moderation"]
    with app.app_context():
        found = link_to(db.session(), "" if role is Role.ORGANISER else talk, role)
    return str(desks.keys.token(found))


def enter(browser: Browser, role: Role, talk: str = "talk", name: str = "") -> Browser:
    """Have a browser come in by a role's link."""
    answer = browser.post("/enter", {"token": token(browser.app, role, talk), "name": name})
    assert answer.status_code == 303, answer.text
    return browser


def signed_in(app: Flask, role: Role, talk: str = "talk", name: str = "") -> Browser:
    """Return a browser that has come in by a role's link."""
    return enter(Browser(app), role, talk, name)
