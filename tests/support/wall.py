"""A wall in a browser: its notes by their words, and what they say of themselves."""

import re
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

WHERE = "note => [note.dataset.x, note.dataset.y, note.dataset.colour].join()"
NOTES = """notes => notes.map(note => [
  note.querySelector(".note__text").textContent.trim(), note.dataset.x, note.dataset.y,
  note.dataset.colour, note.querySelector("[id$=-votes]").textContent.trim(), note.dataset.mark,
  note.parentElement.id,
].join(" | ")).sort()"""


# Live, with what comes once it may be used: what there is on the map, and for those who arrange.
READY = (
    "body[data-live=on]:is([data-parts~=map], [data-shows=outline])"
    ":is([data-parts~=arranging], :not(:has([data-arranges])))"
)


def open_wall(page: Page, slug: str) -> Page:
    """Go to a talk's wall, and wait until it is live."""
    page.goto(page.url.split("/talks/")[0] + f"/talks/{slug}/wall")
    expect(page.locator(READY)).to_be_attached()
    return page


def fetch_anew(page: Page) -> None:
    """Have a page fetch its wall as a whole, and wait until that is shown; a hand holds it up."""
    page.evaluate("""new Promise((done) => {
      document.addEventListener("htmx:after:swap", () => done(true), { once: true });
      document.dispatchEvent(new CustomEvent("companion:wake"));
    })""")


def note(page: Page, text: str) -> Locator:
    """Return the note that says so."""
    return page.locator("#wall .note").filter(has_text=text)


def votes_of(page: Page, text: str) -> Locator:
    """Return how many votes a note has, as it says itself."""
    return note(page, text).locator("[id$=-votes]")


def vote_button(page: Page, text: str) -> Locator:
    """Return the button by which a note is voted for."""
    return note(page, text).get_by_role("button", name="Vote")


def says(page: Page, words: str) -> None:
    """Wait until a screen reader is told something."""
    expect(page.locator("#announcer")).to_have_text(words)


def focused(page: Page) -> str:
    """Return the words of the note that has the focus, "" for none."""
    script = "document.activeElement.closest('.note')?.querySelector('.note__text').textContent"
    return str(page.evaluate(script) or "").strip()


def notes_of(page: Page) -> Any:
    """Return all that can be told of the notes on a page, in no order."""
    return page.locator("#wall .note").evaluate_all(NOTES)


def arrange(desk: Page, text: str, **wish: object) -> None:
    """Have another hand of a moderator's arrange a note, and wait until their page knows."""
    tell(desk, text, **wish)
    for name, value in wish.items():
        expect(note(desk, text)).to_have_attribute(f"data-{name}", str(value))


def tell(desk: Page, text: str, **wish: object) -> None:
    """Have another hand of a moderator's arrange a note, whoever hears of it when."""
    _post(desk, f"wall/notes/{note(desk, text).get_attribute('data-id')}", **wish)


def make_cluster(desk: Page, title: str, *texts: str) -> None:
    """Have another hand of a moderator's put some notes into a cluster."""
    ids = [note(desk, text).get_attribute("data-id") or "" for text in texts]
    _post(desk, "wall/clusters", title=title, note=ids)
    expect(desk.locator(".cluster").filter(has_text=title).locator(".note")).to_have_count(len(ids))


def at_desk(desk: Page, what: str, **fields: object) -> None:
    """Do something at the desk of the talk whose wall a moderator's page shows."""
    _post(desk, f"desk/{what}", **fields)


def room_code(desk: Page) -> str:
    """Return the code that stands on the screen in the room."""
    found = re.search(
        r'id="room-code">(\w+)<', desk.context.request.get(_talk(desk) + "moderate").text()
    )
    assert found
    return found[1]


def _talk(page: Page) -> str:
    """Return where the talk is whose wall a page shows."""
    return re.sub(r"wall([?#].*)?$", "", page.url)


def _post(desk: Page, path: str, **fields: object) -> None:
    headers = {"HX-Request": "true", "Origin": desk.url.split("/talks/")[0]}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    body = urlencode(fields, doseq=True)
    answer = desk.context.request.post(_talk(desk) + path, data=body, headers=headers)
    assert answer.ok, answer.text()


class Finger:
    """The fingers of one hand on a page; places are counted from the map's corner."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session = page.context.new_cdp_session(page)

    def put(self, *places: tuple[float, float]) -> None:
        """Have so many fingers on the map, one more than before."""
        self._tell("touchStart", places)

    def go(self, *places: tuple[float, float]) -> None:
        """Move the fingers that are on the map, which takes a frame."""
        self._tell("touchMove", places)
        self._page.wait_for_timeout(16)

    def rest(self) -> None:
        """Stay for longer than a note waits until it is lifted."""
        self._page.wait_for_timeout(400)

    def leave(self) -> None:
        """Take all fingers away."""
        self._tell("touchEnd", ())

    def _tell(self, kind: str, places: tuple[tuple[float, float], ...]) -> None:
        box = self._page.locator("#wall-scroll").bounding_box()
        assert box
        points = [
            {"x": box["x"] + x, "y": box["y"] + y, "id": at} for at, (x, y) in enumerate(places)
        ]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def press(page: Page, *keys: str) -> None:
    """Press some keys, one after the other."""
    for key in keys:
        page.keyboard.press(key)
