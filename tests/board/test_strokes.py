"""Marks as numbers: what a line on the wall is, and the path that draws it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.board.strokes import decoded, encoded, path_of, read_points
from companion.errors import Refused

places = st.tuples(st.integers(0, 20_000), st.integers(0, 20_000))


@given(st.lists(places, min_size=1, max_size=500))
def test_points_are_read_as_they_were_written(points):
    assert read_points(encoded(points)) == decoded(encoded(points)) == tuple(points)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1",
        "1 2 3",
        "1 2 ",
        "1  2",
        "a b",
        "1.5 2",
        "1e3 2",
        "+1 2",
        "--1 2",
        "\u0663 1",
        "-1 2",
        "20001 0",
        "1 1 -2 0",
        "20000 0 1 0",
        "1 2\n3 4",
        "1 2 " + "0 0 " * 499 + "0 0",
        "1" * 100_000,
    ],
)
def test_what_is_no_line_on_the_wall_is_refused(typed):
    with pytest.raises(Refused, match="Draw it again"):
        read_points(typed)


@pytest.mark.parametrize(
    ("points", "path"),
    [
        ((), ""),
        ([(5, 6)], "M5 6L5 6"),
        ([(0, 0), (3, 4)], "M0 0L1.5 2L3 4"),
        ([(0, 0), (10, 0), (19_999, 20_000)], "M0 0L5 0Q10 0 10004.5 10000L19999 20000"),
    ],
)
def test_a_path_goes_from_middle_to_middle(points, path):
    assert path_of(points) == path
