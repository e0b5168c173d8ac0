"""Whatever stands in a file, a setting or a form: it is read, or refused by name, and no more."""

import json
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import strategies as st
from icalendar import Calendar

from companion.errors import Refused
from companion.imports import SHAPES, RowDefaults, decoded, draft_of, plain, read
from companion.network.addresses import Addresses
from companion.publish.splice import spliced
from companion.settings import OPTIONS, ConfigError, Settings, read_settings
from companion.talks import PageOptions, qablock
from companion.talks.facts import ALSO_READ, KEYS, STATES
from companion.talks.frontmatter import ParsedPage, parse_page
from companion.talks.ics import calendar
from companion.talks.letters import NO_TEXT
from companion.talks.markdown.job import (
    RenderFailed,
    RenderJob,
    answer_from_json,
    answer_to_json,
    job_from_json,
    job_to_json,
)
from companion.talks.markdown.worker import answer
from companion.talks.source_file import InvalidTalk, content_of, source_of
from tests.support.clock import STARTS
from tests.support.entries import published_blocks
from tests.support.fuzz import fuzz, in_proportion
from tests.support.hostile import hostile_pages, hostile_texts
from tests.support.html import parse_part
from tests.support.markdown import HOSTILE, assert_safe

pytestmark = pytest.mark.slow

NAMES = sorted({name for names in KEYS.values() for name in names} | STATES | ALSO_READ)
TIMES = st.from_regex(r"\d{1,4}([-/.: T]\d{1,2}){0,4}( ?[ap]m)?(Z|[+-]\d\d:?\d\d)?", fullmatch=True)
SCRAPS = st.sampled_from(
    [
        *(
            "[",
            "]",
            "{",
            "}",
            "- ",
            ": ",
            "#",
            "&a ",
            "*a",
            "!!python/object:os.system ",
            "!!binary ",
        ),
        *(
            "|\n  ",
            ">-\n  ",
            "'",
            '"',
            '"""',
            "'''",
            "\\",
            "\\ud800",
            "\\x00",
            "? ",
            "<<: *a",
            "%YAML 1.1",
        ),
        *(
            "---\n",
            "...\n",
            "+++\n",
            "~",
            "null",
            "yes",
            "1e999",
            "0x1F",
            "1_000",
            ".inf",
            "2025-02-30",
        ),
        *(
            "2025-12-03",
            "16:00",
            "4pm",
            "16:00-17:00",
            "Europe/London",
            "CET",
            "noon",
            "TBC",
            "tomorrow",
        ),
        *(
            "https://zoom.us/j/1",
            "https://[::1",
            "http://",
            "javascript:x",
            "[a](b)",
            "\t",
            "\r",
            "\n",
        ),
        *(
            "\ufeff",
            "\u2028",
            "\u202e",
            "a\u0301\u0301\u0301",
            "🐝",
            "\x00",
            "\x1b[2J",
            "  ",
            "a" * 300,
        ),
    ]
)
VALUES = st.lists(SCRAPS | TIMES | st.text(max_size=8), max_size=6).map("".join)
LINES = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", "", "", "  ", "- "]),
    st.sampled_from(NAMES) | st.text(max_size=8),
    st.sampled_from([": ", ": ", ": ", ":", " = ", ":\n  - ", ":\n  "]),
    VALUES,
    st.sampled_from(["\n", "\n", "\r\n", "\r", "\n\n"]),
)
HEADERS = st.lists(LINES | VALUES, max_size=12).map("".join)
MARKS = st.sampled_from(["---\n", "---\n", "+++\n", "---\r\n", "\ufeff---\n", "--- \n", ""])
PAGES = st.builds("{0}title: T\ndate: 2026-03-05\n{1}{0}{2}".format, MARKS, HEADERS, hostile_pages)
FILES = (PAGES | st.builds("{}{}".format, MARKS, HEADERS)).map(
    lambda text: text.encode("utf-8", "surrogatepass")
) | st.binary(max_size=300)


@fuzz(content=FILES, times=st.sampled_from([1, 1, 1, 40]))
def test_any_file_is_a_page_or_has_its_problems_named(tmp_path: Path, content: bytes, times: int):
    path = tmp_path / "2026-03-05-talk.md"
    path.write_bytes(content * times)
    with in_proportion(len(content) * times):
        found = page_or_problems(path)

    assert page_or_problems(path) == found
    lines = path.read_bytes().decode(
        "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    )
    most = len(lines.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    if isinstance(found, ParsedPage):
        page, problems = found.page, found.problems
        said = [getattr(page, each.name) for each in fields(page)]
        assert not [text for text in said if isinstance(text, str) and NO_TEXT.search(text)]
        assert page.title
        assert page.starts < page.planned.ends
        assert job_from_json(job_to_json(found.job)) == found.job
        Calendar.from_ical(calendar([page], page_url=lambda _: "https://x", series="S", now=STARTS))
    else:
        problems = found
    assert all(1 <= problem.line <= most and "\n" not in str(problem) for problem in problems)


def page_or_problems(path: Path) -> ParsedPage | tuple:
    try:
        source = source_of(path, content_of(path))
        return parse_page(source, "talk", PageOptions(site_url="https://x")) if source else ()
    except InvalidTalk as invalid:
        return invalid.problems


@fuzz(
    body=HOSTILE | hostile_pages | st.text(max_size=300),
    qa=st.just("") | hostile_pages,
    times=st.sampled_from([1, 1, 1, 30]),
)
def test_any_body_becomes_html_that_is_well_formed_and_harmless(body: str, qa: str, times: int):
    body, qa = NO_TEXT.sub("", body), NO_TEXT.sub("", qa)
    job = RenderJob(body * times, qa, "A talk", "https://x", "/talks/x#board")
    with in_proportion(len(job.body) + len(qa)):
        rendered = answer(job)

    assert answer_from_json(answer_to_json(rendered)) == rendered
    if isinstance(rendered, RenderFailed):
        return
    for html in (rendered.html, rendered.qa_html):
        assert_safe(html)
        _, errors = parse_part(html)
        assert errors == []


HOSTS = st.lists(
    st.sampled_from(
        [
            *"a.-_1:[]@/?#\\%é",
            "..",
            "localhost",
            "127.0.0.1",
            "[::1]",
            "xn--",
            "example.org",
            "ﬀ",
            "。",
        ]
    ),
    max_size=6,
).map("".join)
ORIGINS = st.lists(
    st.builds("{}://{}{}".format, st.sampled_from(["http", "https", "HTTPS", "ws"]), HOSTS,
              st.sampled_from(["", "", ":80", ":443", ":8000", ":0", ":99999", ":x", "/"])),
    max_size=3,
).map(",".join)  # fmt: skip
LOCAL = HOSTS.map("{}.localhost".format)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        option.env: (
            ORIGINS | HOSTS | LOCAL | VALUES | st.sampled_from(["1", "on", "page", "data"])
        )
        for option in OPTIONS
    },
)


@fuzz(environ=SETTINGS, origins=ORIGINS)
def test_any_settings_are_read_or_refused_in_one_line(environ: dict[str, str], origins: str):
    for given in (
        environ,
        environ | {"COMPANION_ORIGINS": origins},
        {"COMPANION_ORIGINS": origins},
    ):
        settings = settings_or_refusal(given)
        if isinstance(settings, str):
            assert settings.startswith("COMPANION_")
            assert "\n" not in settings
            continue
        assert read_settings(given | {"COMPANION_ORIGINS": ",".join(settings.origins)}) == settings
        addresses = Addresses(settings.origins, settings.proxies)
        for origin in settings.origins:
            scheme, _, host = origin.partition("://")
            assert addresses.asked_for(host, scheme, original=True) == origin


def settings_or_refusal(given: dict[str, str]) -> Settings | str:
    try:
        return read_settings(given)
    except ConfigError as error:
        return str(error)


CELLS = (
    st.sampled_from(
        [
            "Question",
            "Text",
            "Name",
            "Votes",
            "Answer",
            "Status",
            "1",
            "=1+1",
            'a "b"',
            "a,b;c",
            "ask?",
            "",
        ]
    )
    | hostile_texts
)
TABLES = st.builds(
    lambda rows, mark, quote, end: end.join(
        mark.join(quote + cell.replace(quote, 2 * quote) + quote for cell in row) for row in rows
    ),
    st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(['"', "'"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
LISTS = st.lists(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["- ", "* ", "1. ", "# ", "> ", "  ", ""]),
        hostile_texts,
        st.sampled_from(["\n", "\n\n", "\r\n", " (12 votes)\n"]),
    ),
    max_size=8,
).map("".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | hostile_texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "detail", "author", "kind", "status", "id"]), inner
        )
    ),
    max_leaves=8,
)
EXPORTS = (
    st.lists(st.dictionaries(st.sampled_from(["text", "detail", "author"]), JSON)) | JSON
).map(lambda rows: json.dumps({"questions": rows}))
ENCODINGS = st.sampled_from(
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp1251", "shift_jis"]
)
SENT = st.builds(
    lambda text, encoding: text.encode(encoding, "replace"),
    TABLES | LISTS | EXPORTS | st.text(),
    ENCODINGS,
) | st.binary(max_size=300)


@fuzz(sent=SENT, shape=st.sampled_from(["", *SHAPES]), times=st.sampled_from([1, 1, 1, 50]))
def test_anything_prepared_is_read_or_refused(sent: bytes, shape: str, times: int):
    with suppress(Refused), in_proportion(len(sent) * times):
        text = decoded(sent * times).text
        reading = read(text, shape)
        assert read(plain(text.replace("\n", "\r\n")), reading.shape).rows == reading.rows
        assert len({found.number for found in reading.rows}) == len(reading.rows)
        for found in reading.rows:
            with suppress(Refused):
                assert draft_of(found, RowDefaults(), "token") == draft_of(
                    found, RowDefaults(), "token"
                )


MARKED = st.lists(
    st.sampled_from(
        [
            *(qablock.OPENING, qablock.CLOSING, "<!--companion:qa-->", "<!-- COMPANION:QA -->"),
            *("```", "~~~", "<!--", "-->", "---", "+++", "...", "    ", " ", "\n", "\n", "\r\n"),
            *("\r", "\ufeff", "text", "`", "> ", "- ", "\u2028", "\x85", "\x0c", "{% raw %}"),
            "title: x",
        ]
    )
    | hostile_texts,
    max_size=14,
).map("".join)
WRITTEN = published_blocks | st.just("")


@fuzz(content=MARKED.map(lambda text: text.encode("utf-8", "replace")) | st.binary(max_size=120),
      block=WRITTEN, later=WRITTEN, times=st.sampled_from([1, 1, 1, 200]))  # fmt: skip
def test_a_block_goes_into_any_page_or_none_of_it_is_touched(
    content: bytes, block: str, later: str, times: int
):
    path, content = Path("talk.md"), content * times
    with in_proportion(len(content)):
        try:
            first = spliced(path, content, block)
        except Refused:
            return
    place = qablock.find(content.decode())
    found = qablock.find(first.decode())
    assert found
    before = content.decode()[: place.start] if place else content.decode()
    after = content.decode()[place.end :] if place else ""
    assert first.decode().startswith(before)
    assert first.decode().endswith(after)
    inside = first.decode()[found.start : found.end].replace("\r\n", "\n").replace("\r", "\n")
    assert inside == (f"\n{block}\n\n" if block else "")
    assert spliced(path, first, block) == first
    assert spliced(path, spliced(path, first, later), block) == first
