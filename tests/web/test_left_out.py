"""A form that comes without one of its fields, as programs send them, is answered all the same."""

from typing import Any

import pytest

from companion.store.models import Role
from tests.support.factories import make_question
from tests.support.openapi import FORMS
from tests.support.pages import Browser
from tests.support.routes import VALUES
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow


@pytest.fixture
def olga(app, engine):
    for text in ("Why do bees dance?", "How far do they fly?"):
        make_question(engine, text)
    return signed_in(app, Role.ORGANISER)


def sample(schema: dict[str, Any]) -> Any:
    if schema["type"] == "array":
        return [sample(schema["items"])]
    return (schema.get("enum") or ["1" if "pattern" in schema else "Which flowers?"])[-1]


def lacking(endpoint: str) -> list[dict[str, Any]]:
    """Return a form with each of its fields left out, with each alone, and with none."""
    whole = {name: sample(schema) for name, schema in FORMS[endpoint].items()}
    without = [{one: whole[one] for one in whole if one != name} for name in whole]
    return [*without, *({name: value} for name, value in whole.items()), {}]


def status_of(browser: Browser, endpoint: str, sent: dict[str, Any], **how: Any) -> int:
    rule = next(browser.app.url_map.iter_rules(endpoint))
    values = {name: VALUES[name] for name in rule.arguments}
    address = browser.app.url_map.bind("localhost").build(endpoint, values, "POST")
    with browser.post(address, sent, **how) as answer:
        return answer.status_code


@pytest.mark.parametrize("endpoint", sorted(FORMS))
def test_no_form_fails_for_what_is_left_out_of_it(app, olga, endpoint):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    tried = [
        (sent, headers) for sent in lacking(endpoint) for headers in ({}, {"HX-Request": "true"})
    ]

    failed = [
        (sent, headers)
        for sent, headers in tried
        if status_of(olga, endpoint, sent, headers=headers) == 500
    ]

    assert failed == []
