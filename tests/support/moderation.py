"""A desk without its web page: a moderator acts on a board by name."""

from typing import Any

from sqlalchemy.orm import Session

from companion.board.talk_state import LockedTalk
from companion.moderation import (
    actions,
    desk_filters,
    desk_view,
    merging,
    screen_view,
    speaker_view,
)
from companion.moderation import undo as undoing
from companion.moderation.context import ActionContext
from companion.moderation.desk_view import Desk
from companion.moderation.roles import Actor
from companion.moderation.screen_view import Screen
from companion.moderation.speaker_view import Queue
from companion.store.models import Role
from companion.store.writer import Change
from tests.support.room import TEXT, Room

GRACE, RT = (Actor(name, Role.MODERATOR, f"browser-{name}") for name in ("Grace", "RT"))
SPEAKER = Actor("", Role.SPEAKER, "browser-speaker")


class Moderation:
    """What those who run a talk do in its room."""

    def __init__(self, room: Room) -> None:
        self.room = room

    def do(self, action: Any, *args: Any, who: Actor = GRACE, **more: Any) -> str:
        def work(change: Change, talk: LockedTalk) -> str:
            return str(action(ActionContext(change, talk, who), *args, **more))

        return self.room.write(work)

    def act(self, verb: str, *ids: int, reason: str = "", who: Actor = GRACE) -> str:
        return self.do(actions.apply, ids, verb, reason, who=who)

    def merge(self, question: int, into: int) -> str:
        return self.do(merging.merge, question, into)

    def unmerge(self, question: int) -> str:
        return self.do(merging.unmerge, question)

    def undo(self, action: int, who: Actor = GRACE) -> str:
        return self.do(undoing.undo, action, who=who)

    def undo_last(self, who: Actor = GRACE) -> str:
        return self.undo(self.desk().log[0].id, who=who)

    def say(self, text: str = TEXT) -> str:
        return self.do(actions.room, {"text": text})

    def desk(self, tab: str = "incoming", who: Actor = GRACE, **filters: str) -> Desk:
        asked = desk_filters.read_filters({"tab": tab, **filters})
        with Session(self.room.engine) as session:
            return desk_view.desk(session, self.room.loader.load(session), asked, who)

    def queue(self, at: int = 0) -> Queue:
        with Session(self.room.engine) as session:
            return speaker_view.queue(session, self.room.loader.load(session), {}, at)

    def screen(self) -> Screen:
        with Session(self.room.engine) as session:
            return screen_view.screen(session, self.room.loader.load(session))
