"""Organisers with accounts: who come by a link, and by what they have chosen."""

from flask import Flask
from werkzeug.test import TestResponse

from tests.support.authenticator import Authenticator
from tests.support.pages import Browser, text_of

SIGN_IN, ACCOUNT = "/organise/sign-in", "/organise/account"
PASSWORD = "seven herons wade at dawn"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36"


def secret_of(link: str) -> str:
    return link.partition("#")[2]


def enter_by(browser: Browser, link: str) -> Browser:
    answer = browser.post("/enter", {"token": secret_of(link)})
    assert answer.status_code == 303, answer.text
    return browser


def first_organiser(app: Flask, name: str = "Olga") -> Browser:
    """Return the browser of who came by the server's own link and has an account."""
    browser = enter_by(Browser(app), app.extensions["moderation"].invite())
    assert browser.post(ACCOUNT, {"name": name}).status_code == 303
    return browser


def invited(app: Flask, name: str) -> Browser:
    """Return the browser of who came by an organiser's invitation."""
    return enter_by(Browser(app), app.extensions["accounts"].invite_by_server(name))


def choose_password(browser: Browser, password: str = PASSWORD) -> None:
    answer = browser.post(f"{ACCOUNT}/password", {"password": password, "again": password})
    assert answer.status_code == 303, answer.text


def with_password(app: Flask, name: str = "Olga") -> Browser:
    """Return the first organiser's browser, who has a password."""
    browser = first_organiser(app, name)
    choose_password(browser)
    return browser


def sign_in(
    browser: Browser, name: str = "Olga", password: str = PASSWORD, agent: str = FIREFOX
) -> TestResponse:
    form = {"name": name, "password": password}
    return browser.post(SIGN_IN, form, headers={"User-Agent": agent})


def add_passkey(browser: Browser) -> Authenticator:
    """Have an organiser make a passkey."""
    device = Authenticator()
    asked = browser.post(f"{ACCOUNT}/passkeys/challenge").get_json()
    answer = browser.post(f"{ACCOUNT}/passkeys", {"answer": device.make(asked)})
    assert answer.status_code == 303, answer.text
    return device


def asked_of(browser: Browser) -> dict[str, object]:
    """Return what the page of signing in asks a browser for."""
    asked: dict[str, object] = browser.post(f"{SIGN_IN}/challenge").get_json()
    return asked


def told(browser: Browser) -> list[str]:
    """Return what an organiser is told of new browsers on the first of their pages."""
    return [text_of(one.find("p")) for one in browser.page("/organise").classed("new-sign-in")]


def places(browser: Browser) -> list[str]:
    page = browser.page(ACCOUNT)
    section = next(
        one for one in page.elements("section") if one.get("aria-labelledby") == "places-title"
    )
    return [text_of(one) for one in section.iter() if one.get("class") == "account-list__what"]


def in_chrome(app, name: str = "Olga") -> Browser:
    browser = Browser(app)
    assert sign_in(browser, name, agent=CHROME).status_code == 303
    return browser
