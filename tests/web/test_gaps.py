import gzip
import random
import string
from itertools import pairwise

import brotli
import pytest

from companion.web.gaps import CODINGS, UNLIKE, Gapped

READ = {"br": brotli.decompress, "gzip": gzip.decompress}
NOW, KEY = "1234567890123", "0b7f6d1e-7f3c-4a51-9a63-1f0d8f6b2c11"
TEXT = f'<body data-now="{NOW}">{{}}<input value="{KEY}">{{}}</body>'


def text(before="<p>Bees find home.</p>" * 40, after="<p>Wasps do not; bees do. é 🐝</p>" * 900):
    return TEXT.format(before, after)


def letters(chance, length):
    return "".join(chance.choices(string.ascii_letters + string.digits, k=length))


@pytest.mark.parametrize("coding", CODINGS)
def test_each_value_is_read_where_its_gap_is(coding):
    gapped, chance = Gapped(text(), [KEY, NOW]), random.Random(1)  # noqa: S311
    for _ in range(50):
        values = {NOW: letters(chance, len(NOW)), KEY: letters(chance, len(KEY))}
        expected = text().replace(NOW, values[NOW]).replace(KEY, values[KEY]).encode()

        assert gapped.filled(values) == expected
        assert READ[coding](gapped.compressed(values, coding)) == expected


@pytest.mark.parametrize("coding", CODINGS)
def test_a_text_that_repeats_what_fills_its_gaps_is_read_all_the_same(coding):
    values = {NOW: "7" * len(NOW), KEY: NOW[::-1] * 2 + NOW[:10]}
    repeating = "".join(values.values()) * 30
    gapped = Gapped(text(repeating, repeating), [NOW, KEY])

    read = READ[coding](gapped.compressed(values, coding))

    expected = TEXT.replace(KEY, values[KEY]).replace(f'"{NOW}"', f'"{values[NOW]}"')
    assert read == expected.format(repeating, repeating).encode()


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("marks", [[], ["not there"]])
def test_a_text_without_gaps_is_compressed_as_it_is(coding, marks):
    assert READ[coding](Gapped(text(), marks).compressed({}, coding)) == text().encode()


def test_nothing_is_compressed_twice(monkeypatch):
    gapped, values = Gapped(text(), [NOW, KEY]), {NOW: NOW, KEY: KEY}
    first = gapped.compressed(values, "br")
    monkeypatch.setattr("companion.web.gaps.brotli", None)

    assert gapped.compressed(values, "br") == first


def test_gaps_cost_few_bytes():
    values = {NOW: NOW, KEY: KEY}
    whole = brotli.compress(text().encode(), quality=5)

    assert len(Gapped(text(), [NOW, KEY]).compressed(values, "br")) < len(whole) + 150


def test_where_no_gap_can_be_left_nothing_is_returned(monkeypatch):
    broken = CODINGS["br"]._replace(gap=lambda data: data)
    monkeypatch.setitem(CODINGS, "br", broken)

    assert Gapped(text(), [NOW]).compressed({NOW: NOW}, "br") is None


def test_a_mark_that_is_there_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        Gapped(NOW + NOW, [NOW])


def test_a_value_of_another_length_is_refused():
    with pytest.raises(ValueError, match="as long"):
        Gapped(text(), [NOW]).filled({NOW: "1"})


def test_what_the_compressor_is_shown_never_repeats():
    fours = [UNLIKE[at : at + 4] for at in range(len(UNLIKE) - 3)]

    assert len(set(fours)) == len(fours)
    assert all(one != other for one, other in pairwise(fours))
    with pytest.raises(UnicodeDecodeError):
        UNLIKE.decode()
