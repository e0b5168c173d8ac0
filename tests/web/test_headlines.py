"""A headline looks the same wherever it stands: code as code, addresses alive but in links."""

import pytest

from companion.store.models import Role
from tests.support.factories import make_question
from tests.support.pages import text_of
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow

TEXT = "Why is `O(n)` so slow here, as https://example.org/n says?"
PLACES = {
    "": ("/talks/talk", "questions", "mine"),
    "alike": ("/talks/talk/alike?text=Why+is+O(n)+so+slow+here", "alike"),
    "runsheet": ("/talks/talk/runsheet", "main"),
    "report": ("/talks/talk/report", "main"),
    "speaker": ("/talks/talk/speaker", "queue"),
    "screen": ("/talks/talk/present", "screen"),
    "search": ("/organise/questions?find=slow", "main"),
}


@pytest.mark.parametrize("place", PLACES)
def test_it_is_code_everywhere(app, engine, place):
    organiser = signed_in(app, Role.ORGANISER, name="Grace")
    make_question(engine, text=TEXT, author=organiser.id)
    url, *ids = PLACES[place]
    page = organiser.part(url) if place == "alike" else organiser.page(url)

    for id in ids:
        shown = page.element(id) if page.has(id) else page.root
        assert "O(n)" in [text_of(code) for code in shown.iter("code")], id
        seen = [part for part in shown.iter() if part.get("class") != "visually-hidden"]
        assert "`" not in "".join(part.text or "" for part in seen)
