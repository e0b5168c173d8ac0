"""The organisers' page that publishes: what it shows is what it does."""

import pytest

from companion.store.models import Role, Status
from tests.support.factories import make_question, set_status
from tests.support.git import git
from tests.support.pages import read_page, text_of
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow

URL = "/talks/talk/publish"


@pytest.fixture
def olga(app):
    """Return an organiser's browser."""
    return signed_in(app, Role.ORGANISER)


def shown(page, kind: str) -> list[str]:
    """Return the lines of a kind that the page shows of the file."""
    runs = [item for item in page.elements("div") if item.get("data-kind") == kind]
    return [text_of(line) for run in runs for line in run.iter("code")]


def notice(page) -> str:
    return text_of(next(item for item in page.elements("p") if item.get("class") == "notice"))


def test_what_is_shown_is_published_and_then_all_is_up_to_date(engine, olga, page_file):
    make_question(engine, "How do bees keep <b>warm</b>?")
    before = page_file.read_text()

    page = olga.page(URL)
    done = olga.submit(page.form_to("/publish"), do="publish")
    after = olga.follow(done)

    added = page_file.read_text().removeprefix(before).splitlines()
    assert shown(page, "added") == added
    assert shown(page, "removed") == []
    assert shown(page, "kept") == before.splitlines()[-3:]
    assert notice(after) == "Published in talk.md."
    assert shown(after, "added") == []
    assert "is up to date" in text_of(next(after.elements("main")))


def test_it_leads_with_what_readers_will_see(engine, olga, page_file):
    number = make_question(engine, "How do bees keep <b>warm</b>?", detail="In `winter`, say.")
    make_question(engine, "Is this still waiting?", status=Status.WAITING)

    page = olga.page(URL)

    preview = page.element(f"h-qa-{number}")
    assert (preview.tag, text_of(preview)) == ("h3", "How do bees keep <b>warm</b>?")
    assert page.html.index('class="preview"') < page.html.index("line by line")
    assert "still waiting" not in page.html
    [lines] = [part for part in page.elements("details") if "line by line" in text_of(part)]
    assert lines.get("open") is None


def test_when_the_board_has_moved_on_it_is_shown_again_and_nothing_is_written(
    engine, olga, page_file
):
    number = make_question(engine, "How do bees keep warm?")
    before = page_file.read_bytes()
    form = olga.page(URL).form_to("/publish")
    set_status(engine, number, Status.ANSWERED)

    page = read_page(olga.submit(form, do="publish"), 422)

    assert page_file.read_bytes() == before
    assert notice(page).startswith("The file or the board has changed since you looked.")
    assert "Answered in the talk" in shown(page, "added")
    olga.follow(olga.submit(page.form_to("/publish"), do="publish"))
    assert "Answered in the talk" in page_file.read_text()


def test_a_late_answer_is_shown_as_what_goes_and_what_comes(engine, olga, publish, page_file):
    number = make_question(engine, "How do bees keep warm?")
    publish()
    set_status(engine, number, Status.ANSWERED)

    page = olga.page(URL)

    assert shown(page, "removed") == ["Not answered yet"]
    assert shown(page, "added") == ["Answered in the talk"]


def test_when_the_file_has_moved_on_it_is_left_alone(engine, olga, page_file):
    make_question(engine)
    form = olga.page(URL).form_to("/publish")
    changed = page_file.read_bytes() + b"\nSomebody wrote this.\n"
    page_file.write_bytes(changed)

    page = read_page(olga.submit(form, do="publish"), 422)

    assert page_file.read_bytes() == changed
    assert "Somebody wrote this." in shown(page, "kept")


def test_a_misplaced_comment_is_told_without_the_servers_folders(engine, olga, page_file):
    page_file.write_text(page_file.read_text() + "<!-- companion:qa -->\n")
    make_question(engine)

    page = olga.page(URL, 422)

    assert notice(page).startswith("talk.md:9: `<!-- companion:qa -->` is not closed")
    assert [form.action for form in page.forms()] == []
    assert olga.get(f"{URL}/page").status_code == 422


def test_a_page_that_is_gone_is_told(engine, olga, page_file):
    make_question(engine)
    page_file.unlink()

    assert (
        notice(olga.page(URL, 422))
        == "talk.md is not there any more; put it back, or take the talk out"
    )


def test_an_empty_board_has_nothing_to_publish(olga):
    page = olga.page(URL)

    assert "there is nothing to publish" in text_of(next(page.elements("main")))
    assert page.forms() == []


def test_comments_are_published_when_chosen(engine, olga, page_file):
    make_question(engine, "A remark about bees.", kind="comment")

    [link] = [link for link in olga.page(URL).links() if "comments" in link]
    page = olga.page(link)
    after = olga.follow(olga.submit(page.form_to("/publish"), do="publish"))

    assert "A remark about bees." in page_file.read_text()
    assert shown(after, "removed") == []


def test_downloads_are_what_would_be_written(engine, olga, page_file, tmp_path):
    make_question(engine, "Où vont les abeilles ? 🐝")
    git(tmp_path, "init", "--quiet")

    page, patch = olga.get(f"{URL}/page"), olga.get(f"{URL}/patch")

    assert page.headers["Content-Disposition"] == "attachment; filename=talk.md"
    assert patch.headers["Content-Disposition"] == "attachment; filename=talk-qa.patch"
    git(tmp_path, "apply", "-", given=patch.data)
    assert page_file.read_bytes() == page.data


def test_in_a_repository_it_can_be_committed(engine, olga, folder, page_file):
    make_question(engine)
    assert b"commit" not in olga.get(URL).data
    git(folder, "init", "--quiet")

    done = olga.follow(olga.submit(olga.page(URL).form_to("/publish"), do="commit"))

    name = git(folder, "rev-parse", "--short", "HEAD").strip()
    assert notice(done) == f"Committed as {name}."
    assert done.forms() == []


def test_committing_what_is_committed_says_so(engine, olga, folder, page_file, prepared):
    make_question(engine)
    git(folder, "init", "--quiet")
    prepared().commit()

    done = olga.post(URL, {"do": "commit", "expected_version": prepared().digest})

    assert notice(olga.follow(done)) == "It was committed already."


def test_what_keeps_git_from_committing_is_told_without_the_servers_folders(
    engine, olga, folder, prepared
):
    make_question(engine)
    git(folder, "init", "--quiet")
    prepared().commit()
    git(folder, "checkout", "--quiet", "--detach")
    make_question(engine, "Another one about bees?")

    page = read_page(olga.post(URL, {"do": "commit", "expected_version": prepared().digest}), 422)

    assert notice(page) == (
        "talk.md is published, but not committed: "
        "talks is on no branch, so nothing is committed; check one out"
    )
    assert "is up to date" in text_of(next(page.elements("main")))


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.SPEAKER])
def test_others_who_run_a_talk_neither_see_nor_publish(app, engine, page_file, role):
    make_question(engine)
    before = page_file.read_bytes()
    browser = signed_in(app, role)

    answers = [browser.get(URL), browser.get(f"{URL}/patch"), browser.post(URL, {"do": "publish"})]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert page_file.read_bytes() == before
