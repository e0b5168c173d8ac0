"""Polls in a page's frontmatter: what is read of them, and what is said of what cannot be."""

import pytest

from companion.talks import polls
from companion.talks.header import read_header
from companion.talks.polls import PRESETS, PreparedPoll
from tests.support.talks import read_programme, write_talk

SCHEDULERS = "options: [Slurm, Kubernetes, PBS]"


def read(text: str):
    """Return the polls of a header, and what is wrong with them by line, the key's being 0."""
    fields = {field.name: field for field in read_header(text, "YAML").fields}
    return polls.read(fields["polls"])


def wrong(item: str) -> str:
    """Return what is wrong with one poll, which stands below another."""
    _, said = read(f"polls:\n  - {{ask: First?, options: yes/no}}\n  - {item}\n")
    ((line, words),) = said
    assert line == 2
    return words


def test_a_poll_is_read_with_all_that_it_may_have():
    found, said = read(
        "polls:\n"
        f"  - {{ask: Which one?, {SCHEDULERS}, right: slurm}}\n"
        f"  - ask:  Which   ones?\n    {SCHEDULERS}\n    several: true\n    reveal: live\n"
        "    right: [PBS, Slurm]\n"
    )

    options = ("Slurm", "Kubernetes", "PBS")
    assert found == (
        PreparedPoll("Which one?", options, right=("Slurm",)),
        PreparedPoll("Which ones?", options, several=True, right=("PBS", "Slurm"), reveal="live"),
    )
    assert said == []


@pytest.mark.parametrize("name", PRESETS)
def test_a_word_stands_for_usual_options(name):
    (found,), said = read(f"polls:\n  - {{ask: Well?, options: {name.title()}}}\n")

    assert found.options == PRESETS[name]
    assert said == []
    assert polls.wrong_with("Well?", PRESETS[name]) == ""


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("{ask: One?, options: [alone]}", "poll 2 has one option; give 2 to 6"),
        ("{ask: None?}", "poll 2 has no options; give 2 to 6"),
        ("{ask: None?, options: []}", "poll 2 has no options; give 2 to 6"),
        ("{ask: Many?, options: [a, b, c, d, e, f, g]}", "poll 2 has 7 options; give at most 6"),
        ("{ask: Same?, options: [Yes, no, ' yes ']}", "poll 2 has the option “yes” twice; keep"),
        ("{ask: Blank?, options: [a, '', b]}", "poll 2 has an option without words; write it"),
        (f"{{ask: Long?, options: [a, {'b' * 500}]}}", "poll 2 has an option of 500 characters"),
        (f"{{ask: {'why ' * 125}?, options: yes/no}}", "poll 2 asks in 501 characters; use at"),
        ("{options: yes/no}", "poll 2 has no question; write one, as in `ask:"),
        ("{ask: first?, options: yes/no}", "poll 2 asks what one above it asks already; change"),
        ("Which one?", "poll 2 must be written as `{ask: …, options: […]}`"),
        ("[ask, options]", "poll 2 must be written as `{ask: …, options: […]}`"),
    ],
)
def test_what_is_no_poll_is_left_out_and_named_with_its_line(item, words):
    assert wrong(item).startswith(words)
    assert wrong(item).endswith("it is left out")
    assert len(read(f"polls:\n  - {{ask: First?, options: yes/no}}\n  - {item}\n")[0]) == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("right: Lava", "poll 2 has `right: Lava`, which is none of its options; name one"),
        ("reveal: never", "poll 2 has `reveal: never`; choose one of `closing`, `voting`, `live`"),
        ("several: perhaps", "poll 2 has a `several` that is neither `true` nor `false`"),
        ("answers: 3", "poll 2 has `answers`, which is not read; known are `ask`, `options`,"),
    ],
)
def test_what_is_wrong_beside_costs_itself_alone(more, words):
    item = f"{{ask: Which one?, {SCHEDULERS}, {more}}}"

    assert wrong(item).startswith(words)
    found = read(f"polls:\n  - {item}\n")[0]
    assert found == (PreparedPoll("Which one?", ("Slurm", "Kubernetes", "PBS")),)


@pytest.mark.parametrize("value", ["yes", "{ask: Which?, options: yes/no}"])
def test_what_is_no_list_is_named(value):
    found, ((line, words),) = read(f"title: Bees\npolls: {value}\n")

    assert (found, line) == ((), 1)
    assert words == "`polls` must be a list, as in `- {ask: …, options: [yes, no]}`; it is left out"


def test_no_polls_are_no_mistake():
    assert read("polls:\n") == ((), [])


def test_more_than_thirty_are_not_read():
    found, said = read(
        "polls:\n" + "".join(f"  - {{ask: No. {n}, options: yes/no}}\n" for n in range(32))
    )

    assert len(found) == polls.MOST_POLLS
    assert [line for line, _ in said] == [31, 32]


def test_the_check_names_the_file_and_the_line_and_keeps_the_page(folder, make_settings):
    extra = (
        "polls:\n  - {ask: Fine?, options: yes/no}\n  - {ask: <b>Bold</b>\u202e?, options: [a]}\n"
    )
    write_talk(folder, extra=extra)

    programme = read_programme(make_settings())

    page = programme.find("talk")
    assert [poll.ask for poll in page.polls] == ["Fine?"]
    said = [str(problem) for problem in programme.problems() if "poll 2" in problem.message]
    assert len(said) == 1
    assert "talk.md:8: warning: poll 2 has one option" in said[0]


def test_markup_and_letters_that_turn_text_around_are_plain_text(folder, make_settings):
    extra = 'polls:\n  - {ask: "<b>Bold</b>?", options: ["<i>x</i>", "שלום"]}\n'
    write_talk(folder, extra=extra)

    (poll,) = read_programme(make_settings()).find("talk").polls

    assert (poll.ask, poll.options) == ("<b>Bold</b>?", ("<i>x</i>", "שלום"))


def test_what_is_not_to_be_seen_is_left_out_of_a_poll_and_named():
    item = r'{ask: "Which\0 one\u202e?", options: ["Slu\u200brm", "PBS\x07"], right: "Slurm"}'

    assert wrong(item) == "poll 2 has characters that are not to be seen, which are left out"
    (found,) = read(f"polls:\n  - {item}\n")[0]
    assert found == PreparedPoll("Which one?", ("Slurm", "PBS"), right=("Slurm",))


def test_a_letter_and_its_accent_are_one_letter_however_they_are_written():
    composed, apart = "Caf\u00e9", "Cafe\u0301"

    assert polls.key_of(composed) == polls.key_of(apart.upper())
    (found,) = read(f"polls:\n  - {{ask: {apart}?, options: [{apart}, tea]}}\n")[0]
    assert found == PreparedPoll(f"{composed}?", (composed, "tea"))
    assert "twice" in wrong(f"{{ask: Which?, options: [{composed}, {apart}]}}")
