import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import Signer, TimestampSigner

from companion.board.visitors import Visitors, is_person, pseudonym
from tests.support.people import ADA, BOB

KEY = "a-key-of-random-characters"


@pytest.fixture
def visitors() -> Visitors:
    return Visitors(KEY)


def test_a_new_cookie_is_read_as_one_visitor(visitors):
    cookie = visitors.new()

    assert visitors.read(cookie) == visitors.read(cookie) == cookie.partition(".")[0]


def test_no_two_visitors_are_alike(visitors):
    assert len({visitors.read(visitors.new()) for _ in range(100)}) == 100


def test_a_cookie_outlives_a_restart_with_the_same_key(visitors):
    cookie = visitors.new()

    assert Visitors(KEY).read(cookie) == visitors.read(cookie)


@pytest.mark.parametrize("cookie", [None, "", ".", "nobody", "nobody.", "a.b.c", "ü.ü", "\udcff.x"])
def test_what_is_not_ours_is_nobody(visitors, cookie):
    assert visitors.read(cookie) is None


def test_a_cookie_signed_with_another_key_or_for_another_use_is_nobody(visitors):
    assert visitors.read(Visitors(KEY + "!").new()) is None
    assert visitors.read(Signer(KEY).sign(ADA).decode()) is None
    assert visitors.read(Signer(KEY, salt="session").sign(ADA).decode()) is None


@given(st.integers(min_value=0, max_value=60), st.characters(codec="ascii"))
def test_a_cookie_with_any_character_changed_is_nobody(position, character):
    visitors = Visitors(KEY)
    cookie = visitors.new()
    position %= len(cookie) - 1  # the last holds bits that base64 does not use
    changed = cookie[:position] + character + cookie[position + 1 :]

    assert visitors.read(changed) == (visitors.read(cookie) if changed == cookie else None)


def test_a_pseudonym_is_one_persons_on_one_board():
    assert pseudonym("one-talk", ADA) == pseudonym("one-talk", ADA)
    assert len({pseudonym(talk, who) for talk in ("a", "b") for who in (ADA, BOB)}) == 4
    assert len(pseudonym("one-talk", ADA)) == 32


def test_a_person_is_one_visitor_whatever_the_cookie(visitors):
    one, other = (visitors.person("https://login.example", "ada") for _ in range(2))

    assert one != other
    assert visitors.read(one) == visitors.read(other)
    assert is_person(visitors.read(one))
    assert "ada" not in one


def test_no_two_people_are_alike(visitors):
    said = [
        ("https://a", "b"),
        ("https://a", "c"),
        ("https://b", "b"),
        ("https://a\nb", ""),
        ("", ""),
    ]

    people = {visitors.read(visitors.person(*who)) for who in said}
    people.add(Visitors(KEY + "!").read(Visitors(KEY + "!").person(*said[0])))

    assert len(people) == len(said) + 1


def test_nobody_makes_a_person_of_a_browsers_cookie(visitors):
    person = visitors.read(visitors.person("https://login.example", "ada"))

    assert visitors.read(TimestampSigner(KEY, salt="visitor").sign(person).decode()) is None
    assert not is_person(visitors.read(visitors.new()))
    assert not is_person(None)
