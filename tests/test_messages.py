"""What is said in English, and can be said again in another language."""

import copy
import json
import pickle

from companion.messages import gettext, ngettext, pgettext, read_back, together


def test_a_message_is_its_english():
    said = gettext("Wait %(num)s seconds, %(name)s: 5 %%.", num=3, name="Ada")

    assert said == "Wait 3 seconds, Ada: 5 %."
    assert f"{said}" == str(said) == "Wait 3 seconds, Ada: 5 %."
    assert json.dumps(said) == '"Wait 3 seconds, Ada: 5 %."'
    assert (said.id, said.values) == (
        "Wait %(num)s seconds, %(name)s: 5 %%.",
        {"num": 3, "name": "Ada"},
    )


def test_one_english_may_be_two_things():
    said = copy.copy(pgettext("question", "declined").about(who="Ada"))

    assert (said, said.context, said.id) == ("declined", "question", "declined")


def test_one_thing_or_several():
    assert ngettext("%(num)s vote", "%(num)s votes", 1) == "1 vote"
    assert ngettext("%(num)s vote", "%(num)s votes", 0) == "0 votes"
    assert ngettext("One vote of %(name)s", "%(num)s votes", 1, name="Bob") == "One vote of Bob"


def test_a_message_is_itself_in_another_process():
    said = ngettext("%(num)s vote of %(name)s", "%(num)s votes", 1, name=gettext("Bob"))
    copy = pickle.loads(pickle.dumps(said))  # noqa: S301 (our own)

    assert copy == said == "1 vote of Bob"
    assert (copy.id, copy.plural, copy.values) == (said.id, said.plural, said.values)


def test_the_same_sentence_about_something_else():
    said = ngettext("%(num)s vote of %(name)s", "%(num)s votes of %(name)s", 1, name="Bob")

    assert said.about(num=2_000) == "2,000 votes of Bob"
    assert said.about(name="Ada") == "1 vote of Ada"


def test_sentences_one_behind_the_other():
    said = together(gettext("Approved 100 %%."), gettext("%(num)s was gone.", num=1))

    assert said == "Approved 100 %. 1 was gone."
    assert list(said.values.values()) == ["Approved 100 %.", "1 was gone."]


def test_what_was_kept_in_english_is_a_message_again():
    known = [
        gettext("muted %(who)s", who=""),
        ngettext("let in %(num)s new person", "let in %(num)s new people", 0),
    ]
    one, many = (read_back(f"let in {so}", known) for so in ("1 new person", "2,000 new people"))
    muted = read_back("muted ab12", known)

    assert (muted, muted.id, muted.values) == ("muted ab12", known[0].id, {"who": "ab12"})
    assert (one, one.values) == ("let in 1 new person", {"num": 1})
    assert (many, many.values, many.plural) == (
        "let in 2,000 new people",
        {"num": 2_000},
        known[1].plural,
    )
    assert read_back("100 % unmuted ab12", known).id == "100 %% unmuted ab12"
    assert read_back("pinned").id == "pinned"
