import stat

import pytest

from companion.secret_key import secret_key
from companion.settings import ConfigError, read_settings
from tests.support.limits import no_room

KEY = "a-key-of-random-characters"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_key_is_made_once_and_kept_from_others(tmp_path):
    made = secret_key(read_settings({}))

    kept = tmp_path / "companion.sqlite3.key"
    assert len(made) == 64
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert secret_key(read_settings({})) == kept.read_text().strip() == made


def test_a_key_that_is_set_is_not_kept(tmp_path):
    assert secret_key(read_settings({"COMPANION_SECRET_KEY": KEY})) == KEY
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kept", ["\n", "short"])
def test_a_key_file_that_holds_no_key_is_refused(tmp_path, kept):
    (tmp_path / "companion.sqlite3.key").write_text(kept)

    with pytest.raises(ConfigError, match=r"^COMPANION_SECRET_KEY: .*companion\.sqlite3\.key"):
        secret_key(read_settings({}))


def test_a_key_file_that_a_full_disk_left_empty_gives_way(tmp_path):
    (tmp_path / "companion.sqlite3.key").touch()

    made = secret_key(read_settings({}))

    assert len(made) == 64
    assert secret_key(read_settings({})) == made
    assert [path.name for path in tmp_path.iterdir()] == ["companion.sqlite3.key"]


def test_a_key_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    settings = read_settings({})

    with no_room(), pytest.raises(ConfigError, match=r"cannot keep one in .*File too large"):
        secret_key(settings)

    assert list(tmp_path.iterdir()) == []


def test_a_key_that_cannot_be_kept_is_refused(tmp_path):
    settings = read_settings({})
    (tmp_path / "companion.sqlite3.key").mkdir()

    with pytest.raises(ConfigError, match=r"^COMPANION_SECRET_KEY: cannot keep one in ") as refusal:
        secret_key(settings)

    assert "\n" not in str(refusal.value)
