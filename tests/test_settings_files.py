"""What settings say of files: secrets in them, and what no file can be."""

import pytest

from companion.cli.options import settings_from
from companion.settings import OPTIONS
from tests.support.settings import KEY, complaint, read


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


SECRETS = {
    "database_url": "postgresql+psycopg://ada:s3cret@db.example.org/qa",
    "redis_url": "redis://:s3cret@cache.example.org/0",
    "secret_key": KEY,
    "metrics_token": KEY,
    "oidc_client_secret": "s3cret",
}


def test_a_secret_can_be_in_a_file(tmp_path):
    assert {option.name for option in OPTIONS if option.secret} == set(SECRETS)
    usual = {"secret_key": KEY, "oidc_issuer": "https://login.example.org", "oidc_client_id": "qa"}
    for name, value in SECRETS.items():
        file = tmp_path / name
        file.write_text(f"{value}\n")
        others = {key: given for key, given in usual.items() if key != name}

        assert getattr(read(**others, **{f"{name}_file": str(file)}), name) == value


def test_what_is_no_secret_is_in_no_file(tmp_path):
    assert read(port_file=str(tmp_path / "port")).port == 8000


def test_a_secrets_file_that_cannot_be_used_is_refused(tmp_path):
    empty, letters, secret = tmp_path / "empty", tmp_path / "letters", tmp_path / "secret"
    empty.write_text(" \n")
    letters.write_bytes(b"\xff\xfe" * 16)
    secret.write_text("short but secret")
    file = "COMPANION_SECRET_KEY_FILE"

    assert complaint(secret_key_file="nowhere") == (
        f"{file}: nowhere cannot be used: No such file or directory"
    )
    assert complaint(secret_key_file=str(tmp_path)).endswith("Is a directory")
    assert complaint(secret_key_file=str(empty)) == f"{file}: {empty} cannot be used: it is empty"
    assert complaint(secret_key_file=str(letters)).endswith("cannot be used: it is no text")
    assert complaint(secret_key_file=str(secret), secret_key=KEY) == (
        f"COMPANION_SECRET_KEY: {file} is set as well; leave one of them out"
    )


def test_what_is_typed_counts_more_than_a_file_of_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("COMPANION_DATABASE_URL_FILE", str(tmp_path / "nowhere"))
    monkeypatch.setenv("COMPANION_DATABASE_URL", "")  # put back afterwards

    settings = settings_from({"database_url": f"sqlite:///{tmp_path}/typed.sqlite3"})

    assert settings.database_url == f"sqlite:///{tmp_path}/typed.sqlite3"


def test_a_logo_that_is_no_picture_is_refused(tmp_path):
    (tmp_path / "logo.svg").write_text("Ours")

    assert "is no SVG, PNG or JPEG" in complaint(logo="logo.svg")
