from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.talks import PageOptions, Programme

DATED = "title: A talk\ndate: 2025-07-01\n"


def test_every_field_is_read(read):
    page = read(
        "speaker: [Ada, Bob]\ninstitute: An institute\nlocation: Room 1\ncategory: lunch\n"
        "tags: Python, Testing, Python\nimage: /a.png\nslides_url: https://example.org/s\n"
        "doors_minutes: 5\nqa_minutes: 20\nmoderated: yes\nboard: false\npublished: 'True'\n"
        "permalink: /old/talk.html\nredirect_from:\n  - /older\n  - oldest\nlayout: default\n"
    )

    assert (page.slug, page.title, page.speaker) == ("talk", "A talk", "Ada, Bob")
    assert (page.institute, page.location, page.category) == ("An institute", "Room 1", "lunch")
    assert page.tags == ("Python", "Testing")
    assert (page.image, page.slides_url) == ("", "https://example.org/s")
    assert (page.planned.doors_minutes, page.planned.qa_minutes) == (5, 20)
    assert (page.published, page.moderated, page.board) == (True, True, False)
    assert page.board_state == ""
    assert page.redirects == ("/old/talk.html", "/older", "/oldest")


def test_what_is_absent_or_empty_gets_a_plain_default(read):
    page = read("speaker:\nimage:\n")

    assert (page.speaker, page.institute, page.tags, page.image) == ("", "", (), "")
    assert (page.planned.doors_minutes, page.planned.qa_minutes) == (15, 15)
    assert (page.published, page.moderated, page.board) == (True, None, True)
    assert (page.meeting, page.recording, page.redirects) == (None, None, ())


@pytest.mark.parametrize(
    ("value", "board", "state"),
    [
        ("true", True, ""),
        ("", True, ""),
        ("no", False, ""),
        ("open", True, "open"),
        ("Votes", True, "votes"),
        ("'closed'", True, "closed"),
    ],
)
def test_a_board_can_be_left_out_or_held_in_a_state(read, value, board, state):
    page = read(f"board: {value}\n")

    assert (page.board, page.board_state) == (board, state)


def test_a_title_is_text_whatever_yaml_takes_it_for(read):
    assert read(header="title: 2025\ndate: 2025-07-01\n").title == "2025"


def test_addresses_resolve_against_the_site(tmp_path, write):
    write(header=f"{DATED}image: /a.png\n")
    programme = Programme(tmp_path, PageOptions(site_url="https://example.org/"))
    programme.refresh()

    assert programme.pages()[0].image == "https://example.org/a.png"


@pytest.mark.parametrize(
    ("extra", "complaint"),
    [
        (
            "doors_minutes: x",
            "4: warning: `doors_minutes: x` must be a number of minutes, as in "
            "`doors_minutes: 15`; 15 are taken",
        ),
        (
            "qa_minutes: 9999",
            "4: warning: `qa_minutes: 9999` must be a number of minutes, as in `qa_minutes: 15`; "
            "15 are taken",
        ),
        (
            "published: maybe",
            "4: warning: `published: maybe` must be `true` or `false`, so the page is kept private",
        ),
        (
            "board: ajar",
            "4: warning: `board: ajar` must be `true`, `false`, `open`, `votes` or `closed`, "
            "so it is left out",
        ),
        (
            "meeting_url: javascript:alert(1)",
            "4: warning: `meeting_url` must be a web address, "
            "as in `meeting_url: https://example.org/…`; it is left out",
        ),
        (
            "timezone: [a]",
            "4: warning: unknown timezone 'a', so Europe/London is taken; use a name such as "
            "Europe/London",
        ),
        (
            "slides_url: ftp://example.org/",
            "4: warning: `slides_url` is not a web address, so it is left out",
        ),
        (
            "redirect_from: //evil.example/",
            "4: warning: `//evil.example/` is not a path such as /events/old-page.html",
        ),
        (
            "tags:\npermalink: //evil.example/",
            "5: warning: `//evil.example/` is not a path such as /events/old-page.html",
        ),
        (
            "redirect_from: '/\\evil.example'",
            "4: warning: `/\\evil.example` is not a path such as /events/old-page.html",
        ),
        (
            "speaker: A: B",
            "4: warning: `speaker` is not valid YAML and is read as `A: B`: a value that holds a "
            'colon must be quoted, as in `title: "Tools: a talk"`',
        ),
        ("title: Another", "2: warning: `title` is given again below"),
        (
            f"a: {'[' * 30}",
            "4: error: the frontmatter is nested too deeply; plain lists are enough",
        ),
    ],
)
def test_wrong_values_are_reported_with_their_line(complaints, extra, complaint):
    assert complaints(f"{DATED}{extra}\n") == [complaint]


def test_everything_wrong_is_reported_at_once(complaints):
    assert complaints("date: soon\nqa_minutes: x\n") == [
        '1: warning: no `title`, so the file\'s name is taken: "Talk"; '
        'add one, as in `title: "My talk"`',
        "2: error: `date: soon` is not a date; write it as in `date: 2025-01-31`",
        "3: warning: `qa_minutes: x` must be a number of minutes, as in `qa_minutes: 15`; "
        "15 are taken",
    ]


@pytest.mark.parametrize("pattern", ["/:categories/:title.html", "pretty"])
def test_jekyll_permalink_patterns_are_no_paths(read, pattern):
    assert read(f"permalink: {pattern}\n").redirects == ()


@pytest.mark.slow
@pytest.mark.parametrize("site_url", ["", "https://example.org"])
def test_an_unusable_image_address_is_left_out(tmp_path, write, site_url):
    write(header=f"{DATED}image: 'http://[bad'\n")
    programme = Programme(tmp_path, PageOptions(site_url=site_url))
    programme.refresh()

    assert programme.pages()[0].image == ""
    assert [problem.message for problem in programme.problems()] == [
        "`image` is not a web address, so it is left out"
    ]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"no header", "1: error: no frontmatter; the file must start with a line `---`, then "
                       "`title:`"),
        (b"---\ntitle: x\n", "1: error: the frontmatter has no end; close it with a line `---`"),
        (b"---\n- a\n---\n", "1: error: the frontmatter must be lines of `key: value`"),
        (b"---\ntitle: \xff\n---\n", "2: warning: not UTF-8 text, so it is read as Windows-1252; "
                                     "save the file with the encoding UTF-8"),
        (b"---\ntitle: x\n---\n\0", "4: warning: a control character (U+0000) is left out; "
                                     "remove it"),
        (b"+++\ntitle = \n+++\n", "2: warning: `title =` is not valid TOML and is left out"),
        (b"---\na: " + b"x" * 17_000 + b"\n---\n",
         "1: error: the frontmatter is too long; at most 16 KB are read"),
        (b"---\na: x\n---\n" + b"x" * 263_000,
         "3: error: the page is too long; at most 256 KB are read"),
        (b"---\na: x\n---\n" + b"x" * 300_000,
         "1: error: the page is too long; at most 256 KB are read"),
        (b"---\n---\n", "1: error: no `date`; add one, as in `date: 2025-01-31`"),
    ],
)  # fmt: skip
def test_files_that_are_no_talk_are_reported(tmp_path, content, complaint):
    path = tmp_path / "talk.md"
    path.write_bytes(content)
    programme = Programme(tmp_path, PageOptions())
    programme.refresh()

    assert f"{path}:{complaint}" in [str(problem) for problem in programme.problems()]
    assert programme.pages() == []


def test_windows_line_ends_and_a_byte_order_mark_are_no_matter(tmp_path):
    content = "---\ntitle: Täglich\ndate: 2025-07-01\n---\nHello\n".replace("\n", "\r\n")
    (tmp_path / "talk.md").write_text(content, encoding="utf-8-sig", newline="")
    programme = Programme(tmp_path, PageOptions())
    programme.refresh()

    assert [(page.title, page.html) for page in programme.pages()] == [("Täglich", "<p>Hello</p>")]


ANYTHING = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            ("---\n", "title: A\n", "date: 2025-07-01\n", 'from: "12:00"\n', "to: 1\n",
             "board: x\n",
             "published: no\n", "redirect_from:\n", "  - /a\n", "timezone: ..\n", "tags: [",
             "a: &a *a\n", "meeting_url: http://[\n", "<iframe src=http://[>", "[a](http://[)",
             "{% x %}", "![](//)", "\n", "\0", "\ud800", "{: x}", "image: //\n", "? a\n",
             "category: {a: b}\n", "!!map x\n")
        ),
    ),
    max_size=25,
).map("".join)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(ANYTHING)
def test_any_file_gives_a_page_or_a_problem(tmp_path, programme, content: str):
    path = tmp_path / "talk.md"
    path.write_bytes(content.encode(errors="surrogatepass"))
    programme.refresh()

    withheld = [problem for problem in programme.problems() if not problem.fatal]
    assert programme.pages() or programme.problems() or "published" in content
    assert all(problem.path == path and problem.line > 0 for problem in withheld)
