"""An organiser's account: how they sign in, where they are signed in, and who else is one."""

from __future__ import annotations

from collections.abc import Callable

from flask import (
    Blueprint,
    Flask,
    current_app,
    make_response,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from companion.board.input import one_line
from companion.errors import Refused
from companion.languages import translated
from companion.messages import gettext
from companion.moderation import browsers, organisers
from companion.moderation.accounts import NO_ACCOUNT, Accounts
from companion.moderation.organiser_sign_ins import Place
from companion.moderation.passwords import SHORTEST
from companion.store.accounts import Organiser
from companion.store.engine import db
from companion.web.auth import flashed, redirect_with, refuse_others, role_cookie
from companion.web.browsers import browser, keep_marks
from companion.web.passkeys import find_site, read_challenge, site, with_challenge
from companion.web.replies import NOT_DONE, in_words, number, with_status

bp = Blueprint("account", __name__, url_prefix="/organise/account")
bp.before_request(refuse_others)
UNKNOWN = gettext(
    "That sign-in has ended. Whoever it was may know your password: choose a new one, and remove "
    "passkeys that are not yours."
)
OTHERS_UNKNOWN = gettext(
    "All others have ended. Whoever it was may know your password: choose a new one, and remove "
    "passkeys that are not yours."
)
FIRST_IS_KEPT = gettext("Your password is kept. Sign in with it next time.")
NEW_IS_KEPT = gettext("Your new password is kept, and all your other sign-ins have ended.")
NOT_THE_SAME = gettext("The two passwords are not the same. Type them once more.")


def init_app(app: Flask) -> None:
    """Let the organisers' pages tell of sign-ins from new browsers, and of a last way in."""
    app.jinja_env.globals["new_sign_ins"] = new_sign_ins
    app.jinja_env.globals["is_new_here"] = is_new_here
    app.jinja_env.globals["can_sign_in_again"] = can_sign_in_again


def new_sign_ins() -> list[Place]:
    """Return the sign-ins from new browsers that whoever looks has said nothing of yet."""
    return _accounts().unconfirmed(db.session(), role_cookie())


def is_new_here() -> bool:
    """Whether whoever looks is in a new browser that nobody has said anything of yet."""
    return _accounts().is_unconfirmed(db.session(), role_cookie())


def can_sign_in_again() -> bool:
    """Whether whoever looks has chosen a way to come in again."""
    return _accounts().can_sign_in_again(db.session(), role_cookie())


@bp.app_template_filter("browser_words")
def browser_words(kept: str) -> str:
    """Return which browser it was, kept in English, in the language of who looks."""
    return str(translated(browsers.kept(kept)))


@bp.get("")
def show() -> ResponseReturnValue:
    """Show an organiser's account."""
    return _page()


@bp.post("")
def claim() -> ResponseReturnValue:
    """Make an account for who came by the server's own link."""

    def work() -> str:
        return _accounts().claim(role_cookie(), request.form.get("name", ""), browser())

    return _done(work, gettext("You have an account. Choose how you sign in next time."))


@bp.post("/password")
def choose_password() -> ResponseReturnValue:
    """Choose a password, or have none any more."""
    if request.form.get("do") == "drop":
        return _done(
            lambda: _accounts().drop_password(role_cookie()), gettext("You have no password now.")
        )

    def work() -> str:
        password = request.form.get("password", "")
        if password != request.form.get("again", ""):
            raise Refused(NOT_THE_SAME)
        return _accounts().choose_password(role_cookie(), password, browser())

    organiser = _organiser()
    had_one = organiser is not None and organiser.password
    return _done(work, NEW_IS_KEPT if had_one else FIRST_IS_KEPT)


@bp.post("/passkeys/challenge")
def challenge() -> ResponseReturnValue:
    """Return what a script asks the browser to make a passkey with."""
    where, organiser = find_site(), _organiser()
    if organiser is None:
        reason = Refused(NO_ACCOUNT)
        return with_status(make_response(in_words(reason)), reason)
    asked = _accounts().challenge(db.session(), where, organiser)
    return with_challenge(*asked, organiser=organiser.id)


@bp.post("/passkeys")
def add_passkey() -> ResponseReturnValue:
    """Keep the passkey that the browser has made."""
    where = find_site()

    def work() -> None:
        asked, answer = read_challenge(), request.form.get("answer", "")
        _accounts().add_passkey(
            role_cookie(), where, answer, asked.bytes, asked.organiser, browser()
        )

    return _done(work, gettext("Your passkey is kept. Sign in with it next time."))


@bp.post("/passkeys/remove")
def remove_passkey() -> ResponseReturnValue:
    """Have a passkey open nothing any more."""
    passkey = request.form.get("passkey", "")
    return _done(
        lambda: _accounts().remove_passkey(role_cookie(), passkey),
        gettext("That passkey is removed."),
    )


@bp.post("/sign-ins/end")
def end() -> ResponseReturnValue:
    """End one of one's sign-ins, or all but this one."""
    if request.form.get("which") == "others":
        message = OTHERS_UNKNOWN if new_sign_ins() else gettext("All others have ended.")
        return _done(lambda: _accounts().end_others(role_cookie(), browser()), message)
    which = number(request.form.get("which"))
    message = (
        UNKNOWN if request.form.get("was") == "unknown" else gettext("That sign-in has ended.")
    )
    return _done(lambda: _accounts().end(role_cookie(), which, browser()), message)


@bp.post("/sign-ins/confirm")
def confirm() -> ResponseReturnValue:
    """Say that a sign-in from a new browser was one's own."""
    which = number(request.form.get("which"))
    return _done(
        lambda: _accounts().confirm(role_cookie(), which), gettext("Thank you."), "organise.show"
    )


@bp.post("/organisers")
def invite() -> ResponseReturnValue:
    """Show a link by which somebody becomes an organiser; it is shown once."""
    name = request.form.get("name", "")
    try:
        address = _accounts().invite(role_cookie(), name)
    except NOT_DONE as reason:
        page = _page(in_words(reason), invited=one_line(name[:300]))
        return with_status(make_response(page), reason)
    db.session.rollback()
    return _page(link=f"{current_app.config['SITE']}{address}", invited=organisers.read_name(name))


@bp.post("/organisers/revoke")
def revoke() -> ResponseReturnValue:
    """Have an invitation open nothing."""
    organiser = request.form.get("organiser", "")
    return _done(
        lambda: _accounts().revoke(role_cookie(), organiser), gettext("That link is void.")
    )


def _done(
    work: Callable[[], str | None], message: str, to: str = "account.show"
) -> ResponseReturnValue:
    """Do what a form asks for and lead on, or show the page with why not.

    What comes of the work, if anything, are the browser's new marks.
    """
    try:
        marks = work()
    except NOT_DONE as reason:
        db.session.rollback()
        return with_status(make_response(_page(in_words(reason))), reason)
    response = make_response(redirect_with(message, url_for(to)))
    if marks:
        keep_marks(response, marks)
    return response


def _page(problem: str = "", link: str = "", invited: str = "") -> str:
    organiser = _organiser()
    accounts, session = _accounts(), db.session()
    return render_template(
        "account/account.html",
        organiser=organiser,
        passkeys=accounts.passkeys(session, organiser) if organiser else [],
        places=accounts.places(session, organiser, role_cookie()) if organiser else [],
        everybody=organisers.listed(session),
        has_passkeys=site() is not None,
        shortest=SHORTEST,
        problem=problem,
        flash=flashed(),
        link=link,
        invited=invited,
    )


def _organiser() -> Organiser | None:
    return _accounts().whose(db.session(), role_cookie())


def _accounts() -> Accounts:
    found: Accounts = current_app.extensions["accounts"]
    return found
