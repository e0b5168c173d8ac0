"""Walls as a test needs them, written straight into the database."""

from itertools import count

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from companion.store.wall import Wall, WallCluster, WallPlace, WallStroke
from tests.support.clock import STARTS
from tests.support.factories import make_talk

_numbers = count(1)


def make_wall(engine: Engine, **values: object) -> None:
    """Give a talk's wall a background."""
    with Session(engine) as session, session.begin():
        session.merge(Wall(talk_id=make_talk(session).id, revision=1, **values))


def make_cluster(
    engine: Engine, title: str, x: int = 0, y: int = 0, *, is_gone: bool = False
) -> int:
    """Put a cluster on the usual talk's wall; returns its id."""
    with Session(engine) as session, session.begin():
        cluster = WallCluster(
            talk_id=make_talk(session).id,
            key=f"cluster-{next(_numbers)}",
            title=title,
            x=x,
            y=y,
            width=480,
            height=560,
            colour="green",
            is_gone=is_gone,
            revision=1,
        )
        session.add(cluster)
        session.flush()
        return cluster.id


def put(engine: Engine, question: int, x: int, y: int, colour: str = "", cluster: int = 0) -> None:
    """Put a question's note on the wall, counted from its cluster's corner if it is in one."""
    with Session(engine) as session, session.begin():
        place = WallPlace(
            question_id=question,
            talk_id=make_talk(session).id,
            x=x,
            y=y,
            z=next(_numbers),
            colour=colour,
            cluster_id=cluster or None,
            revision=1,
        )
        session.merge(place)


def draw(engine: Engine, points: str, caption: str = "", *, is_gone: bool = False) -> None:
    """Draw a mark on the usual talk's wall, through points as they are kept."""
    with Session(engine) as session, session.begin():
        session.add(
            WallStroke(
                talk_id=make_talk(session).id,
                key=f"mark-{next(_numbers)}",
                at=STARTS,
                who="Grace",
                tool="pen",
                colour="red",
                width=6,
                points=points,
                caption=caption,
                is_gone=is_gone,
                revision=1,
            )
        )
