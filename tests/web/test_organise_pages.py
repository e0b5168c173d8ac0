"""Talks added by a form, and pages brought as files: what is shown first is what is done."""

import io
import os
import stat
import time
import zipfile
from pathlib import Path

import frontmatter
import pytest

from companion.editing import intake
from companion.store.models import Role
from tests.support.pages import Browser, Page, read_page, text_of
from tests.support.sign_in import signed_in

HERE, NEW = "/organise/pages", "/organise/pages/new"
WASPS = b"---\ntitle: Wasps\ndate: 2026-04-05\n---\n\nWasps sting.\n"
LARGEST_LOOK = 600_000
TYPED = {
    "title": 'Über "Bienen": #1 – 蜜蜂',
    "speaker": "Ada Lovelace, Søren @ home",
    "institute": "- Institute: of Bees",
    "date": "2026-04-05",
    "from": "12:00",
    "to": "13:00",
    "timezone": "Europe/Berlin",
    "location": "Room 5 # upstairs",
    "category": "[talks]",
    "tags": "bees, {wasps}, bees",
    "meeting_url": "https://zoom.us/j/123",
    "slides_url": "https://example.org/slides.pdf",
    "abstract": "What *bees* say.\r\n\r\n---\r\n\r\nAnd how.",
}


@pytest.fixture
def olga(app):
    return signed_in(app, Role.ORGANISER, name="Olga")


def notice(page: Page) -> str:
    return text_of(page.classed("notice")[0])


def zipped(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def send(olga: Browser, name: str, data: bytes, code: int = 200) -> Page:
    sent = {"do": "look", "file": (io.BytesIO(data), name)}
    return read_page(olga.post(HERE, sent), code)


def lines(page: Page, kind: str) -> list[str]:
    """Return the lines that a look shows as added or removed."""
    runs = [run for run in page.classed("diff__run") if run.get("data-kind") == kind]
    return [text_of(line) for run in runs for line in run.iter("code")]


def rows(page: Page) -> dict[str, str]:
    """Return each file that is shown with what is said of it."""
    return {
        text_of(row.findall(".//label")[0]): text_of(row.findall(".//p")[0])
        for row in page.classed("import__row")
    }


def add(olga: Browser, **more: str):
    return olga.submit(olga.page(NEW).form_to("/new"), **{"do": "save"} | TYPED | more)


def test_a_new_talk_is_written_and_then_on_the_programme(app, olga, folder):
    assert HERE in olga.page("/organise").links()
    assert NEW in olga.page(HERE).links()

    after = olga.follow(add(olga))

    page = frontmatter.load(folder / "uber-bienen-1.md")
    assert notice(after) == "The talk is written. It is on the programme within seconds."
    assert page["title"] == TYPED["title"]
    assert page["tags"] == ["bees", "{wasps}"]
    assert page.content == "What *bees* say.\n\n---\n\nAnd how."
    app.extensions["boards"].programme.refresh()
    talk = app.extensions["boards"].programme.find("uber-bienen-1")
    assert (talk.title, talk.speaker) == (TYPED["title"], TYPED["speaker"])
    assert (talk.institute, talk.location) == (TYPED["institute"], TYPED["location"])
    assert talk.meeting.url == TYPED["meeting_url"]
    assert talk.zone.key == "Europe/Berlin"
    assert app.extensions["boards"].programme.problems() == []


def test_the_address_is_offered_from_the_title_until_one_is_typed(olga):
    def offered(**asked: str) -> str:
        part = Page(olga.get(f"{NEW}/address", query_string=asked).text, whole=False)
        return str(part.element("slug").get("value")) + part.text("slug-problem")

    assert offered(title="Bees in spring") == "bees-in-spring"
    assert offered(title="Bees", slug="wasps", offered="wasps") == "bees"
    assert offered(title="Bees", slug="own", offered="wasps") == "own"
    assert "There is a talk at talk already." in offered(title="Talk")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", " ", "Write a title."),
        ("title", "x" * 600, "The title is too long."),
        ("date", "5 July", "Give the day of the talk"),
        ("date", "20260405", "Give the day of the talk"),
        ("from", "noon", "The start is no time of day."),
        ("from", "", "Say when the talk starts, too."),
        ("to", "11:00", "The talk ends before it starts."),
        ("timezone", "Mars/Base", "No such time zone is known."),
        (
            "meeting_url",
            "zoom",
            "The meeting link is no web address. Write one as https://example.org/",
        ),
        ("slides_url", "javascript:alert(1)", "The address of the slides is no web address"),
        ("slug", "talk", "There is a talk at talk already."),
        ("slug", "../talk", "An address has small letters"),
        ("slug", "index", "An address has small letters"),
        ("abstract", "x" * 100_001, "The abstract is too long."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(olga, folder, field, value, said):
    page = read_page(add(olga, **{field: value}), 422)

    assert notice(page).startswith(said)
    if field != "title":
        assert page.element("title").get("value") == TYPED["title"]
    assert page.element(field).get("value", page.element(field).text.strip() if field == "abstract"
                                   else None).strip() == value.strip()  # fmt: skip
    assert [path.name for path in folder.iterdir()] == ["talk.md"]


def test_a_file_that_is_there_is_never_written_over(olga, folder):
    hidden = folder / "wasps.markdown"
    hidden.write_bytes(WASPS.replace(b"---\n\n", b"published: false\n---\n\n"))

    for slug in ("wasps", "talk"):
        read_page(add(olga, slug=slug), 422)

    assert {path.name for path in folder.iterdir()} == {"talk.md", "wasps.markdown"}


def test_the_new_page_is_shown_before_it_is_written(olga, folder):
    whole = read_page(add(olga, do="preview"), 200)
    part = Page(olga.post_part(f"{NEW}?do=preview", TYPED).text, whole=False)
    lacking = olga.post_part(f"{NEW}?do=preview", TYPED | {"date": ""})

    for page in (whole, part):
        assert TYPED["title"] in page.text("preview")
    assert lacking.status_code == 422
    assert "Give the day of the talk" in Page(lacking.text, whole=False).text("preview")
    assert [path.name for path in folder.iterdir()] == ["talk.md"]


def test_a_folder_of_pages_is_looked_at_and_what_is_ticked_is_taken_over(app, olga, folder):
    same = (folder / "talk.md").read_bytes()
    (folder / "old.md").write_bytes(WASPS)
    app.extensions["boards"].programme.refresh()
    picture = b"\x89PNG\r\n\x1a\n0000"
    data = zipped(
        {
            "talks/talk.md": same,
            "talks/old.md": WASPS.replace(b"sting", b"hum"),
            "talks/new.md": WASPS,
            "talks/img/bee.png": picture,
            "talks/run.sh": b"rm -rf /",
            "talks/broken.md": b"no frontmatter",
        }
    )

    page = send(olga, "talks.zip", data)

    assert rows(page) == {
        "talk.md": "The same as what is there",
        "old.md": "Differs from what is there, and would replace it",
        "new.md": "New",
        "img/bee.png": "New",
        "run.sh": "Not taken",
        "broken.md": "Not taken",
    }
    assert "it is neither a page nor a picture" in page.html
    assert sorted(path.name for path in folder.iterdir()) == [".companion", "old.md", "talk.md"]
    ticked = [box.get("value") for box in page.classed("import__tick") if box.get("checked") == ""]
    assert ticked == ["2", "3"]
    form = page.form_to("/pages")
    after = olga.follow(olga.post(HERE, form.fields | {"do": "take", "files": ["1", "2", "3"]}))
    assert notice(after) == "New: 2, changed: 1."
    assert (folder / "old.md").read_bytes() == WASPS.replace(b"sting", b"hum")
    assert (folder / "new.md").read_bytes() == WASPS
    assert (folder / "img" / "bee.png").read_bytes() == picture
    assert not (folder / "run.sh").exists()
    again = olga.post(HERE, form.fields | {"do": "take", "files": ["1"]})
    assert "is not here any more" in notice(read_page(again, 422))
    versions = olga.page("/talks/old/organise/versions").classed("versions__what")
    assert [text_of(each) for each in versions][-1] == "As it was on the disk"


def test_what_has_moved_on_meanwhile_is_shown_again(olga, folder):
    page = send(olga, "wasps.md", WASPS)
    (folder / "wasps.md").write_bytes(WASPS.replace(b"sting", b"hum"))

    form = page.form_to("/pages")
    again = read_page(olga.post(HERE, form.fields | {"do": "take", "files": ["0"]}), 422)

    assert notice(again).startswith("The pages have changed since you looked.")
    assert rows(again) == {"wasps.md": "Differs from what is there, and would replace it"}
    assert b"hum" in (folder / "wasps.md").read_bytes()
    olga.follow(olga.post(HERE, again.form_to("/pages").fields | {"do": "take", "files": ["0"]}))
    assert (folder / "wasps.md").read_bytes() == WASPS


def test_nothing_ticked_nothing_sent_and_too_much_are_refused(olga, folder):
    page = send(olga, "wasps.md", WASPS)
    fields = {name: value for name, value in page.form_to("/pages").fields.items()
              if name != "files"}  # fmt: skip

    assert notice(read_page(olga.post(HERE, fields | {"do": "take"}), 422)).startswith("Tick")
    assert notice(read_page(olga.post(HERE, {"do": "look"}), 422)).startswith("Choose a file")
    for token in ("0" * 32, "../../talk.md"):
        answer = olga.post(HERE, fields | {"do": "take", "token": token})
        assert "is not here any more" in notice(read_page(answer, 422))
    assert notice(send(olga, "a.zip", b"PK no zip", 422)).startswith("This zip cannot be read.")
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    body = head + bytes(1_200_000) + b"\r\n--b--\r\n"
    answer = olga.post(HERE, body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413
    assert "more than 1 MB" in answer.text
    assert [path.name for path in folder.glob("*.md")] == ["talk.md"]


def test_what_is_sent_and_never_taken_over_is_bounded(olga, folder):
    for _ in range(12):
        send(olga, "wasps.md", WASPS)

    assert len(list((folder / ".companion" / "uploads").iterdir())) == 8
    assert (folder / ".companion" / ".gitignore").read_text() == "*\n"


def test_a_page_whose_address_is_another_ones_is_not_taken(olga, folder: Path):
    page = send(olga, "talk.markdown", WASPS)

    assert rows(page) == {"talk.markdown": "Not taken"}
    assert "the address talk belongs to another page" in page.html


def test_a_folder_that_cannot_be_written_is_told(olga, folder, monkeypatch):
    monkeypatch.setattr(
        "companion.writing.files._write",
        lambda *_, **__: (_ for _ in ()).throw(OSError(30, "Read-only file system")),
    )

    page = read_page(add(olga), 422)

    assert "Read-only file system" in notice(page)
    assert str(folder.parent) not in page.html
    assert page.element("title").get("value") == TYPED["title"]
    assert "Read-only file system" in notice(send(olga, "wasps.md", WASPS, 422))


def test_an_empty_series_leads_organisers_to_their_first_talk(app, olga, folder):
    (folder / "talk.md").unlink()
    app.extensions["boards"].programme.refresh()

    assert HERE in olga.page("/").links()
    assert HERE in olga.page("/organise").links()
    assert HERE not in Browser(app).page("/").links()


def test_what_changes_is_shown_whatever_a_page_is_written_in(app, olga, folder):
    (folder / "wasps.md").write_bytes(WASPS.replace(b"sting", b"eat K\xe4se"))

    page = send(olga, "wasps.md", WASPS.replace(b"sting", b"eat K\xf6se"))

    assert lines(page, "removed") == ["Wasps eat Käse."]
    assert lines(page, "added") == ["Wasps eat Köse."]


def test_where_no_word_changes_it_says_so(olga, folder):
    (folder / "wasps.md").write_bytes(WASPS)

    page = send(olga, "wasps.md", WASPS.replace(b"\n", b"\r\n"))

    assert lines(page, "removed") == lines(page, "added") == []
    assert "No word of it changes, only how its file is written" in page.html


def test_of_long_changes_no_more_is_shown_than_can_be_looked_at(olga, folder):
    before = "".join(f"- bee {number} hums\n" for number in range(12_000)).encode()
    files = {f"wasps{number}.md": WASPS + before for number in range(4)}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    data = zipped({name: after.replace(b"hums", b"sings") for name, after in files.items()})

    page = send(olga, "talks.zip", data)

    assert len(page.html.encode()) < LARGEST_LOOK
    assert "- bee 0 hums" in lines(page, "removed")
    assert page.html.count("That is too much to show") == 4


def test_a_line_that_is_too_long_is_not_shown(olga, folder):
    (folder / "wasps.md").write_bytes(WASPS)

    page = send(olga, "wasps.md", WASPS + b"<" * 200_000)

    assert len(page.html.encode()) < LARGEST_LOOK
    assert "That is too much to show" in page.html


def test_what_is_put_aside_is_for_the_server_alone_and_for_an_hour(olga, folder):
    place = folder / ".companion" / "uploads"
    place.mkdir(parents=True, mode=0o755)
    send(olga, "wasps.md", WASPS)
    send(olga, "bees.md", WASPS)

    [old, new] = place.iterdir()
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (old, new)} == {0o600}
    hour_ago = time.time() - intake.WAITING_SECONDS - 1
    os.utime(old, (hour_ago, hour_ago))
    intake.sweep(folder)
    assert list(place.iterdir()) == [new]


def test_a_folder_to_which_nothing_was_sent_is_left_alone(folder):
    intake.sweep(folder)
    intake.sweep(folder / "gone")

    assert [path.name for path in folder.iterdir()] == ["talk.md"]
