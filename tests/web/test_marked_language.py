"""Whoever reads another language finds no English on any page: all that is said can be translated.

The pages are in a language with marks around every sentence, and what people wrote is in Greek.
To have more of an attendee's pages looked at, add them to ``PAGES``.
"""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.store.models import Kind, Question, Status, Talk
from tests.support.clock import STARTS
from tests.support.escaped_words import escaped_words
from tests.support.factories import make_question
from tests.support.marked_language import LANGUAGE, write_marked
from tests.support.pages import Browser
from tests.support.people import EVE
from tests.support.talks import FRONT, write_talk

EXTRA = """speaker: "Άννα Παππά, Νίκος Ρήγας"
institute: "Πανεπιστήμιο"
location: "Αίθουσα"
category: "Βιολογία"
tags: ["μέλι", "άνθη"]
zoom: https://zoom.us/j/123
video: https://www.youtube.com/watch?v=dQw4w9WgXcQ
slides: https://slides.example/bees
"""
LONG = "title: {title}\ndate: 2026-04-05\nend_date: 2026-04-07\n"
# What every language writes alike: names of places, of services and their hosts, and of languages;
# and what is put before the title of a talk that is off, which is kept with it.
ALIKE = frozenset(["london", "zoom", "youtube", "www", "nocookie", "com", "esperanto", "cancelled"])
TEXT = "Πώς βρίσκουν οι μέλισσες το σπίτι τους;"
# When, in minutes from the usual talk's start; the talk has its hour.
PHASES = {"upcoming": -600, "doors": -5, "talk": 20, "qa": 50, "over": 70}
TALK = ("/talks/talk", "/talks/talk/board", "/embed/talk", "/talks/talk?sort=recent&find=μέλισσες")
ASKED = "/talks/talk?flash={}&kind={}"
PAGES = (
    *("/", "/?find=μέλι", "/?find=τίποτα&category=Βιολογία&tag=μέλι&year=2026", "/join"),
    *("/enter", "/questions", "/questions?find=μέλισσες", "/questions?find=τίποτα"),
    *("/speakers/άννα-παππά", "/speakers/nobody", "/talks/nothing", "/talks/later", "/j/ΑΒΓ"),
    *("/talks/talk/alike?text=" + TEXT, "/talks/talk?find=τίποτα", "/talks/talk/moderate"),
    *("/language", *(ASKED.format(flash, kind) for flash in ("open", "waiting") for kind in Kind)),
    *(ASKED.format(flash, "") for flash in ("deleted", "in", "withdrawn")),
)
# What may hold on a board, as columns of its talk.
BOARDS = {
    "moderated": {"approve_first": True},
    "votes": {"board": "votes"},
    "closed": {"board": "closed"},
    "names": {"requires_name": True},
    "code": {"requires_code": True},
    "code and votes": {"requires_code": True, "board": "votes"},
    "slow": {"slow_until": STARTS + timedelta(minutes=24)},
}
ASK = "/talks/talk/questions"
# What is sent, and the status of the answer; {own} and {other} are questions.
REFUSED = [
    (ASK, {"text": "Πώς;"}, 422),
    (ASK, {"text": "ά" * 301}, 422),
    (ASK, {"text": "ά" * 301, "kind": "comment"}, 422),
    (ASK, {"text": "ά" * 2_000}, 422),
    (ASK, {"text": TEXT, "detail": "ά" * 1_001}, 422),
    (ASK, {"text": TEXT, "name": "ά" * 61}, 422),
    (ASK, {"text": TEXT, "name": "Άννα Παππά"}, 422),
    (ASK, {"text": TEXT, "name": "Moderator"}, 422),
    (ASK, {"text": TEXT, "kind": "ώδή"}, 422),
    (ASK, {"text": TEXT, "key": "ά"}, 422),
    (f"{ASK}/{{own}}/vote", {"wanted": "1"}, 422),
    (f"{ASK}/{{own}}/vote", {"wanted": "ναι"}, 422),
    (f"{ASK}/{{other}}/edit", {"text": TEXT}, 422),
    (f"{ASK}/{{own}}/edit", {"text": f"{TEXT} Και;", "expected_version": "παλιό"}, 422),
    (f"{ASK}/{{other}}/withdraw", {}, 422),
    (f"{ASK}/999/vote", {"wanted": "1"}, 422),
    ("/talks/talk/room-code", {"code": ""}, 422),
    ("/talks/talk/room-code", {"code": "ΑΒΓΔΕ"}, 422),
    ("/join", {"code": "ΑΒΓΔΕΖ"}, 422),
    ("/language", {"language": "λάθος"}, 422),
]


@pytest.fixture
def app(make_app, folder, tmp_path):
    """Return an application whose series and talks are Greek, and whose words are marked."""
    write_talk(folder, title="Μέλισσες", extra=EXTRA, body="Χορεύουν.\n")
    write_talk(folder, "later", title="Άνθη", front=LONG, body="Ανοίγουν.\n")
    write_talk(folder, "off", title="Μέλι", extra="status: cancelled\n")
    write_talk(folder, "before", title="Κερί", front=FRONT.replace("2026", "2025"))
    translations = str(write_marked(tmp_path / "translations"))
    return make_app(
        translations=translations,
        language=LANGUAGE,
        series="Ομιλίες",
        embed_parents="https://a.example",
    )


@pytest.fixture
def ada(app, engine):
    """Return the browser of somebody who asked, and whose questions have come to each end."""
    ada = Browser(app)
    for author in (ada.id, EVE):
        asked = [
            make_question(
                engine, TEXT, author=author, status=status, detail="Γιατί;", name="Ζωή", votes=2
            )
            for status in Status
        ]
    now, following = (make_question(engine, TEXT, author=ada.id) for _ in "12")
    aside = [make_question(engine, TEXT, author=ada.id, status=Status.MERGED) for _ in "123"]
    written = make_question(engine, TEXT, kind=Kind.COMMENT, status=Status.ANSWERED)
    with Session(engine) as session, session.begin():
        session.execute(sa.update(Talk).values(now_id=now, next_id=following))
        session.execute(sa.update(Question).filter_by(id=written).values(answer="Με τον ήλιο."))
        session.execute(sa.update(Question).filter_by(id=asked[1]).values(pinned=True))
        for question, other in zip(aside, (now, following, written), strict=True):
            session.execute(sa.update(Question).filter_by(id=question).values(merged_into=other))
        declined = sa.update(Question).filter_by(status=Status.DECLINED)
        session.execute(declined.values(reason="unclear"))
    return ada


def hold(engine, state):
    """Have something hold on the usual talk's board."""
    changed = sa.update(Talk).values({**BOARDS[state], "revision": Talk.revision + 1})
    with Session(engine) as session, session.begin():
        session.execute(changed)


def english(answer):
    """Return the words on a page, or in a line of text, that no catalogue has."""
    return [word for word in escaped_words(answer.text) if word.lower() not in ALIKE]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_words_that_cannot_be_translated(ada, path):
    answer = ada.get(path)

    assert english(answer) == []
    assert "⟦" in answer.text


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("path", TALK)
def test_no_talk_has_at_any_time(ada, clock, path, phase):
    clock.set_to(PHASES[phase])

    assert english(ada.get(path)) == []


@pytest.mark.parametrize("state", BOARDS)
def test_no_board_has_whatever_holds_there(ada, engine, state):
    hold(engine, state)

    assert english(ada.get("/talks/talk")) == english(Browser(ada.app).get("/talks/talk")) == []


@pytest.mark.parametrize(("path", "fields", "status"), REFUSED)
def test_no_refusal_has(ada, engine, path, fields, status):
    own = make_question(engine, TEXT, author=ada.id)
    if "code" in fields:
        hold(engine, "code")
    path = path.format(own=own, other=make_question(engine, TEXT, author=EVE))

    for send in (ada.post, ada.post_part):
        answer = send(path, fields)
        assert (answer.status_code, english(answer)) == (status, [])
        assert "⟦" in answer.text


def test_who_is_too_quick_is_told_in_words_that_can_be_translated(ada):
    answers = [ada.post(ASK, {"text": f"{TEXT} {at}"}) for at in "1234"]

    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert english(answers[-1]) == []
    assert "⟦Try again in 60 seconds; nothing you typed is lost.⟧" in answers[-1].text


def test_no_programme_without_talks_has(ada, folder):
    for path in folder.glob("*.md"):
        path.unlink()

    assert english(ada.get("/")) == []


def test_words_that_escape_are_seen():
    page = '<p>⟦Vote for <a href="/">it⟧</a> now</p><input aria-label="Find">⟦a ⟦b⟧ c⟧'

    assert escaped_words(page) == ["now", "Find"]
    assert escaped_words('<p>Μέλι <time>ĵaŭdo</time> <q lang="en">Honey</q> 12:00</p>') == []
    assert escaped_words("<p>⟦Log <b>x</b> of⟧ late <i title='⟦a b⟧ cd'>ef</i></p>") == [
        *("late", "cd", "ef"),
    ]
    assert escaped_words("<p class='diff'>ab<br><i>cd</i></p>ef", "diff") == ["ef"]
    assert escaped_words("<script>⟦let</script><svg><path/></svg>go") == ["go"]
    assert escaped_words("<p>localhost:8000/j/ABC or <b>and/or") == ["or", "and", "or"]
    assert escaped_words('<meta name="description" content="Bees"><img alt="⟦A ⟦bee⟧⟧">') == [
        "Bees"
    ]
