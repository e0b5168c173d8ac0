"""Names that look like those of the people who run a talk, and all those that do not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.board.input import one_line
from companion.board.look_alikes import LOOK_ALIKES
from companion.board.names import OURS, SPEAKERS, borrowed

SPEAKER = "Dr Grace Hopper (Yale) and Zoë Ångström"
OUR_NAMES = (
    *("Moderator", "the organisers", "The Organizers", "From the room", "organiser", "Speaker"),
    *("THE SPEAKER", "Prof. X (host)", "Chair", "Ada, session chair", "admin", "Your host", "Desk"),
    *("M o d e r a t o r", "M.o.d.e.r.a.t.o.r", "moderator1", "✓ Moderator ✓", "Moderator (Ada)"),
    *("Ｍｏｄｅｒａｔｏｒ", "𝓜𝓸𝓭𝓮𝓻𝓪𝓽𝓸𝓻", "Ⓜⓞⓓⓔⓡⓐⓣⓞⓡ"),
    *("Mоdеrаtоr", "Μοderatοr", "M0derat0r", "Mödératör"),
    *("Mod\u200derator", "Mode\u0301\u0301rator", "М\ufe0foderator"),
    *("ᴍᴏᴅᴇʀᴀᴛᴏʀ", "Møderatør", "the 0rgan1sers"),
    *("thе orgаnisеrs", "From the rооm", "frorn the roorn", "Ѕреаkеr", "the\u00a0speakers"),
    *("Host", "The Host", "TheHost", "the hosts", "t h e h o s t", "Mr Host", "Madam Speaker"),
    *("Host Anna", "Anna, host", "Anna - Host", "Anna (Staff)", "Anna: chair", "Anna ✓ Host"),
    *("Anna the Host", "Anna, your session chair", "Today's Speaker", "Ada co-host", "Anna_Host"),
    *("Technical Staff", "Guest speakers", "Chief of staff", "SessionChair", "I am the host"),
    *("Anna Hosts", "Anna Admin", "Anna Chairwoman", "Anna Moderator", "Anna/Host", "Anna. (host)"),
    *("🅼🅾🅳🅴🆁🅰🆃🅾🆁", "🅢🅟🅔🅐🅚🅔🅡"),
)  # fmt: skip
SPEAKERS_NAMES = (
    *("Grace Hopper", "grace hopper", "Prof. Grace Hopper", "Hopper, Grace", "GRACE  HOPPER ✓"),
    *("Grace B. Hopper", "Grасе Ноpреr", "𝐆𝐫𝐚𝐜𝐞 Hopper", "Grace-Hopper", "GraceHopper"),
    "Zoe Angstrom",
    *("Zoë A\u030angstro\u0308m", "Grace Hopper, Yale", "Gr\u200cace Hopper"),
)  # fmt: skip
OTHERS = (
    *("", "Ada", "Grace", "Grace Murray", "Hopper", "Anna Roomer", "Moderata Fonte", "Zoë", "🐝"),
    *("Charles Babbage", "Ghost", "Hosting Ltd fan", "Наташа", "李明", "नीता", "عائشة"),
    *("Anna Host", "anna host", "Dr Anna Host", "Tris Speaker", "Li Chair", "Ana Chair López"),
    *("Anna-Maria Staff", "Anna Host-Müller", "Anna Müller-Host", "A. B. Host", "Anna Host (Bern)"),
    *("Ana Host", "Asa Staff", "Anna Host, Bern", "O'Brien Host"),
    *("Anna\u00a0Host", "A\u0308nna Host"),
    "Room 12 fan",
    *("Theodora", "Anonymous", "O'Brien", "Ada from the back", "Chairil Anwar", "Stafford"),
)  # fmt: skip


@pytest.mark.parametrize("name", OUR_NAMES)
def test_a_name_that_looks_like_ours_is_refused(name):
    refusal = borrowed(one_line(name), SPEAKER)

    assert (str(refusal), refusal.field) == (OURS, "name")


@pytest.mark.parametrize("name", SPEAKERS_NAMES)
def test_a_name_that_looks_like_the_speakers_is_refused(name):
    refusal = borrowed(one_line(name), SPEAKER)

    assert (str(refusal), refusal.field) == (SPEAKERS, "name")


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("speaker", [SPEAKER, "", "TBC", "李小明; नीतू", "Ada Lovelace & Наталья"])
def test_every_other_name_is_taken(name, speaker):
    assert borrowed(one_line(name), speaker) is None


@pytest.mark.parametrize("speaker", ["李小明", "नीता शर्मा", "Наташа Ростова", "عائشة", "X Æ A-12"])
def test_a_speaker_of_any_writing_is_known(speaker):
    assert str(borrowed(speaker, f"Ada Lovelace; {speaker}")) == SPEAKERS
    assert str(borrowed(unicodedata.normalize("NFD", speaker.upper()), speaker)) == SPEAKERS


@given(st.data())
def test_whichever_letters_are_taken_for_others_the_name_is_the_same(data):
    name = "".join(
        data.draw(st.sampled_from(char + LOOK_ALIKES.get(char, ""))) for char in "moderator"
    )

    assert str(borrowed(name, "")) == OURS


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_can_be_looked_at(name, speaker):
    assert str(borrowed(name, speaker)) in (OURS, SPEAKERS, "None")
