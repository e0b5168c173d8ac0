"""The description of the HTTP interface is that of the interface."""

import json
import re

from tests.support.openapi import FORMS, LEFT_OUT, PATH, QUERIES, describe


def test_the_description_is_what_there_is(app):
    """`python -m tests.support.openapi` writes it anew."""
    assert json.loads(PATH.read_text()) == describe(app)


def test_every_form_and_no_other_is_described(app):
    posted = {
        rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())
    } - {"violations.take"}

    assert set(FORMS) == posted
    assert set(QUERIES) <= {rule.endpoint for rule in app.url_map.iter_rules()} - set(LEFT_OUT)


def test_every_operation_says_what_it_does(app):
    said = {
        operation["operationId"]: operation["summary"]
        for path in describe(app)["paths"].values()
        for operation in path.values()
    }

    assert len(said) > 60
    assert [name for name, words in said.items() if not re.search(r"\w.*[.;]$", words)] == []
