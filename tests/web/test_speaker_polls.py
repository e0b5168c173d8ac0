"""Polls in the speaker view: by forms and by htmx, and what is said where they may not be run."""

import pytest

from companion.store.models import Role
from companion.store.polls import PollState
from companion.talks.polls import key_of
from tests.support.pages import read_page, read_part
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

SPEAKER, DESK = "/talks/talk/speaker", "/talks/talk/desk"
FIRST, SECOND = "Which scheduler do you use?", "What would you learn?"
POLLS = f"""polls:
  - {{ask: {FIRST}, options: [Slurm, PBS], right: Slurm}}
  - {{ask: {SECOND}, options: [Rust, Zig]}}
"""


@pytest.fixture
def app(folder, make_app):
    """Return the application with two polls in the usual talk's page."""
    write_talk(folder, extra=POLLS)
    return make_app()


@pytest.fixture
def speaker(app):
    """Return a speaker's browser."""
    return signed_in(app, Role.SPEAKER)


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


@pytest.fixture
def driving(grace):
    """Have the desk let the speaker go on."""
    grace.post(f"{DESK}/switches", {"speaker_may_advance": "1"})


def test_a_speaker_who_may_not_run_them_sees_what_comes_and_is_told_who_does(speaker, grace):
    page = speaker.page(SPEAKER)

    shown = page.text("speaker-polls")
    assert FIRST in shown
    assert SECOND in shown
    assert "The desk opens and closes polls." in shown
    assert "Open the poll" not in shown
    refused = speaker.post_part(f"{SPEAKER}/polls", {"poll": key_of(FIRST), "do": "open"})
    assert "The desk runs the polls on this talk." in read_part(refused, 422).text("queue-flash")
    plain = speaker.post(f"{SPEAKER}/polls", {"poll": key_of(FIRST), "do": "open"})
    assert "Ask the moderator for it." in read_page(plain, 422).text("queue-flash")
    assert 'data-state="open"' not in grace.get(DESK).text


@pytest.mark.usefixtures("driving")
def test_the_whole_path_without_scripts(speaker, stranger, grace):
    form = next(form for form in speaker.page(SPEAKER).forms() if form.fields.get("poll"))
    assert form.action == f"{SPEAKER}/polls"

    opened = speaker.post(form.action, form.fields | {"do": "open"})

    assert "The poll is open." in speaker.follow(opened).text("queue-flash")
    assert FIRST in stranger.page("/talks/talk").text("polls")
    assert "0 people have answered" in speaker.page(SPEAKER).text("speaker-polls")
    speaker.post(form.action, form.fields | {"do": "close"})
    assert "0 of 0" in speaker.page(SPEAKER).text("speaker-polls")
    undo = next(f for f in speaker.page(SPEAKER).forms() if f.fields.get("action_id"))
    undone = speaker.post(form.action, undo.fields | {"do": "undo"})
    assert "Undone." in speaker.follow(undone).text("queue-flash")
    assert f'data-state="{PollState.OPEN}"' in speaker.get(f"{SPEAKER}/queue").text
    assert "the speaker" in grace.page("/talks/talk/moderate").html


@pytest.mark.usefixtures("driving")
def test_a_mistaken_form_says_what_is_wrong(speaker):
    for fields, said in (
        ({"poll": "none", "do": "open"}, "There is no such poll any more."),
        ({"poll": key_of(FIRST), "do": "away"}, "Choose what to do with the poll."),
        ({"poll": key_of(FIRST), "do": "close"}, "It is not open. Open it first."),
        ({"do": "undo", "action_id": "x"}, "That is not yours to undo."),
    ):
        refused = speaker.post_part(f"{SPEAKER}/polls", fields)
        assert said in read_part(refused, 422).text("queue-flash")


def test_a_talk_without_polls_says_nothing_of_them(folder, app, speaker):
    write_talk(folder)
    app.extensions["boards"].programme.refresh()

    assert "speaker-polls" not in speaker.page(SPEAKER).html
