import pytest

from companion.board.rules import BoardDefaults, BoardState
from companion.board.talk_state import TalkLoader
from tests.support.talks import read_programme, write_talk


@pytest.fixture
def page(make_settings, folder):
    """Return the usual talk's page with more in its header."""

    def read(extra: str = ""):
        write_talk(folder, extra=extra)
        page = read_programme(make_settings()).find("talk")
        assert page is not None
        return page

    return read


def rules(page, now, *, moderated=False):
    return TalkLoader(page, now, BoardDefaults(moderated)).with_row(None).rules


@pytest.mark.parametrize(
    ("minutes", "state"),
    [
        (-60 * 24 * 30, BoardState.OPEN),
        (-10, BoardState.OPEN),
        (0, BoardState.OPEN),
        (59.99, BoardState.OPEN),
        (60, BoardState.CLOSED),
        (60 * 24, BoardState.CLOSED),
    ],
)
def test_a_board_is_open_until_the_talk_is_over(page, clock, minutes, state):
    clock.set_to(minutes)

    assert rules(page(), clock()).state is state


@pytest.mark.parametrize("state", list(BoardState))
@pytest.mark.parametrize("minutes", [-60, 20, 600])
def test_a_page_sets_its_board_by_hand(page, clock, state, minutes):
    clock.set_to(minutes)

    assert rules(page(f"board: {state}\n"), clock()).state is state


@pytest.mark.parametrize("usually", [True, False])
@pytest.mark.parametrize(
    ("extra", "held"), [("moderated: true\n", True), ("moderated: false\n", False)]
)
def test_a_page_decides_whether_it_is_moderated(page, clock, usually, extra, held):
    assert rules(page(extra), clock(), moderated=usually).moderated is held


@pytest.mark.parametrize("usually", [True, False])
def test_otherwise_the_setting_does(page, clock, usually):
    assert rules(page(), clock(), moderated=usually).moderated is usually
