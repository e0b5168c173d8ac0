"""PostgreSQL goes away in the middle of a request."""

import pytest
import sqlalchemy as sa

from companion.store.engine import db
from tests.support.pages import Browser

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
]


def test_an_answer_that_is_ready_is_given_though_its_connection_has_broken(
    make_app, through, proxy
):
    app = make_app(database_url=through[1])

    def read_and_lose() -> str:
        read = db.session.scalar(sa.select(sa.literal("read")))
        proxy.shut()
        return str(read)

    app.add_url_rule("/read-and-lose", view_func=read_and_lose)

    answer = Browser(app).get("/read-and-lose")

    assert (answer.status_code, answer.text) == (200, "read")
    proxy.open()
    Browser(app).page("/talks/talk")
