"""The wall's background: what is kept of it, who is told, and what goes with the talk."""

import pytest
from sqlalchemy.orm import Session

from companion.board import backgrounds as shown
from companion.board.backgrounds import FIELDS_SIZE, Background
from companion.board.events import BackgroundChanged
from companion.board.rows import find_talk_row
from companion.errors import Refused
from companion.moderation import backgrounds
from companion.moderation.pictures import Picture
from companion.store.wall import WallChange, WallPicture
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows
from tests.support.people import ADA

BEES, WASPS = Picture(b"bees", 1_200, 600), Picture(b"wasps", 600, 1_200)
FIELDS = {"background": "fields", "across": "Effort", "up": "Worth"}


def backdrop(room) -> shown.Backdrop:
    with Session(room.engine) as session:
        return shown.backdrop(session, find_talk_row(session, room.page.slug))


@on_both_databases
def test_a_picture_takes_the_room_that_it_is_fitted_into(room, grace):
    grace.do(backgrounds.choose, {"background": "picture"}, BEES)
    first = backdrop(room)
    grace.do(backgrounds.choose, {"background": "picture"}, WASPS)
    second = backdrop(room)

    assert (first.kind, first.width, first.height) == (Background.PICTURE, 2_400, 1_200)
    assert (second.picture, second.width, second.height) == (WASPS.digest, 800, 1_600)
    assert count_rows(room.engine, WallPicture) == 1


@on_both_databases
def test_the_same_background_again_is_no_change(room, grace):
    grace.do(backgrounds.choose, FIELDS, None)
    said = grace.do(backgrounds.choose, FIELDS, None)

    assert str(said) == "It was so already."
    found = backdrop(room)
    assert (found.across, found.up, (found.width, found.height)) == ("Effort", "Worth", FIELDS_SIZE)
    assert count_rows(room.engine, WallChange) == 1


def test_a_change_is_told_and_no_list_fetches_for_it(room, grace, listener):
    room.ask(ADA)
    listener.heard()

    grace.do(backgrounds.choose, {"background": "dots"}, None)

    (event,) = listener.heard()
    assert type(event) is BackgroundChanged
    assert event.after < event.revision  # the public revision is as it was


def test_what_was_refused_has_changed_nothing(room, grace):
    grace.do(backgrounds.choose, FIELDS, None)

    with pytest.raises(Refused, match="Choose the file of a picture"):
        grace.do(backgrounds.choose, {"background": "picture"}, None)

    assert backdrop(room).kind is Background.FIELDS
