import pytest
from sqlalchemy.orm import Session

from companion.board import queries
from companion.board.events import QuestionOpened, TalkChanged
from companion.board.others import Nobody
from companion.board.paging import read_selection
from companion.board.rate_limits import RateLimits
from companion.board.rules import BoardDefaults
from companion.board.service import NO_COOKIE, BoardService
from companion.errors import NoBoardError, Refused
from companion.store.models import Status
from tests.support.listener import shown
from tests.support.people import ADA, BOB
from tests.support.room import TEXT
from tests.support.talks import read_programme, write_talk

FIELDS = {"text": TEXT}


@pytest.fixture
def make_boards(make_settings, writer, clock):
    """Return what joins the folder's pages with the database."""

    def make(*, moderated: bool = False) -> BoardService:
        programme = read_programme(make_settings())
        return BoardService(
            programme, writer, RateLimits(on=True, others=Nobody()), clock, BoardDefaults(moderated)
        )

    return make


@pytest.fixture
def boards(make_boards) -> BoardService:
    return make_boards()


def acts(boards: BoardService, slug: str, visitor: str | None):
    """Return everything that somebody might do to the first question of a talk."""
    return (
        lambda: boards.ask(slug, visitor, FIELDS),
        lambda: boards.vote(slug, visitor, 1, wanted=True),
        lambda: boards.edit(slug, visitor, 1, FIELDS),
        lambda: boards.withdraw(slug, visitor, 1),
    )


def test_a_question_lives_from_being_asked_to_being_withdrawn(boards, engine, listener):
    asked = boards.ask("talk", ADA, FIELDS)
    assert boards.vote("talk", BOB, asked.id, wanted=True)[0].votes == 1
    boards.edit("talk", ADA, asked.id, {"text": "How do bees find food?"})
    page = boards.programme.find("talk")
    with Session(engine) as session:
        talk = boards.talk(session, page)
        assert [card.own for card in boards.board(session, talk, ADA).cards] == [True]
        assert queries.card(session, talk, BOB, asked.id).voted
    boards.withdraw("talk", ADA, asked.id)

    assert [event.revision for event in listener.heard()] == [1, 2, 3, 4]
    with Session(engine) as session:
        assert boards.board(session, boards.talk(session, page), ADA).total == 0


@pytest.mark.parametrize("slug", ["nothing", "", "hidden", "quiet"])
def test_nothing_can_be_done_where_there_is_no_board(make_boards, folder, listener, slug):
    write_talk(folder, "hidden", extra="published: false\n")
    write_talk(folder, "quiet", extra="board: false\n")
    boards = make_boards()

    for act in acts(boards, slug, ADA):
        with pytest.raises(NoBoardError):
            act()
    assert listener.heard() == []


def test_without_a_cookie_nothing_can_be_done(boards, listener):
    boards.ask("talk", ADA, FIELDS)
    listener.heard()

    for act in acts(boards, "talk", None):
        with pytest.raises(Refused) as refusal:
            act()
        assert str(refusal.value) == NO_COOKIE
    assert listener.heard() == []


def test_what_is_refused_as_it_stands_costs_nothing(boards):
    for _ in range(10):
        with pytest.raises(Refused, match="at least 10"):
            boards.ask("talk", ADA, {"text": "short"})

    assert boards.ask("talk", ADA, FIELDS).status is Status.OPEN


def test_past_the_limit_nothing_is_written(boards, listener):
    for _ in range(3):
        boards.ask("talk", ADA, FIELDS)
    listener.heard()

    with pytest.raises(Refused) as refusal:
        boards.ask("talk", ADA, FIELDS)

    assert (listener.heard(), refusal.value.retry_after is not None) == ([], True)


def test_the_installation_moderates_unless_a_page_says_otherwise(make_boards, folder):
    write_talk(folder, "free", extra="moderated: false\n")
    boards = make_boards(moderated=True)

    assert boards.ask("talk", ADA, FIELDS).status is Status.WAITING
    assert boards.ask("free", ADA, FIELDS).status is Status.OPEN


@pytest.mark.parametrize(
    ("sort", "used"),
    [("", "popular"), ("popular", "popular"), ("recent", "recent"), ("x", "popular")],
)
def test_a_board_is_sorted_in_one_of_two_ways(boards, engine, sort, used):
    with Session(engine) as session:
        talk = boards.talk(session, boards.programme.find("talk"))
        selection = read_selection({"sort": sort})
        assert boards.board(session, talk, None, selection).selection.sort == used


def test_a_new_page_is_told_to_those_who_look_at_it(boards, listener):
    boards.ask("talk", ADA, FIELDS)
    boards.note_new_page(boards.programme.find("talk"))

    assert listener.heard() == [shown(QuestionOpened, "talk", 1, 0, 1), TalkChanged("talk", 2, 1)]
