"""Pages as other series write them: what is meant is read, and what cannot be read is said."""

from __future__ import annotations

import pytest

from companion import values
from companion.talks import PageOptions, Programme
from companion.talks.facts import ALSO_READ, FACTS, STATES
from companion.talks.header import plain_key
from companion.talks.moments import read_length, read_span, read_zone

DAY = "title: A talk\ndate: 2027-06-22\n"


def spans(page) -> str:
    starts, ends = (moment.astimezone(page.zone) for moment in (page.starts, page.planned.ends))
    if page.all_day:
        return f"{starts:%Y-%m-%d} to {page.last_day}"
    return f"{starts:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M} {page.zone.key}"


@pytest.mark.parametrize(
    ("header", "when"),
    [
        ("date: 2027-06-22\ntime: 12:00 - 13:00", "12:00 to 13:00"),
        ("date: 2027-06-22\ntime: 12:00–13:00", "12:00 to 13:00"),
        ("date: 2027-06-22\nTime: 12pm-1pm", "12:00 to 13:00"),
        ("date: 2027-06-22\ntime: 1-2pm", "13:00 to 14:00"),
        ("date: 2027-06-22\nhumantime: 9:00 am - 4:30 pm", "09:00 to 16:30"),
        ("date: 2027-06-22\ntime: [\"12:00\", \"13:00\"]", "12:00 to 13:00"),
        ("date: 2027-06-22\ntime: {start: '12:00', end: '13:30'}", "12:00 to 13:30"),
        ("date: 2027-06-22\nstart: '10:15'\nend: '12:00'", "10:15 to 12:00"),
        ("date: 2027-06-22\nstart_time: 10:15\nend-time: 12:00", "10:15 to 12:00"),
        ("date: 2027-06-22\nstarttime: noon\nduration: 90 min", "12:00 to 13:30"),
        ("date: 2027-06-22\nfrom: 12:30", "12:30 to 13:30"),
        ("date: June 22, 2027\ntime: 4pm", "16:00 to 17:00"),
        ("date: 'Tuesday, 22nd of June 2027 at 16:00'", "16:00 to 17:00"),
        ("date: 22/06/2027\nfrom: '12:00'", "12:00 to 13:00"),
        ("date: 2027/06/22\ntime: 12.00-13.00 Uhr", "12:00 to 13:00"),
        ("when: 22 June 2027, 12:00-13:00", "12:00 to 13:00"),
        ("date: 2027-01-05\nevent_date: 2027-06-22\ntime: '12:00'", "12:00 to 13:00"),
        ("date: 2027-01-05\ntime:\n  - - start: 2027-06-22T11:00:00Z\n"
         "      end: 2027-06-22T12:00:00Z", "12:00 to 13:00"),
        ("date: 2027-06-22T11:00:00Z\ndate_end: 2027-06-22T13:30:00Z\nall_day: false",
         "12:00 to 14:30"),
        ("params:\n  date: 2027-06-22\n  start: '12:00'", "12:00 to 13:00"),
    ],
)  # fmt: skip
def test_hours_are_read_under_the_keys_people_use(read, header, when):
    page = read(header=f"title: A talk\n{header}\n")
    first, last = when.split(" to ")

    assert spans(page) == f"2027-06-22 {first} to 2027-06-22 {last} Europe/London"


@pytest.mark.parametrize(
    ("header", "days"),
    [
        ("startdate: 2027-06-22\nenddate: 2027-06-24", "2027-06-22 to 2027-06-24"),
        ("date: 2027-06-22\nend_date: 2027-06-24", "2027-06-22 to 2027-06-24"),
        ("humandate: Jun 22-24, 2027", "2027-06-22 to 2027-06-24"),
        ("dates: 30 June - 2 July 2027", "2027-06-30 to 2027-07-02"),
        ("dates: [2027-06-22, 2027-06-24]", "2027-06-22 to 2027-06-24"),
        ("date: 2027-07-06 00:00:00 +0000", "2027-07-06 to 2027-07-06"),
        ("date: 2027-07-06T00:00:00-08:00", "2027-07-06 to 2027-07-06"),
        ("date: 2027-07-06T00:00:00Z\ndate_end: 2027-07-07T00:00:00Z", "2027-07-06 to 2027-07-07"),
        ("date: 2027-07-06 12:00\nall_day: true", "2027-07-06 to 2027-07-06"),
    ],
)
def test_days_are_read_under_the_keys_people_use(read, header, days):
    assert spans(read(header=f"title: A talk\n{header}\n")) == days


@pytest.mark.parametrize(
    ("extra", "speaker", "institute"),
    [
        ("speakers: [Ada Example, Bo Example]", "Ada Example, Bo Example", ""),
        ("speaker: {name: Ada Example, affiliation: Example University}", "Ada Example",
         "Example University"),
        ("presenters:\n- name: Ada Example\n  org: Here\n- name: Bo Example\n  org: Here",
         "Ada Example, Bo Example", "Here"),
        ("author:\n- name: {given: Ada, family: Example}\n  affiliations:\n  - name: Here",
         "Ada Example", "Here"),
        ("a: &x Ada Example\nauthors: [*x]", "Ada Example", ""),
        ("instructor: ['Ada Example']", "Ada Example", ""),
        ("speaker: '[Ada Example](https://example.org/ada)'\naffiliation: Here", "Ada Example",
         "Here"),
    ],
)  # fmt: skip
def test_people_are_read_under_the_keys_people_use(read, extra, speaker, institute):
    page = read(header=f"{DAY}{extra}\n")

    assert (page.speaker, page.institute) == (speaker, institute)


@pytest.mark.parametrize(
    ("extra", "place", "meeting"),
    [
        ("where: Hall 3", "Hall 3", None),
        ("venue: Example University\naddress: Room A", "Example University, Room A", None),
        ("location: {name: Great Hall, city: Exampletown}", "Great Hall", None),
        ("location: Great Hall\naddress: {street: 1 Road, city: Town}", "Great Hall", None),
        ("room: 3.14\nlocation: Great Hall", "3.14, Great Hall", None),
        ("location: https://zoom.us/j/99", "Zoom", "https://zoom.us/j/99"),
        ("zoom: '[join](https://zoom.us/j/99)'", "", "https://zoom.us/j/99"),
        ("registration: https://zoom.us/webinar/register/WN_1", "",
         "https://zoom.us/webinar/register/WN_1"),
    ],
)  # fmt: skip
def test_places_are_read_under_the_keys_people_use(read, extra, place, meeting):
    page = read(header=f"{DAY}{extra}\n")

    assert (page.location, page.meeting and page.meeting.url) == (place, meeting)


@pytest.mark.parametrize(
    ("body", "url", "registers"),
    [
        ("[a](https://x.zoom.us/meeting/register/a), [b](https://x.zoom.us/j/9)",
         "https://x.zoom.us/j/9", False),
        ("[a](https://x.zoom.us/webinar/register/a)", "https://x.zoom.us/webinar/register/a", True),
        ("[a](https://events.zoom.us/ev/a)", "https://events.zoom.us/ev/a", True),
        ("[a](https://teams.microsoft.com/registration/a) [b](https://meet.jit.si/b)",
         "https://meet.jit.si/b", False),
        ("[a](https://meet.jit.si/registry-of-talks)", "https://meet.jit.si/registry-of-talks",
         False),
    ],
)  # fmt: skip
def test_join_never_leads_to_a_form_where_there_is_a_meeting(read, body, url, registers):
    meeting = read(body=body).meeting

    assert (meeting.url, meeting.registers) == (url, registers)


@pytest.mark.parametrize(
    "extra",
    ["draft: true", "Draft: yes", "published: no", "private: true", "hidden: true",
     "unlisted: true", "status: draft", "visibility: private", "publish: perhaps",
     "publishDate: 2999-01-01"],
)  # fmt: skip
def test_what_is_not_for_the_public_stays_private(write, programme: Programme, extra):
    write(header=f"{DAY}{extra}\n")
    programme.refresh()

    assert programme.pages() == []
    assert [item for item in programme.problems() if item.fatal] == []


@pytest.mark.parametrize(
    "extra", ["draft: false", "published: 2025-01-01", "hidden: no", "status: confirmed"]
)
def test_what_is_public_is_shown_without_a_word(complaints, extra):
    assert complaints(f"{DAY}{extra}\n") == []


@pytest.mark.parametrize(
    "extra",
    ["image: {caption: ''}", "location: {a: {b: c}}", "title: Tools: a talk", "slides: [x]",
     "speaker: @ada", "a: &a [1]\nb: *a", "qa_minutes: many", "timezone: Mars/Base",
     "redirect_from: {a: b}", "tags: {a: b}", "from: soon", "end-date: later", "a: [1"],
)  # fmt: skip
def test_no_field_costs_the_page(write, programme: Programme, extra):
    write(header=f"{DAY}{extra}\n")
    programme.refresh()

    assert len(programme.pages()) == 1


def test_a_bomb_is_refused(complaints):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 8)}]" for n in range(1, 6)]

    assert any(
        "aliases" in line and "error" in line for line in complaints("\n".join(lines) + "\n")
    )


def test_toml_is_read_with_its_lines(tmp_path, programme):
    (tmp_path / "talk.md").write_text(
        '+++\ntitle = "A talk"\ndate = 2027-06-22T12:00:00+01:00\ndraft = false\n[params]\n'
        'speakers = ["Ada", "Bo"]\n+++\n\nText\n'
    )
    programme.refresh()
    page = programme.pages()[0]

    assert (spans(page), page.speaker) == (
        "2027-06-22 12:00 to 2027-06-22 13:00 Europe/London", "Ada, Bo"
    )  # fmt: skip
    assert programme.problems() == []


@pytest.mark.parametrize("text", ["soon", "2026", "TBA", "25:00", "1300", "12:00, 15:00", ""])
def test_what_says_no_time_is_not_read(text):
    assert read_span(text) is None


def test_zones_and_lengths_are_read_or_not():
    assert read_zone("New York")[0].key == read_zone("EDT")[0].key == "America/New_York"
    assert read_zone("UTC+2")[0].key == "Etc/GMT-2"
    assert [read_zone(name) for name in ("Mars/Base", "../etc", "", "a\0b")] == [None] * 4
    assert [read_length(text).seconds // 60 for text in ("90", "1h 30m", "1.5 hours", "1:30")] == [
        90, 90, 90, 90
    ]  # fmt: skip
    assert read_length("long") is None


@pytest.mark.parametrize(
    ("body", "shown", "hidden"),
    [
        ("{% if page.recording %}Watch{% else %}Join{% endif %}", "Join", "Watch"),
        ("{% if page.title %}Yes{% else %}No{% endif %}", "Yes", "No"),
        ("{% if page.kind == 'x' %}A{% elsif page.title %}Bee{% else %}C{% endif %}", "Bee", "C"),
        ("{% unless page.title %}Off{% else %}On{% endunless %}", "On", "Off"),
        ("x{% if site.open %}Yes{% else %}No{% endif %}", "x", "Yes"),
        ("x{% if site.open %}Yes{% else %}No{% endif %}", "x", "No"),
        ("x{% for a in page.list %}{{ a }} item{% endfor %}y", "xy", "item"),
        ("{% if page.title %}a{% if page.no %}b{% endif %}c{% endif %}d", "acd", "b"),
        ("`{% if page.no %}kept{% endif %}`", "kept", "none"),
    ],
)
def test_of_a_condition_one_branch_is_shown_at_most(read, body, shown, hidden):
    html = read(body=body).html

    assert shown in html
    assert hidden not in html


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (r"Let $\epsilon_i \in \{-1,+1\}$ and $x^*_1 + y^*_2$.", r"$\epsilon_i \in \{-1,+1\}$"),
        (r"Let $\epsilon_i \in \{-1,+1\}$ and $x^*_1 + y^*_2$.", "$x^*_1 + y^*_2$"),
        ("It costs $5 *or* $6.", "It costs $5 <em>or</em> $6."),
        ("US$5 *and* AU$6", "US$5 <em>and</em> AU$6"),
    ],
)
def test_formulas_are_left_as_they_are_written(read, body, kept):
    assert kept in read(body=body).html


def test_attributes_on_two_lines_are_not_shown(read):
    assert "style" not in read(body='![A](https://example.org/a.png){:\nstyle="a: b"}\n\nText').html


def test_slides_and_links_without_a_site_are_shown_as_what_they_are(read, programme):
    page = read("slides: /files/talk.pdf\n", body="[Notes](/notes.pdf) and [more](more.pdf)")

    assert page.slides_url == "/files/talk.pdf"
    assert "Notes (/notes.pdf)" in page.html
    assert [item.message.partition(" ")[0] for item in programme.problems()] == [
        "`slides:", "`/notes.pdf`"
    ]  # fmt: skip


def test_a_day_without_a_year_takes_that_of_the_folder(tmp_path, write, programme):
    (tmp_path / "2027" / "05").mkdir(parents=True)
    write(name="2027/05/talk.md", header="title: A talk\ndate: 11 May\n")
    programme.refresh()

    assert spans(programme.pages()[0]) == "2027-05-11 to 2027-05-11"


def read_with(tmp_path, write, fields, header):
    write(header=header)
    programme = Programme(tmp_path, PageOptions(fields=fields))
    programme.refresh()
    return programme


def test_fields_named_otherwise_are_read_under_their_own_keys(tmp_path, write):
    fields = (("from", "Doors-open"), ("speaker", "rednerin"), ("date", "day_of_talk"))
    header = (
        "title: A talk\ndate: 2027-01-05\nday_of_talk: 2027-06-22\n"
        "doors open: '12:15'\nrednerin: Ada\nspeaker: the host\n"
    )
    programme = read_with(tmp_path, write, fields, header)
    [page] = programme.pages()

    assert (spans(page), page.speaker) == (
        "2027-06-22 12:15 to 2027-06-22 13:15 Europe/London",
        "Ada",
    )
    assert programme.problems() == []
    assert {item.fact: item.keys for item in page.read_from}["speaker"] == ("rednerin:6",)


def test_a_page_without_them_is_read_as_ever(tmp_path, write):
    fields = (("speaker", "rednerin"), ("from", "to"), ("to", "from"))
    header = f"{DAY}speaker: Ada\nrednerin:\nfrom: '13:00'\nto: '12:00'\n"
    [page] = read_with(tmp_path, write, fields, header).pages()

    assert (spans(page), page.speaker) == (
        "2027-06-22 12:00 to 2027-06-22 13:00 Europe/London",
        "Ada",
    )


def test_what_is_wrong_with_such_a_field_is_told_by_its_own_name(tmp_path, write):
    [problem] = read_with(
        tmp_path, write, (("from", "einlass"),), f"{DAY}einlass: bald\n"
    ).problems()

    assert (problem.line, problem.message[:29]) == (4, "`einlass: bald` is not a time")


def test_every_field_that_can_be_named_is_one_that_is_read():
    read = FACTS.keys() | STATES | ALSO_READ

    assert [name for name in values.FIELDS if plain_key(name) not in read] == []


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Ada Example and Bo Example", ("Ada Example", "Bo Example")),
        ("Ada Example; Bo", ("Ada Example", "Bo")),
        ("Ada Example, University of Exampletown", ("Ada Example, University of Exampletown",)),
        ("[Ada Example, {name: Bo Example}, Ada Example]", ("Ada Example", "Bo Example")),
        ("''", ()),
    ],
)
def test_speakers_are_told_apart(read, said, names):
    assert read(header=f"{DAY}speaker: {said}\n").speakers == names
