"""What becomes of the words that somebody types."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.board.input import DETAIL_MAX, NAME_MAX, TEXT_MAX, one_line, read_draft
from companion.errors import Refused
from companion.store.models import Kind
from companion.talks.letters import MARKS_KEPT

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
PAD = " and ten more"


def text(typed: str) -> str:
    return read_draft({"text": typed + PAD}).text.removesuffix(PAD)


def detail(typed: str) -> str:
    return read_draft({"text": "A text long enough", "detail": typed}).detail


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\u0000b", "ab"),
        ("a\u0007b\u001bc\u007fd\u0085e", "abcde"),
        ("a\u200bb\u2060c\ufeffd", "abcd"),
        ("\u202eabc\u202c", "abc"),
        ("\u2066abc\u2069\u200e\u200f\u061c", "abc"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\u3164\u115f\u1160\uffa0\u2800a", "a"),
        ("a\ud800b", "ab"),
        ("a\ue000b\U000e0041c", "abc"),
        ("cafe\u0301", "caf\u00e9"),
        ("cafe\u200b\u0301", "caf\u00e9"),
        (FAMILY, FAMILY),
        ("❤\ufe0f👍🏽🇬🇧", "❤\ufe0f👍🏽🇬🇧"),
        ("नमस्\u200dते می\u200cخواهم", "नमस्\u200dते می\u200cخواهم"),
        ("a\u200d\u200c\u200db", "a\u200db"),
        ("\u200da \u200cb\u200d", "a b"),
        ("a  \t b\r\nc\rd\ne", "a b c d e"),
        ("a\u00a0b\u2028c\u3000d", "a b c d"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ],
)
def test_a_text_is_one_clean_line(typed, kept):
    assert text(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\rthree\n", "one\ntwo\nthree"),
        ("  indented\n\tby a tab  ", "indented\n\tby a tab"),
        ("```\n  code\n```", "```\n  code\n```"),
        ("a\u202eb\u0000c", "abc"),
    ],
)
def test_a_detail_keeps_its_lines(typed, kept):
    assert detail(typed) == kept


@given(st.text())
def test_cleaning_what_is_clean_changes_nothing(typed):
    once = detail(typed[:DETAIL_MAX])

    assert detail(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    "typed", ["", "   ", "123456789", "\u200b" * 20, "\u200d" * 20, "\u3164" * 20]
)
def test_too_little_is_refused(typed):
    with pytest.raises(Refused, match=r"^Write at least 10 characters, so that everyone"):
        read_draft({"text": typed})


def test_joiners_do_not_make_a_short_text_long():
    with pytest.raises(Refused, match="at least 10"):
        read_draft({"text": "a" + "\u200d" * 20 + "b"})


@pytest.mark.parametrize(
    ("fields", "limit", "reason"),
    [
        ("text", TEXT_MAX, "The question is 1 character too long; put more into the detail."),
        ("detail", DETAIL_MAX, "The detail is 1 character too long; shorten it."),
        ("name", NAME_MAX, "The name is 1 character too long; shorten it."),
    ],
)
def test_too_much_is_refused_and_says_by_how_much(fields, limit, reason):
    usual = {"text": "A text long enough"}
    assert getattr(read_draft({**usual, fields: "x" * limit}), fields) == "x" * limit

    with pytest.raises(Refused) as refusal:
        read_draft({**usual, fields: "x" * (limit + 1)})

    assert str(refusal.value) == reason


def test_a_comment_is_called_a_comment():
    with pytest.raises(Refused, match=r"^The comment is 800 characters too long"):
        read_draft({"text": "x" * (TEXT_MAX + 800), "kind": "comment"})


def test_lengths_count_code_points():
    assert read_draft({"text": "🐝" * TEXT_MAX}).text == "🐝" * TEXT_MAX
    assert read_draft({"text": "e\u0301" * TEXT_MAX}).text == "é" * TEXT_MAX
    with pytest.raises(Refused, match="too long"):
        read_draft({"text": "🐝" * (TEXT_MAX + 1)})


def test_what_is_left_out_has_its_usual_value():
    draft = read_draft({"text": "How do bees find home?"})

    assert (draft.kind, draft.detail, draft.name) == (Kind.QUESTION, "", "")
    assert len(draft.key) == 32
    assert draft.key != read_draft({"text": "How do bees find home?"}).key


def test_null_is_as_good_as_left_out():
    fields = dict.fromkeys(("detail", "name", "kind", "key"))

    assert read_draft({"text": "How do bees find home?", **fields}).kind is Kind.QUESTION


@pytest.mark.parametrize("value", [1, 1.5, True, [], {}, ["How do bees find home?"]])
@pytest.mark.parametrize("name", ["text", "detail", "name", "kind", "key"])
def test_only_text_is_text(name, value):
    with pytest.raises(Refused, match=f"^`{name}` must be text"):
        read_draft({"text": "How do bees find home?", name: value})


@pytest.mark.parametrize("kind", ["answer", "Question", "question ", "<b>"])
def test_a_kind_is_one_of_two(kind):
    with pytest.raises(Refused, match="question or a comment"):
        read_draft({"text": "How do bees find home?", "kind": kind})


@pytest.mark.parametrize("key", ["short", "x" * 65, "with space", "ümlaut-key", "a-key-ends\n"])
def test_a_key_is_a_key(key):
    with pytest.raises(Refused, match="damaged"):
        read_draft({"text": "How do bees find home?", "key": key})


@pytest.mark.parametrize(
    "typed",
    [
        *("为什么用GPU？", "什么是熵？", "為什麼這樣？", "数据哪来的？", "𠀀𠀁𠀂𠀃？"),
        *(
            "なぜ遅いのですか",
            "なぜですか",
            "ｶﾞﾊﾟｯﾄ?",
            "熵とは何ですか",
            "왜 느린가요?",
            "왜 그래요?",
        ),
        *("How so, Ada?", "Wie lange?", "Зачем это?", "ทำไมช้ามาก", "क्यों धीमा?", "لماذا هكذا"),
    ],
)
def test_a_short_question_of_any_writing_is_a_question(typed):
    assert read_draft({"text": typed}).text == typed


@pytest.mark.parametrize(
    "typed", ["为何？", "え？", "왜?", "Why so?", "Why 为?", "🐝🐝🐝", "a" * 9]
)
def test_one_word_is_none(typed):
    with pytest.raises(Refused, match="at least 10"):
        read_draft({"text": typed})


@pytest.mark.parametrize(
    "char",
    [
        *("\U0001fa77", "\U0001fae8", "\U0001fae9", "\U0001faea", "\U0001f6d8", "\U0001f8b0"),
        *("\U0002ebf0", "\U000323b0", "\u1c89", "\ua7cb", "\u20c1", "\U00010d50", "\U00011bc0"),
    ],
)
def test_a_letter_younger_than_the_tables_of_this_python_is_kept(char):
    assert text(f"I love this {char} talk") == f"I love this {char} talk"
    assert read_draft({"text": "How do bees fly?", "name": f"Ada {char}"}).name == f"Ada {char}"
    assert detail(f"one {char}\n{char} two") == f"one {char}\n{char} two"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\ufe0f\ufe0f\ufe0e\U000e0100b", "a\ufe0fb"),
        ("\ufe0fa \ufe0f\u0301b", "a b"),
        ("a\u180b\u180fb\u2065c\ufff0d\uffffe\U0001fffef\U000e0fffg", "abcdefg"),
        ("1\ufe0f\u20e3 葛\U000e0100", "1\ufe0f\u20e3 葛\U000e0100"),
        ("🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f.",) * 2,
        ("🏴\U000e0067\U000e0062", "🏴"),
        ("ि\u200d\u0301 \u200d\u0301a", " a".strip()),
    ],
)
def test_marks_and_selectors_stand_on_something(typed, kept):
    assert text(typed) == kept


@pytest.mark.parametrize(
    "char",
    [
        *("\ufe0f", "\ufe00", "\U000e0100", "\u180b", "\u180e", "\u0301", "\u20dd", "\u0489"),
        *("\u034f", "\u115f", "\u2061", "\u2065", "\u206a", "\u2800", "\u3164", "\uffa0"),
        *("\ufff0", "\ufff9", "\uffff", "\ue000", "\U0001d173", "\U000e0001", "\U000e0041"),
        *("\U000e01f0", "\U0001bca0", "\U00016fe4", "\U0001d159", "\u0903", "\u200c\u0301"),
    ],
)
def test_nothing_to_see_is_too_little(char):
    for typed in (char * 12, f"{char} " * 12, f"a{char * 12}", f"{char}a{char}b{char}" * 2):
        with pytest.raises(Refused, match="at least 10"):
            read_draft({"text": typed})
    assert read_draft({"text": "How do bees fly?", "name": char * 12}).name == ""


@pytest.mark.parametrize(
    "tower",
    ["\u0301" * 250, "\u0301\u0323" * 125, "\u0301\u200d" * 125, "\u0301\ufe0f" * 125],
    ids=["one mark", "two in turns", "with joiners", "with selectors"],
)
def test_no_letter_carries_a_tower(tower):
    text = one_line(f"Why a{tower}b?")

    marks = sum(unicodedata.category(char).startswith("M") for char in text)
    assert 1 <= marks <= MARKS_KEPT
    assert text.endswith("b?")


@pytest.mark.parametrize("word", ["שָׁל֣וֹם", "བརྒྱུད", "tiếng Việt", "ក្រុង", "กี่ที่"])
def test_no_writing_loses_a_mark(word):
    assert one_line(word) == unicodedata.normalize("NFC", word)
