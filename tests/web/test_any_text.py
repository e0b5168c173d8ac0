"""Whatever a talk's file holds, every page, feed, calendar and report can be read."""

from xml.etree import ElementTree

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from companion.cli.site_report import reports, table
from companion.store.models import Role
from companion.talks import header
from companion.talks.letters import NO_TEXT
from companion.talks.problem import Problem
from tests.support.pages import Browser
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow
KEYS = (
    *("title", "speaker", "institute", "location", "category", "tags", "image", "summary"),
    *("slides_url", "meeting_url", "recording_url", "permalink", "redirect_from", "abstract"),
    *("board", "moderated", "doors_minutes", "timezone", "end-date", "to", "status", "room"),
)
LEFT_OUT = ("\ud800", "\udfff", "\x00", "\x01", "\x0b", "\x1b", "\x7f", "\x85", "\x9f", "\ufdd0",
            "\ufffe", "\U0001ffff", "\u202e", "\u2067", "\u200b")  # fmt: skip
NEVER_TEXT = (*LEFT_OUT, "\u2028", "\x1b[2J", "a" + "\u0301" * 250)
ANY = st.text(st.characters() | st.sampled_from("".join(NEVER_TEXT)), max_size=12)
VALUES = ANY | st.builds("".join, st.lists(st.sampled_from(NEVER_TEXT) | ANY, max_size=3))
HEADERS = st.dictionaries(st.sampled_from(KEYS) | ANY, VALUES | st.lists(VALUES, max_size=2))
LOADERS = (header.LOADER, yaml.SafeLoader)
READ_BY_ALL = ("/", "/talks/hostile", "/feed.xml", "/programme.ics", "/talks/hostile.ics")


@pytest.fixture(scope="module")
def patch():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture
def written(app, folder):
    """Return what writes a talk beside the usual one, has it read, and gives its problems."""
    (folder / "hostile.md").touch()

    def write(front: str, body: str = "") -> list[Problem]:
        (folder / "hostile.md").write_text(front + body, "utf-8", "surrogatepass")
        programme = app.extensions["boards"].programme
        programme.refresh()
        return [item for item in programme.problems() if item.path.stem == "hostile"]

    return write


@pytest.fixture
def olga(app):
    return signed_in(app, Role.ORGANISER)


def check_everything(app, olga) -> None:
    """Look at all that shows what a file says, as people, programs and terminals do."""
    stranger = Browser(app, known=False)
    for path in ("/", "/no-such-page", "/talks/no-such-talk"):
        stranger.page(path, status=200 if path == "/" else 404)
    programme = app.extensions["boards"].programme
    if programme.find("hostile"):
        stranger.page("/talks/hostile")
        Calendar.from_ical(stranger.get("/talks/hostile.ics").data)
    ElementTree.fromstring(stranger.get("/feed.xml").data)  # noqa: S314 (our own)
    Calendar.from_ical(stranger.get("/programme.ics").data)
    olga.page("/organise")
    report = [*map(str, programme.problems()), *table(reports(programme), "")]
    assert [line for line in report if NO_TEXT.search(line) or len(line.splitlines()) > 1] == []


def front(fields: dict[str, str | list[str]]) -> str:
    """Write a header whose texts are in quotes, all but letters and digits as their numbers."""
    lines = [f"{quoted(key)}: {quoted(value)}" for key, value in fields.items()]
    return "\n".join(("---", *lines, "date: 2026-03-05", "---", ""))


def quoted(value: str | list[str]) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(quoted, value))}]"
    return '"' + "".join(char if char.isalnum() else f"\\U{ord(char):08X}" for char in value) + '"'


@pytest.mark.parametrize("loader", LOADERS, ids=["libyaml", "yaml"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=HEADERS)
@example(fields=dict.fromkeys(KEYS, "".join(NEVER_TEXT)))
def test_every_view_shows_whatever_a_header_holds(app, written, olga, patch, loader, fields):
    patch.setattr(header, "LOADER", loader)

    written(front(fields))

    check_everything(app, olga)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters() | st.sampled_from("---\n#:&;x<>[]"), max_size=60))
@example(text="---\ndate: 2026-03-05\n---\n&#1; &#xd800; &#xfffe; &#x1b; &#xfdd0; &#x202e;")
@example(text='+++\ndate = 2026-03-05\ntitle = "a\\u0000b\\uFFFEc"\n+++\n&#12;')
def test_every_view_shows_whatever_a_file_holds(app, written, olga, text):
    written(text)

    check_everything(app, olga)


@pytest.mark.parametrize("char", LEFT_OUT)
@pytest.mark.parametrize("key", ["title", "speaker", "location", "category", "tags", "tags: [x]"])
def test_what_cannot_be_shown_is_left_out_with_a_warning_and_its_line(
    written, app, patch, key, char
):
    patch.setattr(header, "LOADER", yaml.SafeLoader)
    key, _, is_list = key.partition(":")
    value = f"Be{char}es"

    problems = written(front({"institute": "x", key: [value] if is_list else value}))

    said = f"a character that is not to be seen (U+{ord(char):04X}) of `{key}` is left out"
    assert [(item.line, item.fatal) for item in problems if item.message == said] == [(3, False)]
    page = app.extensions["boards"].programme.find("hostile")
    assert "Bees" in (page.title, page.speaker, page.location, page.category, *page.tags)


def test_a_tower_of_marks_is_cut_in_a_file_as_it_is_on_the_board(written, app):
    [problem] = written(front({"title": "Ze" + "\u0301" * 250 + "bras"}))

    assert str(problem).endswith("hostile.md:2: warning: too many marks on one letter of `title` "
                                 "are left out")  # fmt: skip
    assert len(app.extensions["boards"].programme.find("hostile").title) <= 14


@pytest.mark.parametrize(
    "tower", ["e" + "\u0301" * 250, "e" + "&#x301;" * 250, "ก" + "\u0e49" * 250]
)
def test_a_tower_of_marks_in_a_body_is_cut_too(written, app, tower):
    written("---\ndate: 2026-03-05\n---\n", f"B{tower}es *dance*.")

    page = app.extensions["boards"].programme.find("hostile")
    assert page.html.endswith("es <em>dance</em>.</p>")
    assert (len(page.html) < 50, len(page.summary) < 30) == (True, True)


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Pacific/Kiritimati"])
@pytest.mark.parametrize("hours", ['from: "00:00"\nto: "23:59"\n', "minutes: 1440\n", ""])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "0001-01-01\nend-date: 9999-12-31"])
def test_the_first_and_the_last_of_days_can_be_shown(app, written, olga, day, hours, zone):
    written(f"---\ndate: {day}\n{hours}timezone: {zone}\n---\n")

    check_everything(app, olga)
