"""A desk without its web page: a moderator acts on a board by name."""

from typing import Any

from sqlalchemy.orm import Session

from companion import moderation
from companion.moderation import Desk, Queue, Screen
from companion.moderation.roles import Actor
from companion.store.models import Role
from tests.support.room import TEXT, Room

GRACE, RT = (Actor(name, Role.MODERATOR, f"browser-{name}") for name in ("Grace", "RT"))
SPEAKER = Actor("", Role.SPEAKER, "browser-speaker")


class Moderation:
    """What those who run a talk do in its room."""

    def __init__(self, room: Room) -> None:
        self.room = room

    def do(self, deed: Any, *args: Any, who: Actor = GRACE, **more: Any) -> str:
        return self.room.writer(lambda change: deed(change, self.room.house, who, *args, **more))

    def act(self, verb: str, *ids: int, reason: str = "", who: Actor = GRACE) -> str:
        return self.do(moderation.act, ids, verb, reason, who=who)

    def merge(self, question: int, into: int) -> str:
        return self.do(moderation.merge, question, into)

    def unmerge(self, question: int) -> str:
        return self.do(moderation.unmerge, question)

    def undo(self, deed: int, who: Actor = GRACE) -> str:
        return self.do(moderation.undo, deed, who=who)

    def undo_last(self, who: Actor = GRACE) -> str:
        return self.undo(self.desk().log[0].id, who=who)

    def say(self, text: str = TEXT) -> str:
        return self.do(moderation.room, {"text": text})

    def desk(self, tab: str = "incoming", who: Actor = GRACE, **filters: str) -> Desk:
        asked = moderation.read_filters({"tab": tab, **filters})
        with Session(self.room.engine) as session:
            return moderation.desk(session, self.room.house, asked, who)

    def queue(self) -> Queue:
        with Session(self.room.engine) as session:
            return moderation.queue(session, self.room.house, {})

    def screen(self) -> Screen:
        with Session(self.room.engine) as session:
            return moderation.screen(session, self.room.house)
