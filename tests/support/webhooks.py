"""What is asked and done at a talk of which webhooks are told."""

import sqlalchemy as sa

from companion.store.models import Delivery

ASK = {"text": "How do bees find home?", "name": "Ada"}


def rows(engine):
    with engine.connect() as connection:
        return connection.execute(sa.select(Delivery.__table__).order_by(Delivery.id)).all()


def act(grace, do: str, *numbers: int, **more: str) -> None:
    answer = grace.post_part("/talks/talk/desk/questions", {"ids": list(numbers), "do": do, **more})
    assert answer.status_code == 200, answer.text
