"""Marks on the wall: who may draw, erase and caption, what is kept of it, and what goes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import drawing, strokes, wall_past
from companion.board.events import WallArranged
from companion.board.questions import delete_own
from companion.board.rules import BoardState
from companion.board.visitors import pseudonym
from companion.board.wall_changes import Arranged
from companion.errors import Refused
from companion.moderation import backgrounds, controls, marks, retention, wall
from companion.moderation.context import arranger_of
from companion.moderation.roles import Actor
from companion.store.models import HeldPerson, HeldState, Mute, Role
from companion.store.wall import WallChange, WallStroke
from tests.support.clock import DURING
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows, talk_row
from tests.support.moderation import GRACE, RT, SPEAKER
from tests.support.people import ADA, BOB

LINE = {"tool": "pen", "colour": "red", "width": "thin", "points": "10 20 5 5 5 -5"}


def fields(key: str = "", **wish: str) -> dict[str, str]:
    fields.number = getattr(fields, "number", 0) + 1
    return LINE | {"key": key or f"key-{fields.number:08}"} | wish


def draw(grace, who=GRACE, **wish: str) -> Arranged:
    return wall.read_done(grace.do(marks.draw, fields(**wish), who=who))


def attends(room, visitor: str, do, *args, own: bool | None = True) -> Arranged:
    """Have an attendee do something to marks, if they may."""

    def work(change, talk):
        who = drawing.attendee(change.session, talk, visitor)
        return do(change, talk, who, *args, **({} if own is None else {"own": own}))

    return room.write(work)


def ada_draws(room, visitor: str = ADA, **wish: str) -> Arranged:
    return attends(room, visitor, drawing.draw, drawing.read_draft(fields(**wish)), own=None)


def opens(grace) -> None:
    """Have everybody draw."""
    grace.do(controls.switch, {"wall_pen": "all"})


def drawn(room) -> dict[int, str]:
    """Return the captions of what is on the wall."""
    with Session(room.engine) as session:
        row = room.loader.load(session).row
        return {stroke.id: stroke.caption for stroke in strokes.strokes_of(session, row)}


def told(room, since: int = 0) -> list[list]:
    with Session(room.engine) as session:
        return strokes.told_since(session, "talk", since).get("strokes", [])


@on_both_databases
def test_a_mark_is_kept_as_it_was_drawn_and_told_as_the_wall_changed(room, grace, listener):
    listener.heard()

    mark = draw(grace)

    assert mark == (mark.id, mark.change, 1)
    assert listener.heard() == [WallArranged("talk", 1, 0)]
    assert told(room) == [[mark.id, "pen", "red", 3, "10 20 5 5 5 -5", ""]]
    assert told(room, since=1) == []


@on_both_databases
def test_the_same_key_twice_is_one_mark(room, grace):
    first, again = (draw(grace, key="the-same-key") for _ in range(2))

    assert first == again
    assert list(drawn(room)) == [first.id]
    with pytest.raises(Refused, match="damaged"):
        draw(grace, who=RT, key="the-same-key")


@pytest.mark.parametrize(
    "wish",
    [
        {"key": "short"},
        {"tool": "brush"},
        {"tool": ""},
        {"width": "9"},
        {"colour": ""},
        {"colour": "mauve"},
        {"points": "20001 0"},
    ],
)
def test_what_makes_no_sense_is_refused(room, grace, wish):
    with pytest.raises(Refused):
        draw(grace, **wish)
    assert drawn(room) == {}


def test_attendees_draw_only_once_the_desk_lets_them(room, grace):
    room.ask(ADA)
    with pytest.raises(Refused, match="Only those who run the talk draw"):
        ada_draws(room)

    opens(grace)
    mark = ada_draws(room)

    assert list(drawn(room)) == [mark.id]


@pytest.mark.parametrize("how", ["approve first", "muted", "held", "closed", "off", "room"])
def test_who_may_not_write_unread_may_not_draw(room, grace, engine, how):
    opens(grace)
    me = pseudonym(talk_row(engine).key, ADA)
    if how == "approve first":
        grace.do(controls.switch, {"approve_first": "1"})
    elif how == "closed":
        room.becomes(state=BoardState.CLOSED)
    elif how == "off":
        grace.do(controls.switch, {"wall": "off"})
    elif how == "room":
        grace.do(controls.switch, {"requires_code": "1"})
    else:
        there = {"talk_id": talk_row(engine).id, "author": me, "at": DURING}
        held = {"state": HeldState.HELD, "batch": 0}
        row = Mute(**there) if how == "muted" else HeldPerson(**there, **held)
        room.write(lambda change, talk: change.session.add(row))

    with pytest.raises(Refused):
        ada_draws(room)
    assert draw(grace).change


@on_both_databases
def test_attendees_erase_their_own_and_moderators_any(room, grace):
    opens(grace)
    adas, graces = ada_draws(room), draw(grace)

    for mark in (adas, graces):
        with pytest.raises(Refused, match="Somebody else drew that"):
            attends(room, BOB, drawing.erase, mark.id)
    attends(room, ADA, drawing.erase, adas.id)
    bobs = ada_draws(room, BOB)
    grace.do(marks.erase, bobs.id)

    assert list(drawn(room)) == [graces.id]
    assert told(room, since=2) == [[adas.id], [bobs.id]]


def test_a_speaker_draws_and_erases_their_own_alone(room, grace):
    theirs, graces = draw(grace, who=SPEAKER), draw(grace)

    with pytest.raises(Refused, match="Somebody else drew that"):
        grace.do(marks.erase, graces.id, who=SPEAKER)
    grace.do(marks.erase, theirs.id, who=SPEAKER)

    assert list(drawn(room)) == [graces.id]
    grace.do(controls.switch, {"wall": "off"})
    with pytest.raises(Refused, match="put away"):
        draw(grace, who=SPEAKER)


@on_both_databases
def test_ones_own_doing_goes_back_within_the_hour(room, grace):
    opens(grace)
    mark = ada_draws(room)

    undone = attends(room, ADA, drawing.put_back, mark.change)
    assert drawn(room) == {}
    attends(room, ADA, drawing.put_back, undone.change)
    assert list(drawn(room)) == [mark.id]
    for who, match in ((BOB, "cannot be put back"), (ADA, "has changed that mark since")):
        with pytest.raises(Refused, match=match):
            attends(room, who, drawing.put_back, undone.change)
    room.becomes(now=DURING + timedelta(hours=2))
    with pytest.raises(Refused):
        attends(room, ADA, drawing.put_back, mark.change)


def test_nobody_takes_back_what_a_moderator_did_since(room, grace):
    opens(grace)
    mark = ada_draws(room)
    erased = attends(room, ADA, drawing.erase, mark.id)
    back = wall.read_done(grace.do(marks.put_back, erased.change))
    grace.do(marks.erase, mark.id)

    with pytest.raises(Refused, match="has changed that mark since"):
        attends(room, ADA, drawing.put_back, erased.change)
    with pytest.raises(Refused, match="has changed that mark since"):
        grace.do(marks.put_back, back.change)


def test_what_another_has_said_again_of_a_mark_is_theirs(room, grace):
    mark = draw(grace)
    mine = wall.read_done(grace.do(marks.caption, mark.id, "Bees"))
    for words in ("Wasps", "Bees"):
        grace.do(marks.caption, mark.id, words, who=RT)

    with pytest.raises(Refused, match="has changed that mark since"):
        grace.do(marks.put_back, mine.change)

    assert drawn(room) == {mark.id: "Bees"}


def test_the_log_of_the_wall_has_marks_and_puts_them_back(room, grace):
    room.ask(ADA)
    opens(grace)
    mark = ada_draws(room)
    grace.do(marks.caption, mark.id, "An arrow")
    with Session(room.engine) as session:
        lines = marks.log_of(session, room.loader.load(session))

    assert [str(line.words) for line in lines] == ["captioned a mark “An arrow”", "drew a mark"]
    assert [line.by_attendee for line in lines] == [False, True]
    grace.do(wall.put_back, mark.change)
    assert drawn(room) == {}


def test_putting_back_all_of_theirs_takes_their_marks_off(room, grace):
    opens(grace)
    first, bobs = ada_draws(room), ada_draws(room, BOB)
    room.becomes(now=DURING + timedelta(hours=3))
    grace.do(controls.switch, {"board": "open"})
    last = ada_draws(room)

    said = grace.do(wall.put_back_all, last.change)

    assert said == "2 notes and marks are as they were before."
    assert list(drawn(room)) == [bobs.id]
    assert first.id not in drawn(room)


@on_both_databases
def test_all_marks_of_one_person_go_in_one_go_and_the_desks_log_says_so(room, grace, engine):
    opens(grace)
    adas = [ada_draws(room).id for _ in range(3)]
    bobs = ada_draws(room, BOB)

    assert grace.do(marks.remove_all, adas[1]) == "3 marks are removed."

    assert list(drawn(room)) == [bobs.id]
    tag = pseudonym(talk_row(engine).key, ADA)[:4]
    assert str(grace.desk().log[0].words) == f"removed all marks of attendee {tag}"
    with pytest.raises(Refused, match="Nothing that this person drew"):
        grace.do(marks.remove_all, adas[1])


def captions(room, who: str, mark: int, words: str) -> None:
    def work(change, talk):
        attendee = drawing.attendee(change.session, talk, who)
        text = drawing.read_caption(words)
        return drawing.caption(change, talk, attendee, mark, text, own=True)

    room.write(work)


def test_a_caption_is_cleaned_as_questions_are_and_is_the_drawers(room, grace):
    opens(grace)
    mark = ada_draws(room)

    captions(room, ADA, mark.id, "  An \u202earrow\n to  bees ")

    assert drawn(room) == {mark.id: "An arrow to bees"}
    with pytest.raises(Refused, match="Shorten the caption to 120"):
        captions(room, ADA, mark.id, "x" * 121)
    with pytest.raises(Refused, match="Somebody else drew that"):
        captions(room, BOB, mark.id, "Mine")
    grace.do(marks.caption, mark.id, "")
    assert drawn(room) == {mark.id: ""}


def test_who_may_not_write_may_not_caption(room, grace):
    opens(grace)
    mark = ada_draws(room)
    grace.do(controls.switch, {"board": "votes"})
    with pytest.raises(Refused, match="votes only"):
        captions(room, ADA, mark.id, "An arrow")
    grace.do(controls.switch, {"board": "open", "requires_name": "1"})
    with pytest.raises(Refused, match="gives a name"):
        captions(room, ADA, mark.id, "An arrow")
    assert drawn(room) == {mark.id: ""}


def test_a_wall_holds_so_many_marks_and_so_many_that_are_gone(room, grace, engine, monkeypatch):
    monkeypatch.setattr(drawing, "MOST_STROKES", 2)
    monkeypatch.setattr(wall_past, "MOST_GONE", 1)
    first, _ = draw(grace), draw(grace)
    with pytest.raises(Refused, match="The wall is full"):
        draw(grace)
    for _ in range(3):
        grace.do(marks.erase, min(drawn(room)))
        draw(grace)

    assert len(drawn(room)) == 2
    assert count_rows(engine, WallStroke) == 3
    assert first.id not in {row[0] for row in told(room)}


def test_what_was_erased_days_ago_is_gone_for_good(room, grace, engine):
    mark = draw(grace)
    grace.do(marks.erase, mark.id)
    room.becomes(now=DURING + timedelta(days=3))

    left = draw(grace)

    assert list(drawn(room)) == [left.id]
    assert (count_rows(engine, WallStroke), count_rows(engine, WallChange)) == (1, 1)


def test_a_moved_note_and_another_background_have_erased_marks_be_gone_for_good(
    room, grace, engine
):
    note = room.ask(ADA).id
    for do in (
        lambda: grace.do(wall.arrange, note, {"x": "1", "y": "1"}),
        lambda: grace.do(backgrounds.choose, {"background": "dots"}, None),
    ):
        grace.do(marks.erase, draw(grace).id)
        room.becomes(now=room.loader.now + timedelta(days=3))

        do()

        assert count_rows(engine, WallStroke) == 0


def test_what_is_erased_days_after_it_was_drawn_is_still_put_back(room, grace):
    mark = draw(grace)
    room.becomes(now=DURING + timedelta(days=3))

    erased = wall.read_done(grace.do(marks.erase, mark.id))
    grace.do(wall.put_back, erased.change)

    assert list(drawn(room)) == [mark.id]


@on_both_databases
def test_who_deletes_all_their_own_leaves_nothing_that_they_drew(room, grace, engine):
    opens(grace)
    mark, bobs = ada_draws(room), ada_draws(room, BOB)
    captions(room, ADA, mark.id, "Ada was here")
    grace.do(marks.caption, mark.id, "Ada was there")

    room.write(lambda change, talk: delete_own(change, talk, ADA))

    assert list(drawn(room)) == [bobs.id]
    assert told(room, since=4) == [[mark.id]]
    everything = dump(engine)
    assert "Ada was" not in everything
    assert pseudonym(talk_row(engine).key, ADA) not in everything


def dump(engine) -> str:
    """Return all that the wall's tables hold, as text."""
    with engine.connect() as connection:
        tables = (WallStroke.__table__, WallChange.__table__)
        return str([connection.execute(sa.select(table)).all() for table in tables])


def test_with_the_visitors_goes_what_is_gone_and_with_the_names_what_attendees_drew(
    room, grace, engine
):
    opens(grace)
    adas, graces = ada_draws(room), draw(grace)
    erased = draw(grace, points="4321 1234")
    grace.do(marks.erase, erased.id)

    room.write(lambda change, talk: retention.forget_visitors(change.session, talk.row, DURING))
    assert list(drawn(room)) == [adas.id, graces.id]
    assert "4321" not in dump(engine)
    assert GRACE.sign_in not in dump(engine)

    room.write(lambda change, talk: retention.forget_names(change.session, talk.row))
    assert list(drawn(room)) == [graces.id]
    assert "Grace" not in dump(engine)


def test_a_mark_is_by_whoever_drew_it(room, grace):
    mark = draw(grace)

    with Session(room.engine) as session:
        row = room.loader.load(session)
        assert marks.drawers(session, row, GRACE) == {mark.id: ("Grace", False)}
        assert drawing.drawn_by(session, row, mark.id) == arranger_of(GRACE)


NAMESAKE = Actor("Grace", Role.MODERATOR, "browser-another")
RENAMED = Actor("Grace H.", Role.MODERATOR, GRACE.sign_in)


@on_both_databases
def test_two_of_one_name_are_two(room, grace):
    first, second = draw(grace), draw(grace, who=NAMESAKE)

    with Session(room.engine) as session:
        row = room.loader.load(session)
        assert marks.drawers(session, row, NAMESAKE) == {
            first.id: ("Grace", True),
            second.id: ("Grace", False),
        }
    assert grace.do(marks.remove_all, first.id, who=NAMESAKE) == "1 mark is removed."
    assert list(drawn(room)) == [second.id]


def test_a_speaker_erases_nothing_of_another_who_gave_no_name_either(room, grace):
    mark = draw(grace, who=SPEAKER)

    with pytest.raises(Refused, match="Somebody else drew that"):
        grace.do(marks.erase, mark.id, who=Actor("", Role.SPEAKER, "browser-co-speaker"))

    assert list(drawn(room)) == [mark.id]


def test_who_is_called_otherwise_by_now_is_the_same(room, grace):
    marks_of_one = [draw(grace).id, draw(grace, who=RENAMED).id]

    with Session(room.engine) as session:
        found = marks.drawers(session, room.loader.load(session), RENAMED)
    assert found == dict(zip(marks_of_one, [("Grace", False), ("Grace H.", False)], strict=True))
    assert grace.do(marks.remove_all, marks_of_one[0]) == "2 marks are removed."


def test_what_a_namesake_did_since_is_theirs(room, grace):
    mark = draw(grace)
    mine = wall.read_done(grace.do(marks.caption, mark.id, "Bees"))
    grace.do(marks.caption, mark.id, "Wasps", who=NAMESAKE)

    with pytest.raises(Refused, match="has changed that mark since"):
        grace.do(marks.put_back, mine.change)


def test_what_is_nobodys_by_now_goes_one_by_one(room, grace):
    opens(grace)
    mark = draw(grace).id
    room.write(lambda change, talk: retention.forget_names(change.session, talk.row))

    with Session(room.engine) as session:
        found = marks.drawers(session, room.loader.load(session), GRACE)
        assert found == {mark: ("those who ran the talk", False)}
    with pytest.raises(Refused, match="Nobody knows any more who drew that"):
        grace.do(marks.remove_all, mark)
    assert list(drawn(room)) == [mark]
    grace.do(marks.erase, mark)
    assert drawn(room) == {}
