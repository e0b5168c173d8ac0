"""Whatever is sent, it is read or refused in words, and never read differently a second time."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.errors import Refused
from companion.imports import SHAPES, Choice, decoded, draft_of, plain, read

pytestmark = pytest.mark.slow

MARKS = ['"', "'", ",", ";", "\t", "\n", "- ", "  ", "# ", "### ", "**Answer:**", "sep=;\n", "\\"]
WORDS = ["text", "question", "bees, dance?", "é"]
JUMBLED = st.lists(st.sampled_from(MARKS + WORDS) | st.text(), max_size=30).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["text", "detail"]), inner),
    max_leaves=5,
)
ROWS = st.lists(st.dictionaries(st.sampled_from(["text", "detail", "author", "kind"]), VALUES))
EXPORTS = (ROWS | VALUES).map(lambda rows: json.dumps({"questions": rows}))
TEXTS = JUMBLED | EXPORTS


@given(TEXTS | st.binary(max_size=200), st.sampled_from(["", *SHAPES]))
def test_anything_is_read_or_refused(sent, shape):
    try:
        text = decoded(sent).text if isinstance(sent, bytes) else plain(sent)
        reading = read(text, shape)
        again = read(plain(text.replace("\n", "\r\n")), reading.shape)
    except Refused:
        return
    assert again.rows == reading.rows
    assert len({found.number for found in reading.rows}) == len(reading.rows)
    for found in reading.rows:
        with suppress(Refused):
            draft_of(found, Choice(), "token-of-the-test")
