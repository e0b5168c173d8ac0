"""What is written down about exports agrees with what they are."""

import json
import re
from pathlib import Path

from companion.exports import FORMATS, WALL_FORMATS
from companion.exports.dataset import VERSION
from companion.exports.fields import BOARD_FIELDS, FIELDS
from companion.store.models import COUNTED

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "export.md").read_text()


def test_the_docs_list_every_column_in_its_place():
    _, _, after = TEXT.partition("## Columns")
    columns = re.findall(r"^\| `(\w+)` \| .+\. \|$", after, re.MULTILINE)

    assert columns == list(FIELDS)
    assert f"\nVersion {VERSION}." in after


def test_the_docs_list_every_format():
    before, _, _ = TEXT.partition("## Columns")
    formats = re.findall(r"^\| `(\w+)` \| (.+) \|$", before, re.MULTILINE)

    assert formats == [(format.extension, format.words) for format in FORMATS.values()]
    walls = re.findall(r"^\| `(wall\.\w+)` \| (.+) \|$", TEXT, re.MULTILINE)
    assert walls == [(name, format.words) for name, format in WALL_FORMATS.items()]


def test_the_schema_has_the_same_columns():
    schema = json.loads((DOCS / "export.schema.json").read_text())
    question = schema["properties"]["questions"]["items"]

    assert list(question["properties"]) == list(FIELDS)
    assert question["required"] == list(BOARD_FIELDS)
    assert schema["properties"]["version"]["const"] == VERSION


def test_the_schema_and_the_docs_know_every_status():
    schema = json.loads((DOCS / "export.schema.json").read_text())["properties"]
    names = {status.value for status in COUNTED}
    row = next(line for line in TEXT.splitlines() if line.startswith("| `status` |"))

    assert set(schema["questions"]["items"]["properties"]["status"]["enum"]) == names
    assert set(re.findall(r"`(\w+)`", row)) == names | {"status"}
    counts = ["asked", *(status.value for status in COUNTED), "comments", "votes"]
    assert list(schema["counts"]["properties"]) == schema["counts"]["required"] == counts
