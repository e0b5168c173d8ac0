"""Log lines: one for each record, whatever is in it."""

import json
import logging

import pytest

from companion import logs

FORGED = "it is\nERROR companion: all is lost\r\x1b[31m\u2028x"


def line(kind, message, *values, **more):
    """Return what is written of a record."""
    record = logging.LogRecord("companion.x", logging.ERROR, "x.py", 1, message, values, None)
    vars(record).update(more)
    return logs.formatter(kind).format(record)


def failure():
    """Return what is known of a failure whose words are somebody's."""
    try:
        raise ValueError(f"Ada wrote: {FORGED}")
    except ValueError as error:
        return type(error), error, error.__traceback__


@pytest.mark.parametrize("kind", [logs.TEXT, logs.JSON])
def test_what_comes_from_outside_begins_no_line(kind):
    assert len(line(kind, "asked for as %s", FORGED).splitlines()) == 1


def test_as_text_the_request_is_named_that_people_quote():
    token = logs.request_id.set("5f0c9a4be1d2c877")

    assert line(logs.TEXT, "it failed").endswith("it failed (request 5f0c9a4be1d2c877)")

    logs.request_id.reset(token)


def test_as_text_what_follows_of_an_error_is_indented():
    first, *more = line(logs.TEXT, "it failed", exc_info=failure()).splitlines()

    assert first == "ERROR companion.x: it failed"
    assert "ValueError" in "".join(more)
    assert [part for part in more if not part.startswith("  ")] == []


def test_as_json_it_says_when_how_grave_where_and_of_which_request():
    logs.request_id.set("an-id-of-ours")
    said = json.loads(line(logs.JSON, "%d were %s", 2, "late", created=0, fields={"status": 200}))
    logs.request_id.set("")

    assert said == {
        "time": "1970-01-01T00:00:00.000+00:00",
        "level": "ERROR",
        "logger": "companion.x",
        "message": "2 were late",
        "request_id": "an-id-of-ours",
        "status": 200,
    }


def test_as_json_an_error_is_named_but_does_not_speak():
    written = line(logs.JSON, "it failed", exc_info=failure())
    said = json.loads(written)

    assert said["error"] == "ValueError"
    assert said["trace"][-1].endswith(" failure")
    assert "Ada" not in written
    assert "request_id" not in said
