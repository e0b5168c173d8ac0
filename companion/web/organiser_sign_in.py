"""Where organisers sign in by name and password, or by a passkey."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.board.input import one_line
from companion.errors import Refused, UnavailableError
from companion.moderation.entrance import Comer, Entrance
from companion.moderation.sign_ins import NewSignIn
from companion.network.capacity import network_of
from companion.store.engine import db
from companion.web.auth import role_cookie
from companion.web.browsers import browser, keep_sign_in
from companion.web.coming_back import read_address
from companion.web.passkeys import find_site, read_challenge, site, with_challenge
from companion.web.replies import NOT_DONE, in_words, with_status

bp = Blueprint("organiser_sign_in", __name__, url_prefix="/organise/sign-in")


@bp.get("")
def show() -> ResponseReturnValue:
    """Show the ways to sign in."""
    return _page()


@bp.post("")
def sign_in() -> ResponseReturnValue:
    """Sign in by name and password."""
    name = one_line(request.form.get("name", "")[:300])
    password = request.form.get("password", "")
    try:
        return _done(_entrance().by_password(db.session(), name, password, _comer()))
    except NOT_DONE as reason:
        return _refused(reason, name)


@bp.post("/challenge")
def challenge() -> ResponseReturnValue:
    """Return what a script asks the browser for a passkey with."""
    return with_challenge(*_entrance().challenge(find_site()))


@bp.post("/passkey")
def use_passkey() -> ResponseReturnValue:
    """Sign in by what the browser has answered."""
    where = find_site()
    try:
        asked, answer = read_challenge(), request.form.get("answer", "")
        found = _entrance().by_passkey(db.session(), where, answer, asked.bytes, _comer())
        return _done(found)
    except NOT_DONE as reason:
        return _refused(reason)


def _done(sign_in: NewSignIn) -> ResponseReturnValue:
    response = make_response(redirect(_back() or url_for("organise.show"), 303))
    keep_sign_in(response, sign_in)
    return response


def _refused(reason: Refused | UnavailableError, name: str = "") -> ResponseReturnValue:
    return with_status(make_response(_page(name, in_words(reason))), reason)


def _page(name: str = "", problem: str = "") -> str:
    has_passkeys = site() is not None
    context = {"name": name, "problem": problem, "has_passkeys": has_passkeys}
    return render_template("account/sign_in.html", back=_back(), **context)


def _back() -> str:
    """Return the page that somebody wanted who had to sign in first, "" where they say none."""
    return read_address(request.values.get("back", ""))


def _comer() -> Comer:
    return Comer(role_cookie(), browser(), network_of(request.remote_addr or ""))


def _entrance() -> Entrance:
    found: Entrance = current_app.extensions["entrance"]
    return found
