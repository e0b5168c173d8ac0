from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

import pytest

from companion.board.memo import Memo


def test_a_version_is_made_once_and_another_in_its_place():
    memo, numbers = Memo(5), count()

    def look(version):
        return memo.get("board", version, lambda: next(numbers))

    assert [look("one"), look("one"), look("two"), look("two"), look("one")] == [0, 0, 1, 1, 2]


def test_whoever_comes_meanwhile_waits_for_the_first():
    memo, may_end, made = Memo(5), Event(), []

    def make():
        may_end.wait(5)
        made.append("made")
        return "a board"

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(memo.get, "board", 1, make) for _ in range(8)]
        may_end.set()

    assert {one.result() for one in asked} == {"a board"}
    assert made == ["made"]


def test_what_fails_is_tried_again():
    memo = Memo(5)
    with pytest.raises(ZeroDivisionError):
        memo.get("board", 1, lambda: 1 // 0)

    assert not memo._making
    assert memo.get("board", 1, lambda: "a board") == "a board"


def test_the_oldest_go():
    memo, numbers = Memo(2), count()
    for name in "abc":
        memo.get(name, 1, lambda: next(numbers))

    assert [memo.get(name, 1, lambda: next(numbers)) for name in "cba"] == [2, 1, 3]
