"""JSON: it keeps its schema, whatever people wrote."""

import io
import json
from dataclasses import replace
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from companion.exports.dataset import Choice
from companion.exports.json import write
from companion.exports.printable import legible

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "export.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker())


def written(record) -> bytes:
    out = io.BytesIO()
    write(record, out)
    return out.getvalue()


def read(record):
    document = json.loads(written(record))
    VALIDATOR.validate(document)
    return document


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


def test_a_board_keeps_the_schema(taken, board):
    document = read(taken(Choice(declined=True)))

    assert document["version"] == 1
    assert document["talk"] == {
        "slug": "talk",
        "title": "A talk about bees",
        "speaker": "Grace Hopper",
        "starts": "2026-03-05T12:00:00+00:00",
        "ends": "2026-03-05T13:00:00+00:00",
        "zone": "Europe/London",
        "url": "https://qa.example.org/talks/talk",
        "recording": "",
        "exported_at": "2026-03-06T12:00:00+00:00",
    }
    assert document["counts"]["asked"] == 5
    first, *_, last = document["questions"]
    assert (first["labels"], first["offset"], first["merged_into"]) == (
        ["senses", "flight"],
        None,
        None,
    )
    assert (last["status"], last["reason"]) == ("declined", "off_topic")


def test_a_talk_without_questions_keeps_the_schema(taken):
    assert read(taken())["questions"] == []


def test_the_schema_refuses_what_is_not_meant(taken, board):
    document = read(taken())
    document["questions"][0] |= {"voter": "bob"}

    assert not VALIDATOR.is_valid(document)


def test_characters_stay_characters(taken, board, change):
    change(board["open"], text="Où dansent les abeilles 🐝?")

    assert "Où dansent les abeilles 🐝?".encode() in written(taken())


@given(text=st.text())
@example("\x00\ud800\u2028</script>")
def test_any_text_comes_back(plain_record, text):
    entry = replace(plain_record.entries[0], text=legible(text))

    [found] = read(replace(plain_record, entries=(entry,)))["questions"]

    assert found["text"] == legible(text)
