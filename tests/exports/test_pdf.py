"""The PDF, read back: what it says, and that nothing people wrote is more than text."""

from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pypdf
import pypdfium2
import pytest

from companion.board.richtext import headline_to_html
from companion.exports import pdf, pdf_typesetting
from companion.exports.dataset import TalkRecord
from companion.exports.glyphs import breakable, is_right_to_left, missing_in, pieces, stand_in
from companion.exports.pdf_typesetting import FIRST_FONTS, LAST_FONTS, Fonts
from companion.report import Figures
from companion.report.series import counted, window
from companion.store.models import Kind, Status
from companion.talks.phase import Phase
from tests.support.entries import ENTRY, counts_of

pytestmark = pytest.mark.slow
LONDON = ZoneInfo("Europe/London")
STARTS = datetime(2026, 3, 5, 12, 0, tzinfo=LONDON)
URL = "https://qa.example.org/talks/talk"
LEFT_EDGE, RIGHT_EDGE = 24 / 25.4 * 72, (210 - 24) / 25.4 * 72
BARE = Fonts((*FIRST_FONTS, *LAST_FONTS), ())


def entry(text="How do bees find home?", **more):
    usual = replace(ENTRY, number=7, votes=3, asked_at=STARTS + timedelta(minutes=20), text=text)
    return replace(usual, **more)


def record(*entries, title="A talk about bees", speaker="Grace Hopper"):
    return TalkRecord(
        slug="talk",
        title=title,
        speaker=speaker,
        starts=STARTS,
        ends=STARTS + timedelta(hours=1),
        zone="Europe/London",
        url=URL,
        recording="",
        exported_at=STARTS + timedelta(hours=3),
        counts=counts_of(5, 1, 2, 0, 1, 0, 1, 12),
        entries=entries,
    )


def figures():
    seen = window(STARTS - timedelta(minutes=15), STARTS + timedelta(minutes=75))
    some = counted(seen, [(STARTS, 1), (STARTS + timedelta(minutes=50), 1)])
    none = counted(seen, [])
    phases = ((Phase.TALK, STARTS), (Phase.OVER, STARTS + timedelta(hours=1)))
    return Figures(counts_of(2, 2, 0, 0, 0, 0, 0, 0), phases, none, some, some, 0, (), None)


def read(made, shown=None):
    out = BytesIO()
    pdf.write(made, shown, out)
    return pypdf.PdfReader(out)


def text_of(made, shown=None):
    """Return the PDF's text, its white space collapsed and its places to break left out."""
    pages = "\n".join(page.extract_text() for page in read(made, shown).pages)
    return " ".join(pages.replace("\N{ZERO WIDTH SPACE}", "").split())


def links(reader):
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    return [note["/A"]["/URI"] for note in notes if "/URI" in note.get("/A", {})]


@pytest.fixture
def bare(monkeypatch):
    """Have no fonts but those that typst brings."""
    monkeypatch.setattr(pdf_typesetting, "installed_fonts", lambda: BARE)


def test_it_says_what_the_record_says_but_for_the_labels_of_the_desk():
    found = text_of(
        record(
            entry("Answered?", status=Status.ANSWERED, answer="Yes.", author="Ada", askers=2),
            entry("Open?", votes=1, labels=("maps", "bees")),
            entry("Gone?", status=Status.DECLINED, reason="off_topic"),
            entry("Same?", status=Status.MERGED, merged_into=7),
            entry("Nice.", kind=Kind.COMMENT),
        )
    )

    assert "A talk about bees Grace Hopper 5 March 2026, 12:00–13:00 (Europe/London)" in found
    assert "Answered (1) Answered? No. 7 · 3 votes · asked by 2 · Ada · 12:20 Yes." in found
    assert "Open (1) Open? No. 7 · 1 vote · 12:20" in found
    assert "maps" not in found
    assert "Declined (1) Gone? No. 7 · 3 votes · 12:20 · declined: off topic" in found
    assert "Merged into others (1) Same? No. 7 · 3 votes · 12:20 · merged into no. 7" in found
    assert "Comments (1) Nice." in found
    assert found.endswith("As of 5 March 2026, 15:00 1 of 1")


def test_a_comment_that_is_not_public_stands_with_questions_that_are_not():
    found = text_of(
        record(
            entry("Is it on?", status=Status.WAITING),
            entry("Loud.", kind=Kind.COMMENT, status=Status.WAITING),
            entry("Nice.", kind=Kind.COMMENT, status=Status.ANSWERED),
            entry("Bad.", kind=Kind.COMMENT, status=Status.DECLINED, reason="unkind"),
        )
    )

    assert "Comments (1) Nice. No. 7 · 3 votes · 12:20 · answered Waiting" in found
    assert "Waiting for a moderator (2) Is it on? No. 7 · 3 votes · 12:20 Loud." in found
    assert "Loud. No. 7 · 3 votes · 12:20 · a comment Declined (1) Bad." in found
    assert "declined: unkind · a comment" in found


def test_an_empty_record_is_a_page_too():
    assert "Nothing was asked." in text_of(record())


def test_a_question_of_another_day_names_it():
    asked = STARTS - timedelta(days=3)

    assert "2 March 2026, 12:00" in text_of(record(entry(asked_at=asked)))


def test_the_file_says_what_it_is_and_not_who_made_it():
    reader = read(record(entry()), figures())

    assert reader.metadata.title == "A talk about bees"
    assert reader.metadata.author is None
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    top, within = reader.outline
    assert top.title == "A talk about bees"
    assert [item.title for item in within] == ["Over time", "Open (1)"]


def test_a_record_is_written_the_same_way_twice():
    first, second = BytesIO(), BytesIO()
    pdf.write(record(entry()), figures(), first)
    pdf.write(record(entry()), figures(), second)

    assert first.getvalue() == second.getvalue()


def test_plots_are_in_it_where_something_was_counted():
    found = text_of(record(entry()), figures())

    assert "Questions asked, each bar 5 minutes. The highest: 1, 12:00." in found
    assert "Votes given" in found
    assert "People here" not in found
    assert "How it ran Talk 12:00 End 13:00" in found
    assert "Over time" not in text_of(record(entry()))


def test_what_was_taken_up_leads_to_the_recording():
    address = "https://vimeo.com/1#t=3725s"
    made = record(entry(offset=3725, link=address), entry(offset=59))

    assert "in the recording at 1:02:05" in text_of(made)
    assert "in the recording at 0:59" in text_of(made)
    assert links(read(made)) == [URL, address]


def test_an_answer_is_set_as_markdown():
    answer = (
        "They use **the sun**, _smell_ and `maps`.\nAnd:\n\n- one\n  1. deep\n- two\n\n> quoted\n\n"
        "[Paper](https://example.org/a?b=c&d=e) https://example.org/plain\n\n```\nfor b in bees:\n"
        "    go(home)\n```"
    )

    made = record(entry(status=Status.ANSWERED, answer=answer, detail="See `x`."))
    found = text_of(made)

    assert "See x." in found
    assert "They use the sun, smell and maps. And: • one 1. deep • two quoted Paper" in found
    assert "for b in bees: go(home)" in found
    assert not {"**", "```", "](", "> quoted"} & {
        mark for mark in ("**", "```", "](") if mark in found
    }
    assert links(read(made)) == [URL, "https://example.org/a?b=c&d=e", "https://example.org/plain"]


HOSTILE = (
    "#set page(fill: red)",
    "*bold* _em_ $x^2$ `raw` @ref <label> // comment /* more */",
    "= + - @ | `ticks` --> end",
    "<script>alert(1)</script> {{ 7*7 }} {% raw %}",
    '"); #panic("x") ("',
    "\\u{41} \\ ~ --- ... #sys.version",
    '#read("/etc/passwd") #image("x.png") #include "x.typ"',
)


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_is_text(text):
    made = record(
        entry(text, author=text[:60], detail=text),
        title=text,
        speaker=text,
    )

    shown = headline_to_html(text).striptags()
    assert text_of(made).count(text) >= (4 if shown == text else 3)
    assert shown in text_of(made)


def boxes(made, chars):
    """Return where the left and right of some characters are on the first page."""
    out = BytesIO()
    pdf.write(made, None, out)
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        text = document[0].get_textpage()
        said = text.get_text_range()
        found = [text.get_charbox(at) for at, char in enumerate(said) if char in chars]
    return [(left, right) for left, _, right, _ in found]


@pytest.mark.parametrize("char", ["q", "ب", "蜜"])
def test_a_very_long_word_stays_on_the_page(char):
    found = boxes(record(entry(char * 300)), char)

    assert len(found) >= 300
    assert max(right for _, right in found) < RIGHT_EDGE + 3
    assert min(left for left, _ in found) > LEFT_EDGE - 3


def test_what_there_is_no_letter_for_is_named(bare):
    found = text_of(record(entry("Love 🐝🔥 in 蜜蜂, 🇬🇧 and 👩🏽‍🔬?", author="王")))

    assert "Lovehoneybeefirein" in found.replace(" ", "")
    assert "U+871C U+8702 , G B and woman microscope ?" in found
    assert "U+738B" in found


def test_other_scripts_show_where_their_fonts_are_installed():
    text = "蜜蜂如何找到回家的路？ ミツバチ 한국어 Как Πώς"

    found = text_of(record(entry(text)))

    assert text in found
    assert "U+" not in found


def test_right_to_left_stands_at_the_right():
    found = boxes(record(entry("كيف؟"), entry("And this?")), "كيف؟")

    assert found
    assert RIGHT_EDGE - 3 < max(right for _, right in found) < RIGHT_EDGE + 3
    assert min(left for left, _ in found) > RIGHT_EDGE / 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abc", False),
        ("كيف abc", True),
        ("איך", True),
        ("123 – איך", True),
        ("", False),
        ("🐝", False),
    ],
)
def test_the_first_letter_says_where_a_text_begins(text, expected):
    assert is_right_to_left(text) is expected


@pytest.mark.parametrize(
    ("char", "expected"),
    [
        ("🐝", "honeybee"),
        ("蜜", "U+871C"),
        ("\u200d", ""),
        ("🏽", ""),
        ("🇬", "G"),
        ("\U0010fffd", "U+10FFFD"),
    ],
)
def test_a_stand_in_is_a_name_or_a_number(char, expected):
    assert stand_in(char) == expected


def test_a_text_is_taken_apart_at_what_is_missing():
    assert pieces("a🐝b", frozenset("🐝")) == ["a", ["honeybee"], "b"]
    assert pieces("ab", frozenset("🐝")) == "ab"


def test_complaints_are_read():
    said = 'error: the text `"\\u{200d}"` could\nerror: the text `" \\"蜜"` could not'

    assert missing_in(said) == frozenset("\u200d蜜")


def test_a_mark_stays_with_its_letter_in_a_word_that_may_break():
    parts = breakable("e\u0301" * 40).split("\N{ZERO WIDTH SPACE}")

    assert len(parts) > 3
    assert all(part[0] == "e" for part in parts)
    assert breakable("short words " * 20) == "short words " * 20


STRANGE = {
    "lists in lists": "\n".join("  " * depth + "- x" for depth in range(60)),
    "quotes in quotes": ">" * 200 + " x",
    "marks": "a" + "\u0301" * 500,
    "marks of nothing": "\u0301\u0e31\u200d\ufe0f",
    "directions": "\u202eabc\u2066x\u2069\u202c \u200f",
    "what is not to be seen": "\u200b\u2060\ufeff\u00a0\u2028\u0085",
    "private": "\ue000\U000f0000\ufffd",
    "flag": "🏴\U000e0067\U000e0062\U000e007f",
    "addresses": "[b]() [c](https://) https://example.org/" + "a" * 1900,
    "numbers": "999999999. x\n\n0. y",
    "nothing in it": "-\n-\n\n```\n```\n\n>",
    "many scripts": "བོད་ ᠮᠣᠩ ភាសា தமிழ் မြန် አማ 𒀀 𝄞 ㄱ",
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_whatever_was_written_makes_a_file(text):
    made = record(
        entry(text, detail=text, answer=text, author=text[:60]),
        title=text[:200],
        speaker=text[:100],
    )

    assert text_of(made).endswith(" of 1") or len(read(made).pages) > 1


def test_what_the_standard_does_not_allow_is_left_out():
    reader = read(record(entry("\ufeffbees\ufeff 蜜蜂")))

    assert "pdfuaid" in reader.xmp_metadata.stream.get_data().decode()


def test_what_waits_is_counted_only_where_it_is_shown():
    counts = counts_of(asked=5, open=4, waiting=1)
    hidden = replace(record(entry()), counts=counts)
    shown = replace(record(entry(), entry(status=Status.WAITING)), counts=counts)

    assert ("4 asked" in text_of(hidden), "5 asked" in text_of(shown)) == (True, True)


@pytest.fixture
def in_parts(monkeypatch):
    """Set three questions at a time, as a long board's are by the hundred."""
    monkeypatch.setattr(pdf, "WHOLE", 0)
    monkeypatch.setattr(pdf, "PART", 3 * pdf.EACH)


def many():
    """Return seven open questions and two comments, each with a detail that leads somewhere."""
    kinds = [Kind.QUESTION] * 7 + [Kind.COMMENT] * 2
    return record(
        *(
            entry(f"Q {at}?", number=at, kind=kind, detail=f"https://example.org/{at}")
            for at, kind in enumerate(kinds, 1)
        )
    )


def tags_of(reader):
    """Return the kinds of all tags, in their order."""

    def kinds(element):
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            found = kid.get_object()
            if isinstance(found, dict) and "/S" in found:
                yield found["/S"]
                yield from kinds(found)

    return list(kinds(reader.trailer["/Root"]["/StructTreeRoot"]))


def test_parts_are_joined_so_that_all_is_there_once_and_in_order(in_parts):
    reader = read(many())
    texts = [" ".join(page.extract_text().split()) for page in reader.pages]
    total = len(texts)

    assert total > 2
    assert [text.rpartition(" 15:00 ")[2] for text in texts] == [
        f"{at} of {total}" for at in range(1, total + 1)
    ]
    said = " ".join(texts)
    places = [said.index(f"No. {at} ·") for at in range(1, 10)]
    assert places == sorted(places)
    assert said.count("No. ") == 9
    assert links(reader) == [URL, *(f"https://example.org/{at}" for at in range(1, 10))]


def test_parts_are_joined_with_their_bookmarks(in_parts):
    reader = read(many())
    top, within = reader.outline

    assert top.title == "A talk about bees"
    assert [item.title for item in within] == ["Open (7)", "Comments (2)"]
    page = reader.pages[reader.get_destination_page_number(within[1])]
    assert "Comments (2)" in page.extract_text()


def test_parts_are_joined_with_their_tags(in_parts):
    reader = read(many())
    root = reader.trailer["/Root"]["/StructTreeRoot"]
    numbers = root["/ParentTree"]["/Nums"]
    places = dict(zip(numbers[::2], numbers[1::2], strict=True))
    notes = [note.get_object() for page in reader.pages for note in page["/Annots"]]

    assert sorted(places) == list(range(root["/ParentTreeNextKey"]))
    assert "pdfuaid" in reader.xmp_metadata.stream.get_data().decode()
    assert [kind for kind in tags_of(reader) if kind.startswith("/H")] == ["/H1", "/H2", "/H2"]
    assert tags_of(reader).count("/Link") == len(notes) == 10
    for note in notes:
        assert places[note["/StructParent"]].get_object()["/S"] == "/Link"
    for page in reader.pages:
        assert all(tag.get_object()["/Pg"] == page for tag in places[page["/StructParents"]])


def test_what_is_very_long_has_no_tags_and_claims_none(in_parts, monkeypatch):
    monkeypatch.setattr(pdf, "TAGGED", 0)
    reader = read(many())

    assert not {"/StructTreeRoot", "/MarkInfo", "/Metadata"} & set(reader.trailer["/Root"])
    assert reader.metadata.title == "A talk about bees"
    assert len(links(reader)) == 10


def test_parts_are_joined_the_same_way_twice(in_parts):
    first, second = BytesIO(), BytesIO()
    pdf.write(many(), None, first)
    pdf.write(many(), None, second)

    assert first.getvalue() == second.getvalue()


def test_what_is_missing_is_named_in_every_part(in_parts, bare):
    found = text_of(record(*(entry(f"Love {at} 蜜?") for at in range(9))))

    assert found.count("U+871C") == 9
