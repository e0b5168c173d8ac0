"""Rehearsals of a talk, as organisers begin and end them, and what they leave."""

import sqlalchemy as sa

from companion.store.engine import Base

HERE = "/talks/talk/organise"
SAID = "Does the rehearsed microphone hum?"


def begin(olga, **fields) -> str:
    answer = olga.post(f"{HERE}/rehearsal", {"minutes": "0", "samples": "1"} | fields)
    assert answer.status_code == 303, answer.text
    return slug_of(answer)


def slug_of(begun) -> str:
    """Return the slug of the rehearsal that an answer leads to."""
    return begun.location.split("/")[-2]


def end(olga, slug: str):
    return olga.post(f"/talks/{slug}/organise/rehearsal/end")


def ask(browser, slug: str, text: str = SAID):
    key = f"{text[:8]}-of-{slug}".ljust(20, "0").replace(" ", "-").replace("~", "-")
    answer = browser.post(f"/talks/{slug}/questions", {"text": text, "key": key[:60]})
    assert answer.status_code == 303, answer.text


def status_of(browser, address: str) -> int:
    with browser.get(address) as answer:
        return answer.status_code


def words_of(browser, address: str) -> str:
    with browser.get(address) as answer:
        return answer.data.decode("utf-8", "replace")


def rows(engine) -> dict[str, list[tuple]]:
    """Return all that the database holds."""
    with engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }
