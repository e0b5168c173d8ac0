"""What others have done on a wall since: as far back as it matters, and to what it matters for."""

from sqlalchemy.orm import Session

from companion.board.wall_since import CLUSTER, NOTE, last_by_others
from companion.moderation import wall
from companion.moderation.context import arranger_of
from tests.support.databases import on_both_databases
from tests.support.moderation import GRACE, RT
from tests.support.people import ADA


def since(room, after: int, *of) -> dict:
    with Session(room.engine) as session:
        row = room.loader.load(session).row
        return last_by_others(session, row, arranger_of(GRACE), after, of)


@on_both_databases
def test_only_what_came_later_is_read_and_only_of_what_is_asked_for(room, grace):
    bees, wasps, ants = (room.ask(ADA).id for _ in range(3))

    def do(*what, who=RT) -> int:
        return wall.read_done(grace.do(*what, who=who)).change

    do(wall.arrange, bees, {"x": "1", "y": "1"})
    mine = do(wall.arrange, bees, {"colour": "red"}, who=GRACE)
    do(wall.arrange, bees, {"colour": "blue"}, who=GRACE)
    other = do(wall.arrange, ants, {"colour": "red"})
    made = do(wall.make_cluster, {"title": "Performance"}, [str(bees), str(wasps)])

    of_bees = {((NOTE, bees), name): made for name in ("x", "y", "cluster_id")}
    of_area = {((CLUSTER, 1), "is_gone"): made}
    found = since(room, mine, (NOTE, bees))
    assert {key: change for key, change in found.items() if key[0] == (NOTE, bees)} == of_bees
    assert ((NOTE, ants), "colour") not in found
    assert since(room, mine, (NOTE, ants)).items() >= {((NOTE, ants), "colour"): other}.items()
    assert since(room, mine, (CLUSTER, 1)).items() >= of_area.items()
    assert since(room, made, (NOTE, bees), (CLUSTER, 1)) == since(room, made) == {}
