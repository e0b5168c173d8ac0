"""Where there is room on the wall."""

from hypothesis import given
from hypothesis import strategies as st

from companion.board.wall_layout import (
    GAP,
    HEAD,
    LEAST,
    Box,
    around,
    column_at,
    columns_in,
    free_box,
    in_rows,
    note_box,
)

TEXTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=300), max_size=20)
BOXES = st.lists(
    st.builds(Box, *[st.integers(0, 900)] * 2, *[st.integers(1, 400)] * 2), max_size=12
)


def apart(boxes: list[Box]) -> bool:
    pairs = ((one, other) for at, one in enumerate(boxes) for other in boxes[:at])
    return not any(one.covers(other) for one, other in pairs)


@given(texts=TEXTS, columns=st.integers(1, 6))
def test_rows_cover_nothing_and_leave_the_head_free(texts, columns):
    boxes = in_rows(texts, columns)

    assert len(boxes) == len(texts)
    assert apart(boxes)
    assert all(box.y >= HEAD and box.x >= GAP for box in boxes)
    assert columns_in(around(boxes)[0]) >= min(columns, len(texts))


@given(taken=BOXES)
def test_what_is_free_is_covered_by_nothing(taken):
    box = free_box((300, 200), taken, [24, 400], 24)

    assert not any(box.covers(other) for other in taken)
    assert box.y >= 24


def test_the_uppermost_place_is_taken_first():
    first = note_box(column_at(0), HEAD, "How?")

    beside = free_box((208, 148), [first], map(column_at, range(2)), HEAD)
    below = free_box((208, 148), [first], map(column_at, range(1)), HEAD)

    assert beside[:2] == (column_at(1), HEAD)
    assert below[:2] == (column_at(0), HEAD + first.height + GAP)


def test_a_long_text_makes_a_high_note_and_ideographs_count_twice():
    assert note_box(0, 0, "蜂" * 40).height == note_box(0, 0, "b" * 80).height
    assert note_box(0, 0, "b" * 300).height > note_box(0, 0, "b" * 40).height
    assert around([]) == LEAST
