"""Tokens and webhooks on the organisers' page: made, shown once, looked after, ended."""

import logging

import pytest

from companion.store.deliveries import PAUSES
from companion.store.models import ApiToken, Delivery, Role, Webhook
from tests.contracts.test_routes import addresses
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows
from tests.support.marked_language import LANGUAGE, write_marked
from tests.support.pages import Browser, read_page
from tests.support.queries import counted_queries
from tests.support.sign_in import signed_in
from tests.webhooks.conftest import add, receiver, sender, tell

__all__ = ["add", "receiver", "sender", "tell"]
HERE = "/organise/integrations"
OUTSIDE = "https://receiver.example.org/hook"
ASK = {"text": "How do bees find home?"}


@pytest.fixture
def olga(app) -> Browser:
    return signed_in(app, Role.ORGANISER, name="Olga")


def make_token(olga: Browser, name: str = "archive", days: str = "365") -> str:
    page = read_page(olga.post(f"{HERE}/tokens", {"name": name, "days": days}), 200)
    return page.element("new-token").get("value", "")


def said(browser: Browser, path: str, **form: object) -> str:
    """Send a form and return the page that it leads to."""
    return browser.follow(browser.post(f"{HERE}/{path}", form)).html


def words(browser: Browser) -> str:
    """Return what the page says, in a line."""
    return browser.page(HERE).text("main")


def refusal(browser: Browser, path: str, **form: object) -> str:
    return read_page(browser.post(f"{HERE}/{path}", form), 422).html


@pytest.mark.parametrize("who", ["stranger", *Role])
def test_it_is_for_organisers_alone(app, engine, who):
    browser = Browser(app) if who == "stranger" else signed_in(app, Role(who))
    routes = [path for path in addresses(app, "POST") if path.startswith(HERE)]

    refused = [browser.post(path, {"name": "spy"}).status_code == 403 for path in routes]

    assert (browser.get(HERE).status_code == 403) is (who != "organiser")
    assert refused == [who != "organiser"] * 7
    assert count_rows(engine, ApiToken) == 0


def test_a_token_is_shown_once_and_reads_until_it_is_revoked(app, olga):
    token = make_token(olga)

    header = {"Authorization": f"Bearer {token}"}
    address = "/api/v1/talks/talk/board?declined=1"
    read = app.test_client()
    assert read.get(address, base_url="http://localhost:8000", headers=header).status_code == 200
    html = words(olga)
    assert token not in html
    for part in ("made by Olga", "last used on Thursday 5 March 2026", "5 March 2027"):
        assert part in html
    assert "archive opens nothing any more." in said(olga, "tokens/revoke", name="archive")
    assert read.get(address, base_url="http://localhost:8000", headers=header).status_code == 401
    assert "Look which there are" in refusal(olga, "tokens/revoke", name="archive")


def test_an_organiser_without_a_name_is_called_one_in_the_readers_language(
    make_app, tmp_path, engine, sender
):
    app = make_app(translations=str(write_marked(tmp_path)))
    olga = signed_in(app, Role.ORGANISER)
    make_token(olga)
    olga.post(f"{HERE}/webhooks", {"url": OUTSIDE, "events": ["closed"]})

    page = olga.page(HERE, headers={"Accept-Language": LANGUAGE}).text("main")

    assert "⟦made by an organiser, " in page
    assert "⟦added by an organiser, " in page


def test_the_line_beside_a_token_is_of_this_server(olga):
    page = read_page(olga.post(f"{HERE}/tokens", {"name": "archive", "days": "0"}), 200)

    token = page.element("new-token").get("value")
    assert page.text("new-token-line") == (
        f'curl -H "Authorization: Bearer {token}" "http://127.0.0.1:8000/api/v1/talks/talk/board"'
    )
    assert "works until it is revoked" in words(olga)


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"name": "", "days": "30"}, "Give the token a name"),
        ({"name": "archive", "days": "30"}, "called archive already"),
        ({"name": "another", "days": "31"}, "Choose how long"),
    ],
)
def test_a_token_that_cannot_be_made_is_refused_and_what_was_typed_is_kept(olga, engine, form, why):
    make_token(olga)

    page = read_page(olga.post(f"{HERE}/tokens", form), 422)

    assert why in page.html
    assert page.form_to("/tokens").fields["name"] == form["name"]
    assert count_rows(engine, ApiToken) == 1


def test_a_webhook_is_added_with_a_secret_that_is_shown_once(olga, engine, sender):
    page = read_page(
        olga.post(f"{HERE}/webhooks", {"url": OUTSIDE, "events": ["closed", "asked"]}), 200
    )

    secret = page.element("new-secret").get("value", "")
    assert secret.startswith("whsec_")
    html = words(olga)
    assert secret not in html
    assert "told of: asked, closed; added by Olga" in html
    assert "told nothing any more" in said(olga, "webhooks/remove", webhook=1)
    assert count_rows(engine, Webhook) == 0


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://receiver.example.org", "is no address for a webhook"),
        ("https://olga:secret@receiver.example.org", "is no address for a webhook"),
        ("http://127.0.0.1:9000/hook", "on the server’s own machine or in its network"),
        ("https://localhost/hook", "on the server’s own machine or in its network"),
        ("https://10.1.2.3/hook", "on the server’s own machine or in its network"),
        ("https://[::ffff:127.0.0.1]/hook", "on the server’s own machine or in its network"),
        ("https://169.254.169.254/latest", "on the server’s own machine or in its network"),
        ("https://intranet/hook", "on the server’s own machine or in its network"),
        ("https://wiki.internal/hook", "on the server’s own machine or in its network"),
    ],
)
def test_an_address_that_organisers_may_not_have_told_is_refused(olga, engine, url, why):
    page = read_page(olga.post(f"{HERE}/webhooks", {"url": url, "events": ["closed"]}), 422)

    assert why in page.html
    assert page.form_to("/webhooks").fields == {"url": url, "events": "closed"}
    assert count_rows(engine, Webhook) == 0


def test_a_webhook_that_is_told_of_nothing_is_refused(olga):
    assert "Choose what it is to be told of." in refusal(olga, "webhooks", url=OUTSIDE)
    assert "no event voted" in refusal(olga, "webhooks", url=OUTSIDE, events=["voted"])


def test_a_name_that_leads_into_the_network_is_not_asked(app, olga, engine, receiver, tell, caplog):
    olga.post(f"{HERE}/webhooks", {"url": OUTSIDE, "events": ["asked"]})
    with engine.begin() as connection:  # as if that name led to this machine
        here = receiver.url.replace("http://127.0.0.1", "https://localhost")
        connection.execute(Webhook.__table__.update().values(url=here))
    Browser(app).post_part("/talks/talk/questions", ASK)

    with caplog.at_level(logging.ERROR):
        tell()

    assert "The test was not taken. Answer: none (not a public address)" in said(
        olga, "webhooks/test", webhook=1
    )
    assert "failed 1 time; last answer: none (not a public address)" in words(olga)
    assert receiver.heard == []


def test_a_test_says_what_it_was_answered(olga, engine, add, receiver):
    number, secret = add()
    receiver.answers = [204, 503]

    assert "The test was taken. Answer: 204" in said(olga, "webhooks/test", webhook=number)
    assert "The test was not taken. Answer: 503" in said(olga, "webhooks/test", webhook=number)

    assert receiver.told == [("test", None)] * 2
    assert receiver.heard[0].is_signed_with(secret)
    assert count_rows(engine, Delivery) == 0
    assert "no webhook 7" in refusal(olga, "webhooks/test", webhook=7)


def test_a_secret_is_changed_once_by_a_form_that_is_sent_twice(olga, add):
    number, before = add()
    form = {"webhook": number, "generation": 0}

    page = read_page(olga.post(f"{HERE}/webhooks/rotate", form), 200)
    again = refusal(olga, "webhooks/rotate", **form)

    secret = page.element("new-secret").get("value", "")
    assert secret not in ("", before)
    assert "changed meanwhile" in again
    assert secret not in again


@on_both_databases
def test_what_failed_is_shown_and_sent_again(app, olga, add, tell, receiver, clock, caplog):
    number, _ = add("asked")
    receiver.answers = [500, 410]
    ada = Browser(app)
    with caplog.at_level(logging.ERROR):
        for text in (ASK["text"], "Do bees sleep at all?"):
            ada.post_part("/talks/talk/questions", {"text": text})
            tell()

    html = words(olga)
    assert "1 message to be sent, since Thursday 12:20" in html
    assert "1 of them has failed so far" in html
    assert "1 message given up in the last week" in html
    assert "failed 1 time; last answer: 500; next try Thursday 12:20" in html
    assert "given up; last answer: 410" in html
    tell()
    assert len(receiver.heard) == 2

    assert "It is sent again now." in said(olga, "webhooks/retry", webhook=number, delivery=2)
    tell()
    assert receiver.told == [("asked", 1), ("asked", 2), ("asked", 2)]
    assert "nothing to be sent again" in said(olga, "webhooks/retry", webhook=number, delivery=2)
    assert "It is sent again now." in said(olga, "webhooks/retry", webhook=number)
    tell()

    assert receiver.told[3:] == [("asked", 1)]
    html = words(olga)
    assert "taken; answer: 204" in html
    assert "Send again" not in html


def test_what_was_given_up_has_all_its_attempts_again(app, olga, add, tell, receiver, clock):
    number, _ = add("asked")
    receiver.answers = [410, *[500] * len(PAUSES)]
    Browser(app).post_part("/talks/talk/questions", ASK)
    tell()
    olga.post(f"{HERE}/webhooks/retry", {"webhook": number})
    for pause in PAUSES:
        tell()
        clock.now += pause
    tell()

    assert len(receiver.heard) == 1 + len(PAUSES) + 1


def test_another_webhooks_messages_are_left_alone(app, olga, add, tell, receiver):
    first, _ = add("asked")
    second, _ = add("asked")
    receiver.answers = [500, 500]
    Browser(app).post_part("/talks/talk/questions", ASK)
    tell()

    assert "nothing to be sent" in said(olga, "webhooks/retry", webhook=second, delivery=1)
    said(olga, "webhooks/retry", webhook=first)
    tell()

    assert len(receiver.heard) == 3


def test_many_cost_no_more_queries_than_one(app, olga, add, tell):
    counts = []
    for _ in range(3):
        add("asked")
        make_token(olga, f"token {len(counts)}")
        Browser(app).post_part("/talks/talk/questions", ASK)
        tell()
        with counted_queries() as queries:
            olga.page(HERE)
        counts.append(len(queries))

    assert len(set(counts)) == 1


def test_the_organisers_first_page_leads_there(olga):
    assert HERE in olga.page("/organise").links()
