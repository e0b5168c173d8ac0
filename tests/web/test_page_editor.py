"""The organisers' editor of a page: what is typed is saved, kept, and never lost."""

import errno
import shutil
from pathlib import Path

import pytest

from companion.store.models import Role
from companion.writing import files
from tests.support.git import git
from tests.support.pages import Browser, Page, read_page, text_of
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

EDIT, VERSIONS = "/talks/talk/organise/edit", "/talks/talk/organise/versions"
NEW = "---\ntitle: Wasps\ndate: 2026-03-05\n---\n\nWasps sting.\n"


@pytest.fixture
def olga(app):
    return signed_in(app, Role.ORGANISER, name="Olga")


@pytest.fixture
def page_file(folder) -> Path:
    return folder / "talk.md"


@pytest.fixture
def as_nobody_else(monkeypatch):
    """Have git go by nobody's own settings."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def typed(page: Page) -> str:
    return page.element("text").text.removeprefix("\n")


def notice(page: Page) -> str:
    return text_of(page.classed("notice")[0])


def diffed(page: Page, kind: str) -> list[str]:
    runs = [run for run in page.classed("diff__run") if run.get("data-kind") == kind]
    return [text_of(line) for run in runs for line in run.iter("code")]


def kept(olga: Browser) -> list[str]:
    return [text_of(what) for what in olga.page(VERSIONS).classed("versions__what")]


def save(olga: Browser, text: str, page: Page | None = None, **more: str):
    form = (page or olga.page(EDIT)).form_to("/edit")
    return olga.submit(form, text=text.replace("\n", "\r\n"), **{"do": "save"} | more)


def test_a_page_is_changed_and_both_versions_are_kept(app, olga, page_file):
    before = page_file.read_text()

    after = olga.follow(save(olga, NEW))

    assert notice(after) == "Saved. The talk’s page shows it within seconds."
    assert page_file.read_text() == NEW
    assert typed(after) == NEW
    assert kept(olga) == ["Olga · Edit talk.md", "As it was on the disk"]
    app.extensions["boards"].programme.refresh()
    assert olga.page("/talks/talk").h1 == "Wasps"
    assert "edited the page" in olga.page("/talks/talk/organise").html
    assert before != NEW


def test_versions_are_no_talks(app, olga):
    save(olga, NEW)
    app.extensions["boards"].programme.refresh()

    assert list(app.extensions["boards"].programme.files()) == ["talk.md"]


def test_a_version_is_put_back_and_that_is_a_version_too(olga, page_file):
    before = page_file.read_bytes()
    save(olga, NEW)
    oldest = [link for link in olga.page(VERSIONS).links() if "version=" in link][-1]

    shown = olga.page(oldest)
    after = olga.follow(olga.submit(shown.form_to("/versions")))

    assert "Wasps sting." in diffed(shown, "removed")
    assert "Bees dance." in diffed(shown, "added")
    assert notice(after).startswith("Saved.")
    assert page_file.read_bytes() == before
    assert kept(olga)[0] == "Olga · Put back talk.md"
    assert len(kept(olga)) == 3


def test_what_changed_on_the_disk_meanwhile_is_not_written_over_unseen(olga, page_file):
    form = olga.page(EDIT)
    page_file.write_text(NEW.replace("sting", "hum"))

    refused = read_page(save(olga, NEW, form), 422)

    assert page_file.read_text() == NEW.replace("sting", "hum")
    assert notice(refused).startswith("The file has changed on the disk since you opened it.")
    assert typed(refused) == NEW
    assert diffed(refused, "removed") == ["Wasps hum."]
    assert diffed(refused, "added") == ["Wasps sting."]
    olga.follow(save(olga, NEW, refused))
    assert page_file.read_text() == NEW
    assert len(kept(olga)) == 2


def test_a_broken_page_is_not_saved_and_the_last_good_one_stays_up(app, olga, page_file):
    before = page_file.read_bytes()

    refused = read_page(save(olga, "---\ntitle: Wasps\n---\n"), 422)

    assert notice(refused).startswith("It is not saved: it could not be shown as a talk.")
    assert typed(refused) == "---\ntitle: Wasps\n---\n"
    assert "Error:" in refused.text("preview")
    assert page_file.read_bytes() == before
    app.extensions["boards"].programme.refresh()
    assert olga.page("/talks/talk").h1 == "A talk about bees"


def test_a_talk_does_not_become_another_page_unseen(app, olga, folder):
    (folder / "2026").mkdir()
    write_talk(folder / "2026", "wasps")
    app.extensions["boards"].programme.refresh()
    form = olga.page("/talks/wasps/organise/edit").form_to("/edit")

    refused = read_page(olga.submit(form, text="Only words.", do="save"), 422)

    assert "it would be no talk any more" in notice(refused)


def test_how_it_would_look_is_shown_and_nothing_is_saved(olga, page_file):
    before = page_file.read_bytes()
    text = NEW.replace("---\n\n", "tags: [bees]\nfrom: soon\n---\n\n")

    whole = read_page(save(olga, text, do="preview"), 200)
    form = olga.page(EDIT).form_to("/edit")
    part = olga.post_part(EDIT, form.fields | {"text": text, "do": "preview"})

    assert page_file.read_bytes() == before
    assert typed(whole) == text
    for page in (whole, Page(part.text, whole=False)):
        assert "Wasps sting." in page.text("preview")
        assert "Line 5" in page.text("preview")
    assert not Page(part.text, whole=False).has("text")


@pytest.mark.parametrize(
    "before",
    [
        b"\xef\xbb\xbf---\r\ntitle: Bees\r\ndate: 2026-03-05\r\n---\r\n\r\nOne.\r\n",
        "---\r\ntitle: Café\r\ndate: 2026-03-05\r\n---\r\n\r\nOne.\r\n".encode("cp1252"),
        "---\ntitle: Bees\ndate: 2026-03-05\n---\n\nOne.\n".encode("utf-16"),
    ],
)
def test_the_file_keeps_how_it_is_written(olga, page_file, before):
    page_file.write_bytes(before)
    page = olga.page(EDIT)

    save(olga, typed(page).replace("One.", "Two."), page)

    codec = "utf-16-le" if before.startswith(b"\xff\xfe") else "utf-8"
    assert page_file.read_bytes() == before.replace("One.".encode(codec), "Two.".encode(codec))


def test_what_has_not_changed_is_not_saved(olga):
    page = olga.page(EDIT)

    after = olga.follow(save(olga, typed(page), page))

    assert notice(after) == "Nothing has changed, so nothing was saved."
    assert kept(olga) == []


def test_in_git_each_change_is_a_commit_of_that_file_alone(olga, folder, page_file, as_nobody_else):
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "other.txt").write_text("not to be committed")
    git(folder, "add", "other.txt")

    save(olga, NEW)

    said = git(folder, "log", "--format=%an: %s", "--name-only")
    assert said.split("\n\n") == [
        "Olga: Edit talk.md", "talk.md\nCompanion: As it was on the disk", "talk.md\n",
    ]  # fmt: skip
    assert git(folder, "status", "--porcelain").splitlines() == ["A  other.txt"]
    assert kept(olga) == ["Olga · Edit talk.md", "Companion · As it was on the disk"]
    oldest = [link for link in olga.page(VERSIONS).links() if "version=" in link][-1]
    olga.submit(olga.page(oldest).form_to("/versions"))
    assert "Bees dance." in page_file.read_text()


def test_where_git_will_not_it_is_saved_and_kept_all_the_same(
    olga, folder, page_file, as_nobody_else
):
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "-c", "user.name=G", "-c", "user.email=g@example.org", "commit", "--quiet",
        "--allow-empty", "--message", "Begin")  # fmt: skip
    git(folder, "checkout", "--quiet", "--detach")

    after = olga.follow(save(olga, NEW))

    assert "It is not committed: " in notice(after)
    assert str(folder.parent) not in after.html
    assert page_file.read_text() == NEW
    assert len(kept(olga)) == 2


def test_a_page_that_is_no_talk_can_be_mended(app, olga, folder):
    (folder / "broken.md").write_text("No frontmatter.\n")
    app.extensions["boards"].programme.refresh()

    assert "/talks/broken/organise/edit" in olga.page("/organise/pages").links()
    form = olga.page("/talks/broken/organise/edit").form_to("/edit")
    olga.follow(olga.submit(form, text=NEW, do="save"))

    assert (folder / "broken.md").read_text() == NEW


def test_only_organisers_may(app, page_file, folder):
    before = page_file.read_bytes()
    for browser in (signed_in(app, Role.MODERATOR), signed_in(app, Role.SPEAKER), Browser(app)):
        for address in (EDIT, VERSIONS, "/organise/pages", "/organise/pages/new",
                        "/organise/pages/new/address?title=Bees"):  # fmt: skip
            assert browser.get(address).status_code == 403
        for address in (EDIT, VERSIONS, "/organise/pages", "/organise/pages/new"):
            answer = browser.post(address, {"text": NEW, "do": "save", "title": "Wasps"})
            assert answer.status_code == 403
    assert page_file.read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["talk.md"]


def test_without_the_folder_it_says_so(olga, folder):
    page = olga.page(EDIT)
    shutil.rmtree(folder)

    answer = read_page(save(olga, NEW, page), 422)

    assert "The folder of talks is not there" in notice(answer)
    assert str(folder.parent) not in answer.html
    assert typed(answer) == NEW
    assert not folder.exists()
    assert "The folder of talks is not there" in olga.page(EDIT, 422).html


def test_a_file_that_has_gone_gives_back_what_was_typed(olga, page_file):
    page = olga.page(EDIT)
    page_file.unlink()

    answer = read_page(save(olga, NEW, page), 422)

    assert typed(answer) == NEW
    assert not page_file.exists()
    assert olga.get(EDIT).status_code == 404


def test_a_full_disk_is_told_and_nothing_typed_is_lost(olga, page_file, monkeypatch):
    page, before = olga.page(EDIT), page_file.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "_write", full)
    answer = read_page(save(olga, NEW, page), 422)

    assert "No space left on device; nothing is changed; tell whoever" in notice(answer)
    assert typed(answer) == NEW
    assert page_file.read_bytes() == before


def test_a_page_that_leads_out_of_its_folder_is_neither_shown_nor_written(app, olga, folder):
    outside = write_talk(folder.parent, "outside")
    (folder / "wasps.md").symlink_to(outside)
    app.extensions["boards"].programme.refresh()

    answer = olga.page("/talks/wasps/organise/edit", 422)

    assert "is a link out of its folder" in answer.html


def test_what_is_far_too_long_is_refused(olga):
    answer = olga.post(EDIT, {"text": "x" * 1_100_000, "do": "save"})
    assert answer.status_code == 413

    refused = read_page(save(olga, NEW + "x" * 300_000), 422)

    assert "at most 256 KB are read" in refused.text("preview")


def test_a_version_that_is_not_kept_is_refused(olga):
    save(olga, NEW)
    shown = olga.page([link for link in olga.page(VERSIONS).links() if "version=" in link][-1])
    form = shown.form_to("/versions")

    for wanted in ("0" * 40, "../talk", "20260101T000000.000000Z"):
        assert "not kept any more" in notice(read_page(olga.submit(form, version=wanted), 422))
    stale = read_page(olga.submit(form, expected_version="0"), 422)
    assert "The file has changed since you looked." in notice(stale)


@pytest.mark.parametrize("address", [EDIT, "/organise/pages/new"])
def test_whoever_is_signed_out_while_typing_stays_and_is_told(app, address):
    answer = Browser(app).post_part(f"{address}?do=preview", {"text": NEW, "title": "Wasps"})

    assert answer.status_code == 403
    assert "HX-Redirect" not in answer.headers
    part = Page(answer.text, whole=False)
    assert "What you typed is kept: sign in in another tab" in part.text("preview")


def test_a_form_says_whether_it_holds_what_is_not_saved(olga):
    whole = olga.page(EDIT)
    again = read_page(save(olga, NEW, do="preview"), 200)

    assert whole.classed("page-editor")[0].get("data-unsaved") is None
    assert again.classed("page-editor")[0].get("data-unsaved") is not None
