"""Clusters on the wall: what is shown of them, and who may do what with them."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.store.models import Role, Status, Talk
from companion.store.wall import WallCluster
from tests.exports.test_route import export
from tests.support.factories import count_rows, make_question, set_status
from tests.support.sign_in import signed_in

WALL = "/talks/talk/wall"
TEXT = "How do bees find home?"


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def switch(browser, **what: str) -> None:
    assert browser.post_part("/talks/talk/desk/switches", what).status_code == 200


def make(browser, title: str = "Performance", **fields):
    return browser.post_part(f"{WALL}/clusters", {"title": title, **fields})


def alter(browser, cluster: int = 1, **fields):
    return browser.post_part(f"{WALL}/clusters/{cluster}", fields)


def put(browser, note: int, **wish):
    return browser.post_part(f"{WALL}/notes/{note}", wish)


def outline(page) -> dict[str, list[int]]:
    """Return a page's clusters by their titles, and which notes are in each, in its order."""
    return {
        page.text(f"{section.get('id')}-title"): [
            int(note.get("data-id")) for note in section.iter("li")
        ]
        for section in page.classed("cluster")
    }


def test_a_cluster_is_a_heading_with_its_notes_below_it(grace, stranger, engine):
    bees, wasps, loose = (make_question(engine, TEXT, votes=n) for n in (3, 4, 9))
    make(grace, "Performance", note=[bees, wasps])
    put(grace, loose, x=5, y=5)

    page = stranger.page(WALL)

    assert outline(page) == {"Performance": [bees, wasps]}
    assert page.text("cluster-1-sum") == "2 notes, 7 votes"
    assert not page.classed("cluster__arrange")
    assert page.text("wall-loose-title") == "In no cluster"


def test_what_is_not_public_is_in_no_cluster_and_counts_for_nothing(grace, stranger, engine):
    bees, wasps = (make_question(engine, TEXT, votes=n) for n in (3, 4))
    make(grace, note=[bees, wasps])
    set_status(engine, wasps, Status.DECLINED)

    page = stranger.page(WALL)

    assert outline(page) == {"Performance": [bees]}
    assert page.text("cluster-1-sum") == "1 note, 3 votes"


def test_nobody_puts_what_waits_into_a_cluster(grace, ada, engine):
    waiting = make_question(engine, TEXT, status=Status.WAITING, author=ada.id)

    answer = make(grace, note=[waiting])

    assert answer.status_code == 422
    assert TEXT not in answer.text
    assert count_rows(engine, WallCluster) == 0


def test_a_note_goes_into_a_cluster_and_out_without_scripts(grace, stranger, engine):
    question, other = make_question(engine, TEXT), make_question(engine, TEXT)
    make(grace, "Performance", x=100, y=200, note=[other])
    make(grace, "Food", x=900, y=200)
    page = grace.page(f"{WALL}?note={question}")
    form = next(form for form in page.forms() if "cluster" in form.fields)

    grace.post(form.action, {"cluster": "1"})

    assert outline(stranger.page(WALL)) == {"Performance": [other, question], "Food": []}
    places = stranger.get(f"{WALL}/places?since=2").json["places"]
    (_, x, y, *_), area = places[0], stranger.page(WALL).element("cluster-1")
    grace.post(form.action, {"cluster": ""})
    note = stranger.page(WALL).element(f"note-{question}")
    assert (int(note.get("data-x")), int(note.get("data-y"))) == (100 + x, 200 + y)
    assert note.get("data-cluster") == ""
    assert y + 100 < int(area.get("data-height"))


def test_a_new_cluster_begins_with_the_note_that_is_chosen(grace, stranger, engine):
    question = make_question(engine, TEXT)
    forms = grace.page(f"{WALL}?note={question}").forms()
    form = next(form for form in forms if "note" in form.fields)

    answer = grace.post(form.action, form.fields | {"title": "Bees"}, follow_redirects=True)

    assert "The cluster is on the wall." in answer.text
    assert outline(stranger.page(WALL)) == {"Bees": [question]}


def test_a_cluster_is_arranged_without_scripts(grace, stranger, engine):
    make(grace, "Performance", x=500, y=200)

    for form in grace.page(f"{WALL}?cluster=1").forms():
        if form.action.endswith("/clusters/1") and "dissolve" not in form.fields.values():
            named = {"title": "Speed"} if "title" in form.fields else {}
            grace.post(form.action, form.fields | named)

    area = stranger.page(WALL).element("cluster-1")
    assert (area.get("data-x"), area.get("data-y")) == ("500", "200")
    assert outline(stranger.page(WALL)) == {"Speed": []}
    answer = grace.post(f"{WALL}/clusters/1", {"do": "dissolve"}, follow_redirects=True)
    assert "The cluster is no more" in answer.text
    assert outline(stranger.page(WALL)) == {}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"title": ""},
        {"title": "x" * 61},
        {"title": "\u200b"},
        {"x": "1"},
        {"x": "1", "y": "20001"},
        {"colour": "mauve"},
        {"do": "explode"},
        {"do": "tidy", "title": "Both"},
    ],
)
def test_what_makes_no_sense_is_refused(grace, stranger, engine, fields):
    make(grace, "Performance", x=1, y=2)

    assert alter(grace, **fields).status_code == 422
    assert outline(stranger.page(WALL)) == {"Performance": []}


@pytest.mark.parametrize("fields", [{"x": "1", "y": "1"}, {"do": "dissolve"}, {"title": "Ours"}])
def test_a_cluster_of_another_talk_is_left_alone(grace, engine, fields):
    make_question(engine, talk="elsewhere")
    with Session(engine) as session, session.begin():
        talk = session.scalar(sa.select(Talk.id).filter_by(slug="elsewhere"))
        area = {"x": 0, "y": 0, "width": 300, "height": 300, "revision": 1}
        session.add(WallCluster(talk_id=talk, key="theirs", title="Theirs", **area))

    assert alter(grace, 1, **fields).status_code == 422
    assert put(grace, make_question(engine), cluster=1).status_code == 422


# What attendees may do with whose cluster, by the desk's switch.
MOVES = ({"x": "5", "y": "6"}, {"colour": "red"}, {"do": "tidy"}, {"do": "fit"}, {"do": "front"})
WORDS = ({"title": "Ours"}, {"do": "dissolve"})


@pytest.mark.parametrize("mode", ["off", "shown", "open"])
def test_attendees_arrange_clusters_where_everybody_may_and_change_nobodys_words(
    grace, ada, bob, engine, mode
):
    make(grace, "Performance")
    note = make_question(engine)
    switch(grace, wall=mode)
    may = mode == "open"

    made = make(ada, "Adas")
    assert made.status_code == (200 if may else 422)
    moved = [alter(ada, 1, **fields).status_code for fields in MOVES]
    assert moved == [200 if may else 422] * len(MOVES)
    assert put(ada, note, cluster=1).status_code == (200 if may else 422)
    assert [alter(ada, 1, **fields).status_code for fields in WORDS] == [422, 422]
    if may:
        assert [alter(bob, 2, **fields).status_code for fields in WORDS] == [422, 422]
        assert alter(ada, 2, title="Still Adas").status_code == 200
        assert alter(grace, 2, title="Graces").status_code == 200
        refused = alter(ada, 2, title="Adas again")
        assert "Only whoever named a cluster" in refused.text
        assert alter(grace, 2, do="dissolve").status_code == 200


def test_who_may_not_rename_is_shown_no_form_for_it(grace, ada, bob):
    switch(grace, wall="open")
    make(ada, "Adas")

    for browser, may in ((ada, True), (bob, False), (grace, True)):
        page = browser.page(f"{WALL}?cluster=1")
        assert ("Dissolve it" in page.html) is may
        assert page.has("arrange-name") is may
        assert "Lay out tidily" in page.html


def test_where_words_are_read_first_attendees_name_no_clusters(grace, ada, engine):
    question = make_question(engine)
    switch(grace, wall="open")
    make(ada, "Adas")
    switch(grace, approve_first="1")

    for answer in (make(ada, "Rude"), alter(ada, 1, title="Rude")):
        assert answer.status_code == 422
        assert "A moderator reads what you write first" in answer.text
    assert not ada.page(WALL).has("wall-new-cluster")
    assert alter(ada, 1, x="5", y="5").status_code == 200
    assert put(ada, question, cluster=1).status_code == 200
    assert make(grace, "Graces").status_code == 200


def test_what_was_done_to_clusters_is_in_the_log_and_is_put_back(grace, ada, engine):
    question = make_question(engine, TEXT)
    switch(grace, wall="open")
    make(ada, "Adas")
    put(ada, question, cluster=1)
    for fields in ({"colour": "red"}, {"x": "5", "y": "5"}, {"do": "front"}, {"do": "tidy"}):
        alter(grace, 1, **fields)
    alter(grace, 1, title="Graces")
    dissolved = alter(grace, 1, do="dissolve").json["change"]

    log = grace.page(WALL).text("wall-log")

    for line in (
        "Grace dissolved the cluster “Graces”",
        "Grace renamed the cluster “Adas” to “Graces”",
        "Grace moved the cluster “Graces”",
        "Grace coloured the cluster “Graces” red",
        "put “How do bees find home?” into “Graces”",
        "put the cluster “Graces” on the wall",
    ):
        assert line in log
    assert grace.post_part(f"{WALL}/put-back", {"change": dissolved}).status_code == 200
    assert outline(ada.page(WALL)) == {"Graces": [question]}


def test_notes_that_say_the_same_are_offered_to_moderators_alone(grace, stranger, engine):
    texts = ("How fast is the new compiler?", "How fast is your new compiler now?", TEXT)
    fast, faster, bees = (make_question(engine, text, votes=n) for n, text in enumerate(texts))

    page = grace.page(WALL)
    form = next(form for form in page.forms() if "note" in form.fields)

    assert form.fields["title"] == ""
    assert "Put these 2 together" in page.text("wall-alike")
    assert not stranger.page(WALL).has("wall-alike")
    assert outline(stranger.page(WALL)) == {}
    grace.post(form.action, {"title": "Speed", "note": [faster, fast]})
    assert outline(stranger.page(WALL)) == {"Speed": [faster, fast]}
    assert not grace.page(WALL).has("wall-alike")
    assert stranger.page(WALL).element(f"note-{bees}").get("data-x") == ""


def test_what_is_offered_is_called_by_nobodys_words(ada, grace, stranger, engine):
    hers, others = "How fast is Zuse's compiler?", "How fast is the compiler of Zuse?"
    note = make_question(engine, hers, author=ada.id, votes=9)
    make_question(engine, others, votes=2)
    form = next(form for form in grace.page(WALL).forms() if "note" in form.fields)
    title = form.fields["title"] or "Speed"
    grace.post(form.action, {"title": title, "note": [note, note + 1]})

    assert ada.post("/talks/talk/questions/delete").status_code == 303

    shown = [grace.page(WALL).html, stranger.page(WALL).html]
    files = [export(grace, name).text for name in ("json", "csv", "wall.md")]
    for text in (*shown, *files):
        assert others in text.replace("&#39;", "'")
        assert "Zuse's" not in text.replace("&#39;", "'").replace("&#x27;", "'")


def test_changes_of_clusters_are_told_since_a_revision(grace, stranger, engine):
    question = make_question(engine)
    make(grace, "Performance", x=10, y=20, note=[question])
    alter(grace, 1, x="30", y="40")

    moved = stranger.get(f"{WALL}/places?since=1").json
    alter(grace, 1, do="dissolve")
    gone = stranger.get(f"{WALL}/places?since=2").json

    area = moved["clusters"][0]
    assert (moved["places"], area[:3], area[-1]) == ([], [1, 30, 40], "Performance")
    assert gone["clusters"] == [[1]]
    assert gone["places"] == [[question, 46, 144, 0, ""]]


def test_a_new_cluster_is_where_the_page_begins(grace, engine):
    without_scripts = grace.post(f"{WALL}/clusters", {"title": "Performance"})

    assert without_scripts.status_code == 303
    assert without_scripts.location.endswith("#cluster-1")
    assert "flash=" in without_scripts.location.partition("#")[0]


def test_columns_and_a_layout_need_no_scripts_and_are_moderators_alone(grace, stranger, engine):
    answer = grace.post(f"{WALL}/columns", {"columns": "Keep\nChange"})

    assert answer.location.endswith("#cluster-1")
    assert list(outline(stranger.page(WALL))) == ["Keep", "Change"]
    assert grace.post(f"{WALL}/lay-out", {}).status_code == 303
    for what in ("columns", "lay-out"):
        assert stranger.post_part(f"{WALL}/{what}", {"columns": "Start\nStop"}).status_code == 403
        assert f"{WALL}/{what}" in grace.page(WALL).html
        assert f"{WALL}/{what}" not in stranger.page(WALL).html
    assert count_rows(engine, WallCluster) == 2


def test_names_that_make_no_columns_stay_in_the_form(grace, engine):
    answer = grace.post(f"{WALL}/columns", {"columns": "Only <one>"})

    assert "Only &lt;one&gt;</textarea>" in answer.text
    assert "Name 2 to 6 columns" in answer.text
    assert count_rows(engine, WallCluster) == 0
