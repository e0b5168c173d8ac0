"""A file keeps its encoding, its mark and its line breaks, whatever is typed into it."""

import random
import time
from string import ascii_letters

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.editing import text

LETTERS = st.characters(codec="utf-8", exclude_characters="\r\n\ufeff")
LINES = st.lists(st.text(LETTERS, max_size=8), max_size=8)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
CODECS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
SECONDS = 10  # of the processor: many times what is needed, far less than by pairs of lines


@given(lines=st.lists(st.tuples(st.text(LETTERS, max_size=8), ENDS)), codec=CODECS)
def test_what_is_opened_and_saved_is_byte_for_byte_the_same(lines, codec):
    before = "".join(line + end for line, end in lines).encode(codec)

    sent = text.opened(before).replace("\n", "\r\n")

    assert text.written(sent, before) == before


@given(before=LINES, after=LINES, end=ENDS, codec=CODECS)
def test_what_is_typed_is_written_as_the_file_was(before, after, end, codec):
    old = end.join(["head", *before, ""]).encode(codec)
    typed = "\n".join(["head", *after])

    new = text.written(typed, old)

    assert new == typed.replace("\n", end).encode(codec)
    assert text.opened(new) == typed


def test_lines_that_stay_keep_the_way_they_end_in():
    before = b"one\r\ntwo\nthree\r\nfour"

    assert text.written("one\ntwo\nnew\nfour", before) == b"one\r\ntwo\nnew\r\nfour"


@pytest.mark.parametrize(("typed", "kept"), [("Cafés", "cp1252"), ("Café Ω", "utf-8")])
def test_an_old_encoding_stays_as_long_as_it_has_the_letters(typed, kept):
    assert text.written(typed, "Café".encode("cp1252")) == typed.encode(kept)


def test_a_new_file_is_plain():
    assert text.written("a\r\nb\r\n", None) == b"a\nb\n"


def test_a_page_of_which_every_line_changes_keeps_nobody_waiting():
    chance = random.Random(7)  # noqa: S311 (no secret)
    before = "".join(f"{chance.choice(ascii_letters)}\n" for _ in range(131_000)).encode()
    typed = "".join(f"{chance.choice(ascii_letters)}\n" for _ in range(131_000))

    begun = time.process_time()
    found = text.written(typed, before)

    assert time.process_time() - begun < SECONDS
    assert found == typed.encode()


def test_the_ends_of_lines_around_a_long_change_stay():
    head, tail = b"one\ntwo\r\n", b"last\nline\r\n"
    before = head + b"old\r\n" * 20_000 + tail
    typed = "one\ntwo\n" + "new\n" * 20_000 + "last\nline\n"

    assert text.written(typed, before) == head + b"new\r\n" * 20_000 + tail


def test_what_is_looked_at_has_what_is_typed_in_the_encoding_of_the_file():
    for content, codec in ((b"Caf\xe9\r\n", "cp1252"), (b"\xef\xbb\xbfa\r\n", "utf-8-sig")):
        assert text.looked_at("Th\xe9\n", content) == "Th\xe9\n".encode(codec)
