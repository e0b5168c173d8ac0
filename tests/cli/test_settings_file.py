"""What stands in the data folder's `companion.env` counts, and what cannot be meant is refused."""

import os

import pytest
from click.testing import CliRunner

from companion.cli import main
from companion.cli.options import settings_from
from companion.cli.settings_file import NAME, add_settings, settings_file
from companion.settings import OPTIONS, ConfigError, read_settings


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    (folder / "pages").mkdir(parents=True)
    return folder


def read(data, text: str, **env: str) -> dict[str, str]:
    """Return what is set once the file has been read."""
    (data / NAME).write_text(text)
    environ = {"COMPANION_DATA_FOLDER": str(data), **env}
    add_settings(environ)
    return environ


def complaint(data, text: str) -> str:
    with pytest.raises(ConfigError) as refusal:
        read(data, text)
    return str(refusal.value).removeprefix(f"{data / NAME}")


def test_what_it_says_counts_and_is_meant_from_its_folder(data):
    text = '# Our series\n\nCOMPANION_SERIES="Lunch talks"\nCOMPANION_TALKS = pages\n'
    environ = read(data, f"{text}export COMPANION_PORT=8001\nCOMPANION_SITE_URL=\n")

    settings = read_settings(environ)
    assert (settings.series, settings.port, settings.site_url) == ("Lunch talks", 8001, "")
    assert settings.talks == data / "pages"
    assert settings.database_url == f"sqlite:///{data}/companion.sqlite3"


def test_every_setting_can_stand_in_it_but_where_it_is(data):
    names = [option.env for option in OPTIONS if option.name != "data_folder"]

    environ = read(data, "".join(f"{name}=x\n" for name in names))

    assert set(names) <= environ.keys()
    assert "is no setting" in complaint(data, f"COMPANION_DATA_FOLDER={data}\n")


@pytest.mark.parametrize(
    ("env", "file", "value"),
    [
        ({"COMPANION_SECRET_KEY": "theirs"}, "COMPANION_SECRET_KEY=ours", "theirs"),
        ({"COMPANION_SECRET_KEY_FILE": "/a"}, "COMPANION_SECRET_KEY=ours", None),
        ({"COMPANION_SECRET_KEY": "theirs"}, "COMPANION_SECRET_KEY_FILE=/b", "theirs"),
        ({"COMPANION_SECRET_KEY": ""}, "COMPANION_SECRET_KEY=ours", "ours"),
    ],
)
def test_the_environment_counts_before_it(data, env, file, value):
    environ = read(data, file, **env)

    assert environ.get("COMPANION_SECRET_KEY") == value
    assert read(data, file, **env).keys() >= env.keys()


def test_the_folder_that_one_stands_in_is_not_looked_into(data, monkeypatch):
    """It may be the one of talks, in which others write."""
    (data / NAME).write_text("COMPANION_SERIES=Theirs")
    monkeypatch.chdir(data)

    assert settings_file({}) is None
    assert settings_file({"COMPANION_DATA_FOLDER": "."}) == data / NAME
    assert settings_file({"COMPANION_DATA_FOLDER": str(data / "pages")}) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# one\nseries\n", ":2: write it as NAME=value, and # before a remark"),
        ("COMPANION_SERES=x", ":1: COMPANION_SERES is no setting; use COMPANION_SERIES"),
        (
            "COMPANION_PORT=1\n\nCOMPANION_PORT=2",
            ":3: COMPANION_PORT is set already, by COMPANION_PORT in line 1; leave one of them out",
        ),
        (
            "COMPANION_SECRET_KEY=x\nCOMPANION_SECRET_KEY_FILE=y",
            ":2: COMPANION_SECRET_KEY_FILE is set already, by COMPANION_SECRET_KEY in line 1; "
            "leave one of them out",
        ),
        (
            "COMPANION_TALKS=~nobody-here/x",
            ":1: ~nobody-here/x cannot be used: nobody has that home; write the whole path",
        ),
        ("PATH=/bin", ":1: PATH is no setting that can stand here; take it out"),
    ],
)
def test_what_cannot_be_meant_is_named_by_its_line(data, text, line):
    assert complaint(data, text) == line


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_cannot_be_read_is_said_to_be(data):
    (data / NAME).touch(mode=0o000)

    with pytest.raises(ConfigError, match="Permission denied; give it to"):
        add_settings({"COMPANION_DATA_FOLDER": str(data)})


def test_a_file_of_other_bytes_is_said_to_be(data):
    (data / NAME).write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigError, match="it is no text; "):
        add_settings({"COMPANION_DATA_FOLDER": str(data)})


def test_a_file_from_an_editor_that_marks_its_bytes_is_read(data):
    (data / NAME).write_text("COMPANION_SERIES=Ours\n", encoding="utf-8-sig")
    environ = {"COMPANION_DATA_FOLDER": str(data)}

    add_settings(environ)

    assert environ["COMPANION_SERIES"] == "Ours"


@pytest.mark.parametrize(
    ("folder", "line"),
    [
        ("~nobody-here", "nobody has that home; write the whole path"),
        ("x" * 300, "File name too long; name another folder"),
    ],
)
def test_a_folder_that_cannot_be_is_said_to_be(folder, line):
    with pytest.raises(ConfigError) as refusal:
        settings_file({"COMPANION_DATA_FOLDER": folder})

    assert str(refusal.value) == f"COMPANION_DATA_FOLDER: {folder} cannot be used: {line}"


@pytest.mark.parametrize("kind", ["", "_FILE"])
def test_what_is_typed_counts_before_it_even_where_it_is_empty(data, monkeypatch, kind):
    (data / NAME).write_text(f"COMPANION_REDIS_URL{kind}=redis://127.0.0.1:1/0\n")
    monkeypatch.setattr(os, "environ", {"COMPANION_DATA_FOLDER": str(data)})

    assert settings_from({"redis_url": ""}).redis_url == ""


@pytest.mark.parametrize("command", ["talks check", "talks list", "purge"])
def test_commands_take_the_folder_whose_settings_count(data, monkeypatch, command):
    (data / NAME).write_text("COMPANION_TIMEZONE=Mars/Crater\n")
    monkeypatch.setattr(os, "environ", dict(os.environ))

    done = CliRunner().invoke(main, [*command.split(), "--data-folder", str(data)])

    assert done.exit_code == 2
    assert "COMPANION_TIMEZONE: " in done.stderr


def test_migrations_are_those_of_the_folder_that_is_named(data, monkeypatch, tmp_path):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.chdir(tmp_path)

    done = CliRunner().invoke(main, ["db", "--data-folder", str(data), "upgrade"])

    assert (done.exit_code, done.exception) == (0, None), done.output
    assert (data / "companion.sqlite3").is_file()
    assert not (tmp_path / "companion.sqlite3").exists()


def test_the_folder_to_check_counts_before_its_talks(data, monkeypatch, folder):
    (data / NAME).write_text("COMPANION_TALKS=/no/such/folder\n")
    monkeypatch.setattr(os, "environ", dict(os.environ))

    named = ["talks", "check", str(folder), "--data-folder", str(data)]

    assert CliRunner().invoke(main, named).exit_code == 0
