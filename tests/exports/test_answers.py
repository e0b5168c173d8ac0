"""What answers a prompt says so in every format."""

import csv
import io
import json

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from companion.exports import csv as as_csv
from companion.exports import html as as_html
from companion.exports import json as as_json
from companion.exports import markdown as as_markdown
from companion.exports import xlsx as as_xlsx
from companion.publish import block, data
from companion.store.models import Kind
from companion.store.polls import Poll, PollKind, PollState
from tests.support.factories import make_question

ASK = "What *stops* you, שלום?"


@pytest.fixture
def answered(engine, change, taken):
    """Return a talk with a question, and a comment that answers a prompt."""
    make_question(engine, "How do bees find home?")
    number = make_question(engine, "time", kind=Kind.COMMENT)
    with Session(engine) as session, session.begin():
        poll = Poll(
            **{"talk_id": 1, "key": "k", "text": ASK, "several": False, "reveal": "closing"},
            **{"state": PollState.CLOSED, "from_page": False, "kind": PollKind.PROMPT},
        )
        session.add(poll)
        session.flush()
        id = poll.id
    change(number, answers_to=id)
    return taken()


def written(form, record) -> bytes:
    out = io.BytesIO()
    form.write(record, out)
    return out.getvalue()


def test_columns_say_what_an_answer_answers(answered):
    rows = list(csv.DictReader(io.StringIO(written(as_csv, answered).decode())))
    assert [row["answers_to"] for row in rows] == ["", ASK]

    found = json.loads(written(as_json, answered))["questions"]
    assert [entry["answers_to"] for entry in found] == ["", ASK]

    sheet = load_workbook(io.BytesIO(written(as_xlsx, answered)))["Questions"]
    assert [row[-1] for row in sheet.iter_rows(values_only=True)] == ["answers_to", None, ASK]


def test_documents_say_it_in_words(answered):
    assert "answer to “What \\*stops\\* you, שלום?”" in written(as_markdown, answered).decode()
    assert "answer to “What *stops* you, שלום?”" in written(as_html, answered).decode()


def test_what_is_published_says_it(answered):
    assert "Answer to “" in block.markdown(block.published(answered))
    assert 'answers_to: "What *stops* you, שלום?"' in data.written(answered.entries)
