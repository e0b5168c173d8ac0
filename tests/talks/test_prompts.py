"""Prompts in a page's frontmatter: what is read of them, and what is said of what cannot be."""

import pytest

from companion.talks import polls
from companion.talks.header import read_header
from companion.talks.polls import ASK_MAX, PreparedPoll, poll_from

ASK = "What stops you from testing?"


def read(*items: str):
    """Return the polls of a header, and what is wrong with them by line, the key's being 0."""
    text = "polls:\n" + "".join(f"  - {item}\n" for item in items)
    fields = {field.name: field for field in read_header(text, "YAML").fields}
    return polls.read(fields["polls"])


def test_a_prompt_is_read_beside_polls_to_choose_from():
    found, said = read(f"{{prompt:  {ASK}}}", "{ask: Well?, options: yes/no}")

    assert found[0] == PreparedPoll(ASK, (), is_prompt=True)
    assert [each.is_prompt for each in found] == [True, False]
    assert said == []


def test_one_may_ask_what_a_poll_asks_but_not_what_another_prompt_does():
    same = f"{{ask: {ASK}, options: yes/no}}"
    found, said = read(same, f"{{prompt: {ASK}}}", f"{{prompt: {ASK.upper()}}}")

    assert len({each.key for each in found}) == 2
    assert [(line, words[:40]) for line, words in said] == [
        (3, "poll 3 asks what one above it asks alrea")
    ]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("{prompt: ''}", "poll 2 has no question; write one, as in `prompt:"),
        (f"{{prompt: {'x' * (ASK_MAX + 1)}}}", "poll 2 asks in 201 characters; use at most 200"),
        (f"{{prompt: {ASK}, ask: Both?}}", "poll 2 has both `ask` and `prompt`; keep one of them"),
    ],
)
def test_what_is_no_prompt_is_left_out_and_named_with_its_line(item, words):
    found, ((line, said),) = read("{ask: First?, options: yes/no}", item)

    assert (len(found), line) == (1, 2)
    assert said.startswith(words)
    assert said.endswith("it is left out")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("options: [a, b]", "poll 1 has `options`, which a prompt does not take"),
        ("reveal: voting", "poll 1 has `reveal: voting`; choose one of `closing`, `live`"),
        ("right: a", "poll 1 has `right`, which a prompt does not take"),
        ("several: true", "poll 1 has `several`, which a prompt does not take"),
    ],
)
def test_what_a_prompt_does_not_take_is_named_and_the_prompt_held(more, words):
    found, ((line, said),) = read(f"{{prompt: {ASK}, {more}}}")

    assert (found, line) == ((PreparedPoll(ASK, (), is_prompt=True),), 1)
    assert said.startswith(words)


def test_what_is_not_to_be_seen_is_left_out_and_named():
    found, ((_, said),) = read('{prompt: "What\\u202e stops you?"}')

    assert found[0].ask == "What stops you?"
    assert said == "poll 1 has characters that are not to be seen, which are left out"


def test_a_prompt_that_was_kept_is_the_same():
    prompt = PreparedPoll(ASK, (), reveal="live", is_prompt=True)

    assert poll_from(list(prompt)) == prompt
