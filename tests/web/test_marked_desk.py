"""Whatever those who run a talk and the room are shown is in the language that they read."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.messages import gettext, together
from companion.store.models import TABS, Kind, Question, Role, Status, Tab
from companion.store.other_servers import UNHEARD
from tests.support.clock import STARTS
from tests.support.escaped_words import escaped_words
from tests.support.factories import make_question
from tests.support.marked_language import LANGUAGE, write_marked
from tests.support.people import ADA, BOB, EVE
from tests.support.sign_in import signed_in, token
from tests.support.talks import write_talk

DESK, DO = "/talks/talk/moderate", "/talks/talk/desk"
SPEAKER, RECORDING = "/talks/talk/speaker", "/talks/talk/recording"
TEXT, OTHER = "Πώς βρίσκουν οι μέλισσες το σπίτι τους;", "Γιατί χορεύουν οι μέλισσες;"
ON_YOUTUBE = '<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>\n\nΧορός.\n'
# A place, what a language calls itself at the foot, and what tells askers apart.
ALLOWED = re.compile(r"London|Esperanto|[0-9a-f]{4}")


@pytest.fixture(scope="module")
def translations(tmp_path_factory):
    """Return a folder with the marked language."""
    return str(write_marked(tmp_path_factory.mktemp("translations")))


@pytest.fixture
def app(make_app, folder, translations):
    """Return an application in the marked language, whose data are Greek."""
    write_talk(folder, title="Μέλισσες", extra="speaker: Άννα\n", body=ON_YOUTUBE)
    return make_app(translations=translations, language=LANGUAGE, series="Σειρά")


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Χάρις")


@pytest.fixture
def speaker(app):
    """Return a speaker's browser."""
    return signed_in(app, Role.SPEAKER)


def escaped(answer):
    """Return the words on a page that no catalogue has."""
    return [word for word in escaped_words(answer.text) if not ALLOWED.fullmatch(word)]


def read(browser, url, **options):
    """Return an address's page once it is seen that nothing in it is English."""
    answer = browser.get(url, **options)
    assert answer.status_code == 200, answer.text[:500]
    assert escaped(answer) == []
    return answer.text


def send(browser, url, status=200, **fields):
    """Return what comes of a form once it is seen that nothing in it is English."""
    answer = browser.post_part(url, fields)
    assert answer.status_code == status, answer.text[:500]
    assert escaped(answer) == []
    return answer.text


def act(grace, do, *ids, status=200, **more):
    return send(grace, f"{DO}/questions?tab=open", status, ids=list(ids), do=do, **more)


def ask(engine, status=Status.OPEN, author=ADA, text=TEXT, **more):
    return make_question(engine, text, author=author, status=status, detail="Με `α`.", **more)


def flash(html):
    return re.search(r'role="status">(.*?)</p>', html)[1]


def test_an_empty_desk(grace):
    for tab in Tab:
        read(grace, f"{DESK}?tab={tab}")
        read(grace, f"{DESK}?tab={tab}&find=ουδέν")


def test_what_is_wrong_on_the_server(app, grace):
    slow = gettext("saving has taken %(seconds)s s so far", seconds="9")
    app.extensions["checks"] = (lambda: slow, lambda: together(UNHEARD, slow, between="; "))

    assert "; ⟦saving has taken 9 s so far⟧" in read(grace, DESK)


def test_each_tab_with_questions_of_each_status(grace, engine):
    ids = {status: ask(engine, status, name="Άντα") for status in Status}
    ask(engine, Status.WAITING, BOB, OTHER, kind=Kind.COMMENT)
    with Session(engine) as session, session.begin():
        for status, id in ids.items():
            row = session.get_one(Question, id)
            row.handled_by = "the schedule" if status is Status.ANSWERED else "a moderator"
            row.reason = "unclear" if status is Status.DECLINED else ""
            row.asked_aloud, row.askers = status is Status.OPEN, 1 + (status is Status.OPEN)
        session.get_one(Question, ids[Status.MERGED]).merged_into = ids[Status.OPEN]

    for status, tab in TABS.items():
        read(grace, f"{DESK}?tab={tab}&more={ids[status]}")


@pytest.mark.parametrize(
    ("first", "verbs"),
    [
        (Status.WAITING, ("approve", "approve", "pin", "pin", "unpin", "comment", "comment")),
        (Status.WAITING, ("question", "now", "now", "unnext", "next", "next", "answered")),
        (Status.OPEN, ("answered", "answered", "restore", "restore", "archive", "archive")),
        (Status.OPEN, ("decline", "decline", "restore", "unmerge", "delete")),
        (Status.WAITING, ("next", "unnext", "unnext", "delete")),
    ],
)
def test_what_is_done_to_one_question(grace, engine, first, verbs):
    number = ask(engine, first)
    for verb in verbs:
        act(grace, verb, number, reason="unkind")
    read(grace, f"{DESK}?tab=declined")


def test_what_is_done_to_several(grace, engine):
    two = [ask(engine, Status.WAITING), ask(engine, Status.WAITING, BOB, OTHER)]
    act(grace, "approve", *two)
    act(grace, "pin", *two, ask(engine, Status.DECLINED), 99)
    act(grace, "decline", *two, reason="other", words="Όχι εδώ")
    undone = re.search(r'name="action_id" value="(\d+)"', read(grace, f"{DESK}?tab=declined"))[1]
    send(grace, f"{DO}/undo", action_id=undone)
    send(grace, f"{DO}/undo", action_id=undone)
    read(grace, f"{DESK}?tab=declined")


def test_everything_else_that_is_done_to_a_question(grace, engine):
    one, two = ask(engine), ask(engine, author=BOB, text=OTHER)
    waiting = ask(engine, Status.WAITING, EVE)
    for _ in range(2):
        send(grace, f"{DO}/questions/{one}/edit", text=OTHER, detail="", kind="question")
        send(grace, f"{DO}/questions/{one}/labels", labels="α, β")
        send(grace, f"{DO}/questions/{one}/answer", answer="Χορεύουν.")
    send(grace, f"{DO}/questions/{one}/answer", answer="")
    send(grace, f"{DO}/questions/{one}/answer", answer="")
    for way in ("merge", "merge", "unmerge", "unmerge"):
        send(grace, f"{DO}/questions/{two}/{way}", into=one)
    for wanted in "1100":
        send(grace, f"{DO}/mute", question=two, wanted=wanted)
    ask(engine, Status.WAITING, EVE, OTHER)
    read(grace, f"{DESK}?tab=incoming")
    send(grace, f"{DO}/decline-burst", question=waiting, reason="other")
    send(grace, f"{DO}/decline-and-mute", question=waiting)
    send(grace, f"{DO}/decline-and-mute", question=waiting)
    ask(engine, Status.WAITING, EVE, OTHER)
    read(grace, f"{DESK}?tab=incoming")


def test_the_room_the_message_and_going_on(grace, speaker):
    for key in ("α1", "α2", "α3"):
        send(grace, f"{DO}/room", text=f"{TEXT} {key}", key=f"00000000-{ord(key[1])}")
    send(grace, f"{DO}/room", text=TEXT, key=f"00000000-{ord('1')}")
    send(grace, f"{DO}/next", now="9")
    send(grace, f"{DO}/next", now="1")
    send(grace, f"{DO}/message", text="Ακόμη δύο")
    read(speaker, SPEAKER)
    at = re.search(r'name="at" value="(\d+)"', read(speaker, SPEAKER))[1]
    send(speaker, f"{SPEAKER}/read", at="12")
    send(speaker, f"{SPEAKER}/read", at=at)
    read(grace, DESK)
    send(grace, f"{DO}/message", text="")


SWITCHES = {
    "board": ("open", "votes", "closed", ""),
    **dict.fromkeys(("approve_first", "requires_name", "requires_code", "ranked", "slow"), "110"),
    "speaker_may_advance": "10",
    "pulse": "10",
    "new_code": "1",
}


def test_each_switch_in_each_state(grace, engine):
    ask(engine)
    for name, values in SWITCHES.items():
        for value in values:
            send(grace, f"{DO}/switches", **{name: value})
            read(grace, "/talks/talk/present")
    send(grace, f"{DO}/switches", approve_first="1", ranked="1")


def test_the_time(grace, engine, clock):
    clock.set_to(-30)
    for do in ("qa", "end", "extend"):
        send(grace, f"{DO}/time", 422, do=do)
    clock.set_to(20)
    act(grace, "now", ask(engine))
    for do in ("qa", "qa", "extend", "end", "end", "extend", "resume", "resume"):
        send(grace, f"{DO}/time", do=do)
    clock.set_to(181)
    send(grace, f"{DO}/time", 422, do="extend")
    clock.set_to(61)
    read(grace, DESK)
    clock.set_to(-600)
    read(grace, DESK)


def test_newcomers_who_wait(grace, engine):
    ask(engine)
    for do in ("let_in", "exclude"):
        with Session(engine) as session, session.begin():
            session.execute(sa.text("UPDATE talk SET revision = revision + 1"))
            session.execute(
                sa.text(
                    "INSERT INTO held_person (talk_id, author, state, batch, at)"
                    " VALUES (1, :who, 'held', 0, :at)"
                ),
                {"who": f"{do}-new", "at": STARTS},
            )
        read(grace, DESK)
        send(grace, f"{DO}/newcomers", do=do)
        send(grace, f"{DO}/newcomers", do=do)


REFUSED = [
    ("questions", {"do": "nonsense"}),
    ("questions", {"ids": "1", "do": "approve"}),
    ("questions", {"ids": "1", "do": "pin"}),
    ("questions", {"ids": "1", "do": "now"}),
    ("questions", {"ids": "2", "do": "decline", "reason": "nonsense"}),
    ("questions", {"ids": "2", "do": "delete"}),
    ("questions", {"ids": "3", "do": "now"}),
    ("questions", {"ids": "4", "do": "answered"}),
    ("questions", {"ids": "5", "do": "answered"}),
    ("questions/2/labels", {"labels": "α" * 30}),
    ("questions/2/merge", {"into": "2"}),
    ("questions/2/merge", {"into": "3"}),
    ("questions/3/merge", {"into": "2"}),
    ("questions/2/merge", {"into": "5"}),
    ("questions/5/answer", {"answer": "Χορεύουν."}),
    ("questions/3/answer", {"answer": "Χορεύουν."}),
    ("questions/2/answer", {"answer": "Χορεύουν.", "expected_version": "0"}),
    ("questions/2/edit", {"text": OTHER, "expected_version": "0"}),
    ("mute", {"question": "6", "wanted": "1"}),
    ("decline-and-mute", {"question": "6"}),
    ("newcomers", {"do": "nonsense"}),
    ("undo", {"action_id": "99"}),
    ("time", {"do": "nonsense"}),
    ("switches", {"board": "nonsense"}),
    ("switches", {"ranked": "nonsense"}),
    ("name", {"name": " "}),
]


def test_what_the_desk_refuses(grace, engine):
    merged, *_ = (
        ask(engine, status)
        for status in (
            *(Status.MERGED, Status.OPEN, Status.DECLINED, Status.ARCHIVED, Status.WAITING),
            Status.OPEN,
        )
    )
    with Session(engine) as session, session.begin():
        session.execute(sa.text("UPDATE question SET handled_by = 'a moderator'"))
        session.execute(sa.text("UPDATE question SET author = '' WHERE id = 6"))
        session.get_one(Question, merged).merged_into = 2
    for way, fields in REFUSED:
        assert "⟦" in flash(send(grace, f"{DO}/{way}", 422, **fields)), (way, fields)


@pytest.mark.parametrize("minutes", [-60, -5, 20, 50, 61])
def test_all_views_through_a_talk(grace, speaker, stranger, engine, clock, minutes):
    clock.set_to(20)
    for place in range(3):
        ask(engine, author=f"asker-{place}", text=f"{TEXT} {place}", name="Άντα" * (place % 2))
    send(grace, f"{DO}/switches", speaker_may_advance="1")
    read(stranger, "/talks/talk/present")
    send(grace, f"{DO}/switches", ranked="1")
    read(stranger, "/talks/talk/present")
    clock.set_to(21)
    send(grace, f"{DO}/next")
    read(speaker, SPEAKER)
    clock.set_to(22)
    send(speaker, f"{SPEAKER}/next", now="1")
    clock.set_to(minutes)

    read(speaker, SPEAKER)
    read(stranger, "/talks/talk/present")
    read(grace, DESK)


def test_what_stayed_open(speaker, grace, engine, clock):
    ids = [ask(engine, author=f"asker-{place}", text=f"{TEXT} {place}") for place in range(4)]
    clock.set_to(20)
    send(speaker, f"{SPEAKER}/answers", 422, question=ids[0], answer="Χορεύουν.")
    send(speaker, f"{SPEAKER}/answers", 422, question=ids[0], done="1")
    send(speaker, f"{SPEAKER}/next", 422)
    clock.set_to(61)
    send(speaker, f"{SPEAKER}/next", 422)
    read(speaker, SPEAKER)
    send(speaker, f"{SPEAKER}/answers", question=ids[0], answer="Χορεύουν.")
    send(speaker, f"{SPEAKER}/answers", question=ids[0], answer="Χορεύουν.")
    for fields in ({"done": "1"}, {"skip": "1"}, {"skip": "0"}):
        send(speaker, f"{SPEAKER}/answers", question=ids[1], **fields)
    for skip in ("1", "0", "1"):
        send(speaker, f"{SPEAKER}/answers", question=ids[2], skip=skip)
    send(speaker, f"{SPEAKER}/answers", question=ids[3], answer="")
    send(speaker, f"{SPEAKER}/answers", question=ids[3], answer="Ναι.", expected_version="")
    send(speaker, f"{SPEAKER}/answers", 422, question=ids[3], answer="Ω.", expected_version="0")
    read(speaker, SPEAKER)
    read(grace, f"{DESK}?tab=open")


def test_the_recording(grace, engine, clock):
    read(grace, RECORDING)
    ids = [ask(engine, Status.ANSWERED, text=f"{TEXT} {place}") for place in range(2)]
    with Session(engine) as session, session.begin():
        session.get_one(Question, ids[0]).now_at = STARTS + timedelta(minutes=40)
    clock.set_to(90)
    read(grace, RECORDING)
    read(grace, f"{RECORDING}?by=clock&clock=12:01")
    for fields in (
        {"by": "clock", "clock": "noon"},
        {"by": "clock", "clock": "23:00"},
        {"by": "question", "question": "99", "at": "1:00"},
        {"by": "question", "question": ids[0], "at": "one"},
        {"by": "question", "question": ids[0], "at": "9:00:00"},
    ):
        send(grace, RECORDING, 422, **fields)
    for fields in ({"by": "clock", "clock": "12:01"}, {"by": "clock", "clock": "12:01"}):
        send(grace, RECORDING, **fields)
    send(grace, RECORDING, do="forget")
    send(grace, RECORDING, do="forget")
    read(grace, DESK)


def test_what_a_form_without_scripts_leads_to(grace, engine):
    answer = grace.post(f"{DO}/questions", {"ids": ask(engine, Status.WAITING), "do": "approve"})

    assert flash(read(grace, answer.location)) == "⟦Approved.⟧"


def test_what_a_link_opens(app, stranger):
    for role in Role:
        said = stranger.post("/enter/what", {"token": token(app, role)})
        assert said.text.startswith("⟦")
        assert said.text.endswith("⟧")


def test_of_two_who_look_at_the_desk_each_reads_their_own_language(grace, engine):
    ask(engine, Status.WAITING)
    english = {"Accept-Language": "en"}

    assert "⟦Off topic⟧" in read(grace, DESK)
    said = grace.get(DESK, headers=english).text
    assert "Off topic" in said
    assert "⟦" not in said
    assert "⟦Off topic⟧" in read(grace, DESK)
