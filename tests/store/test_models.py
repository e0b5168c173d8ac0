"""What is said of each status is said of all of them, and agrees with itself."""

from companion.store.models import (
    ACTIVE,
    COUNTED,
    EDITABLE,
    HEADINGS,
    MERGEABLE,
    PUBLIC,
    TABS,
    TOLD,
    Status,
    Tab,
)

KEPT = set(Status) - {Status.WITHDRAWN}


def test_all_that_was_not_withdrawn_is_counted_once_and_exported_under_a_heading():
    assert len(COUNTED) == len(KEPT)
    assert set(COUNTED) == set(HEADINGS) == KEPT
    assert len(set(HEADINGS.values())) == len(HEADINGS)


def test_each_list_of_the_desk_holds_one_status_and_merged_ones_show_with_their_target():
    assert list(TABS.values()) == list(Tab)
    assert set(TABS) == KEPT - {Status.MERGED}


def test_nothing_is_open_to_change_that_was_set_aside():
    assert set(EDITABLE) | set(MERGEABLE) | set(PUBLIC) <= set(ACTIVE) <= KEPT
    assert set(TOLD) <= KEPT
