"""A link that leads out of the folder of talks: what it leads to is nobody's page to write in."""

import pytest
from click.testing import CliRunner

from companion.cli import main
from companion.errors import Refused
from companion.store.models import Role
from tests.support.factories import make_question
from tests.support.pages import read_page, text_of
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow


@pytest.fixture
def elsewhere(page_file, tmp_path):
    """Make the usual talk's file a link out of the folder; return what it leads to."""
    outside = tmp_path / "elsewhere.md"
    page_file.rename(outside)
    page_file.symlink_to(outside)
    return outside


def test_the_command_refuses_and_says_what_to_do(
    engine, elsewhere, page_file, folder, sqlite_url, monkeypatch
):
    make_question(engine, "How do bees keep warm?")
    monkeypatch.setenv("COMPANION_TALKS", str(folder))
    monkeypatch.setenv("COMPANION_DATABASE_URL", sqlite_url)
    before = elsewhere.read_bytes()

    for options in ([], ["--dry-run"], ["--commit"]):
        done = CliRunner().invoke(main, ["publish", "talk", *options])

        assert done.exit_code == 2
        assert f"{page_file} is a link out of its folder, and nothing is written" in done.output
    assert elsewhere.read_bytes() == before
    assert page_file.is_symlink()


@pytest.mark.parametrize("do", ["publish", "commit"])
def test_the_page_refuses_and_names_no_folder_of_the_server(
    make_app, engine, elsewhere, tmp_path, do
):
    make_question(engine, "How do bees keep warm?")
    before = elsewhere.read_bytes()
    olga = signed_in(make_app(), Role.ORGANISER)

    shown = olga.page("/talks/talk/publish", status=422)
    done = olga.post("/talks/talk/publish", {"do": do, "expected_version": "x"})

    for page in (shown, read_page(done, 422)):
        text = text_of(next(page.elements("main")))
        assert "talk.md is a link out of its folder" in text
        assert str(tmp_path) not in page.html
    assert olga.get("/talks/talk/publish/patch").status_code == 422
    assert elsewhere.read_bytes() == before


def test_a_link_to_another_file_of_the_folder_is_followed(engine, publish, page_file, folder):
    make_question(engine, "How do bees keep warm?")
    inside = folder / "2026" / "bees.txt"
    inside.parent.mkdir()
    page_file.rename(inside)
    page_file.symlink_to(inside)

    publish()

    assert page_file.is_symlink()
    assert "keep warm" in inside.read_text()


def test_the_folder_itself_may_be_a_link(engine, prepared, make_settings, folder, tmp_path):
    make_question(engine, "How do bees keep warm?")
    (tmp_path / "linked").symlink_to(folder)

    prepared(talks=tmp_path / "linked").write()

    assert "keep warm" in (folder / "talk.md").read_text()


def test_a_data_file_that_leads_out_is_refused(engine, prepared, tmp_path):
    make_question(engine, "How do bees keep warm?")
    outside, data = tmp_path / "elsewhere.yml", tmp_path / "data"
    data.mkdir()
    (data / "talk.yml").symlink_to(outside)

    with pytest.raises(Refused, match="is a link out of its folder"):
        prepared(folder=data)
    (data / "talk.yml").unlink()
    (data / "talk.yml").symlink_to("talk.yml")
    with pytest.raises(Refused, match="is a link out of its folder"):
        prepared(folder=data)


def test_a_sites_folder_for_data_that_leads_out_is_refused(
    engine, folder, sqlite_url, tmp_path, monkeypatch
):
    make_question(engine, "How do bees keep warm?")
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "_config.yml").touch()
    (folder / "_data").symlink_to(outside)
    monkeypatch.setenv("COMPANION_TALKS", str(folder))
    monkeypatch.setenv("COMPANION_DATABASE_URL", sqlite_url)

    done = CliRunner().invoke(main, ["publish", "talk", "--data"])

    assert (done.exit_code, list(outside.iterdir())) == (2, [])
    assert "is a link out of its folder" in done.output
