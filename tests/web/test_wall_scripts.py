"""Which of the wall's scripts a page asks for at once, by what its reader may do there."""

import brotli
import pytest

from companion.store.models import Role
from tests.support.factories import make_question
from tests.support.sign_in import signed_in

WALL = "/talks/talk/wall"
PARTS = {"arranging", "drawing", "staff", "vote", "write"}
MOST = 12_000


def asked_for(browser) -> list[str]:
    """Return the modules of the wall that its page names."""
    links = browser.page(WALL).elements("link")
    named = [link.get("href") for link in links if link.get("rel") == "modulepreload"]
    return [link for link in named if "/js/wall/" in link]


def parts(browser) -> set[str]:
    return PARTS & {link.rpartition("/")[2].removesuffix(".js") for link in asked_for(browser)}


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def switch(grace, **switches: str) -> None:
    assert grace.post_part("/talks/talk/desk/switches", switches).status_code == 200


def test_a_page_asks_for_what_its_reader_may_do_and_for_no_more(grace, stranger, engine):
    make_question(engine)

    assert parts(grace) == PARTS
    assert parts(stranger) == {"vote", "write"}
    switch(grace, wall="open")
    assert parts(stranger) == {"arranging", "vote", "write"}
    switch(grace, wall="open", wall_pen="all")
    assert parts(stranger) == PARTS - {"staff"}
    switch(grace, board="closed", wall="shown")
    assert parts(stranger) == set()
    switch(grace, wall="off")
    assert parts(stranger) == set()


@pytest.mark.parametrize(
    ("board", "more"),
    [("closed", ["js/wall/map.js"]), ("open", [])],
    ids=["who only reads, with the map", "who votes and writes, with what a phone begins with"],
)
def test_what_an_attendee_needs_is_small(app, grace, stranger, engine, board, more):
    make_question(engine)
    switch(grace, board=board)
    later = app.jinja_env.globals["brought_by"]("js/wall.js", *more)
    wanted = {
        f"{app.static_url_path}/{name}" for name in ["js/wall.js", *later] if "js/wall" in name
    }

    wanted |= set(asked_for(stranger))
    sizes = [len(brotli.compress(stranger.get(name).data)) for name in wanted]

    assert len(sizes) > 10
    assert sum(sizes) <= MOST
