"""Whatever a form or an address holds, it is answered, and never by an error of ours."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.store.models import Role
from tests.support.factories import make_question
from tests.support.hostile import hostile_texts
from tests.support.openapi import describe
from tests.support.pages import Browser
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow
NO_FILES = ("exports.download", "organise.export", "poster.pdf")  # each takes a process
UNDESCRIBED = {"302", "308"}
EXCUSES = {"503"}


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return what a field may hold: mostly what it is for, now and then anything."""
    if schema.get("type") == "array":
        return st.lists(values(schema["items"]), max_size=3)
    meant = st.sampled_from(schema.get("enum") or ["1", "2", "0", "99", "999999999"])
    return st.one_of(meant, hostile_texts, st.text(max_size=40), st.just("x" * 20_000))


@pytest.fixture
def people(app, engine) -> list[Browser]:
    for _ in range(3):
        make_question(engine)
    return [Browser(app, known=False), Browser(app), signed_in(app, Role.ORGANISER)]


@given(data=st.data())
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_everything_is_answered(app, people, data):
    operations = [
        (path, method, operation)
        for path, methods in describe(app)["paths"].items()
        for method, operation in methods.items()
        if operation["operationId"] not in NO_FILES
    ]
    path, method, operation = data.draw(st.sampled_from(operations))
    browser = data.draw(st.sampled_from(people))
    body = operation.get("requestBody", {"content": {"x": {"schema": {}}}})["content"]
    [fields] = [kind["schema"].get("properties", {}) for kind in body.values()]
    sent = data.draw(st.fixed_dictionaries({}, optional={k: values(v) for k, v in fields.items()}))
    places = {place["name"]: place for place in operation["parameters"]}
    asked = {
        name: data.draw(values(place["schema"]))
        for name, place in places.items()
        if place["in"] == "query"
    }
    number = data.draw(st.sampled_from([1, 2, 99, 10**9, 10**30]))
    wanted = {"slug": "talk", **dict.fromkeys(("question", "cluster", "mark", "poll"), number)}
    for name in places.keys() - asked.keys():
        path = path.replace(f"{{{name}}}", str(wanted.get(name, "page")))

    answer = browser.client.open(
        path,
        method=method.upper(),
        base_url="http://localhost:8000",
        query_string=asked,
        data=sent if method == "post" else None,
        headers={"HX-Request": "true"} if data.draw(st.booleans()) else {},
    )

    described = operation["responses"].keys() - EXCUSES | UNDESCRIBED
    assert str(answer.status_code) in described, (method, path, asked, sent)
    answer.close()
