import stat
from pathlib import Path

import pytest

from companion.cli import checks
from companion.network.addresses import Addresses
from companion.settings import (
    OPTIONS,
    ConfigError,
    Settings,
    in_brackets,
    read_settings,
    secret_key,
)
from tests.support.limits import no_room

KEY = "a-key-of-random-characters"
THIS_MACHINE = (
    *("localhost", "LocalHost", "localhost.", "companion.localhost", "a.b.LOCALHOST"),
    *("127.0.0.1", "127.5.5.5", "::1", "0::1", "::ffff:127.0.0.1"),
)
OTHER_MACHINES = (
    *("localhost.example", "localhost.example.org", "xlocalhost", "192.0.2.1", "10.0.0.1"),
    *("2001:db8::1", "::ffff:c000:201"),
)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def read(**given: str) -> Settings:
    return read_settings({f"COMPANION_{name.upper()}": value for name, value in given.items()})


def complaint(**given: str) -> str:
    """Return the one line with which settings are refused."""
    with pytest.raises(ConfigError) as refusal:
        read(**given)
    line = str(refusal.value)
    assert line
    assert "\n" not in line
    return line


def test_without_anything_set_everything_has_a_value(tmp_path):
    assert read() == Settings(
        talks=tmp_path,
        database_url=f"sqlite:///{tmp_path}/companion.sqlite3",
        redis_url="",
        secret_key="",
        host="127.0.0.1",
        port=8000,
        workers=1,
        series="Talks",
        timezone="Europe/London",
        site_url="",
        origins=("http://127.0.0.1:8000", "http://localhost:8000"),
        proxies=0,
        embed_hosts=(),
        moderated=False,
        rate_limits=True,
        tally_ms=200,
        rounded_times=False,
        retention_days=30,
        names_days=365,
        metrics_token="",
        oidc_issuer="",
        oidc_client_id="",
        oidc_client_secret="",
        oidc_required=False,
        publish="page",
        publish_to=None,
    )


def test_there_is_an_option_for_every_setting_and_no_other():
    assert [option.name for option in OPTIONS] == list(dict.fromkeys(o.name for o in OPTIONS))
    assert {option.name for option in OPTIONS} == set(Settings.__dataclass_fields__)
    assert all(option.help.endswith((".", ")")) for option in OPTIONS)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("redis_url", "redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("redis_url", "rediss://example.org", "rediss://example.org"),
        ("redis_url", "unix:///run/valkey.sock", "unix:///run/valkey.sock"),
        ("host", "localhost", "localhost"),
        ("host", "::1", "::1"),
        ("port", "1", 1),
        ("port", "65535", 65_535),
        ("port", " 8001 ", 8001),
        ("workers", "1", 1),
        ("secret_key", KEY, KEY),
        ("series", "Lunch Bytes", "Lunch Bytes"),
        ("timezone", "America/St_Johns", "America/St_Johns"),
        ("timezone", "UTC", "UTC"),
        ("site_url", "https://talks.example.org/", "https://talks.example.org"),
        ("site_url", "https://example.org/talks", "https://example.org/talks"),
        ("origins", "https://qa.example.org", ("https://qa.example.org",)),
        ("origins", " http://a.org:8000/ ,https://b.org,", ("http://a.org:8000", "https://b.org")),
        ("proxies", "5", 5),
        ("site_url", "HTTPS://Talks.Example.org:443/Talks/", "https://talks.example.org/Talks"),
        (
            "embed_hosts",
            "Video.Example.org., b.example",
            ("video.example.org", "b.example"),
        ),
        ("embed_hosts", "Video.Example.org, b.example", ("video.example.org", "b.example")),
        ("moderated", "on", True),
        ("moderated", "TRUE", True),
        ("moderated", "0", False),
        ("rate_limits", "off", False),
        ("rate_limits", "yes", True),
        ("tally_ms", "0", 0),
        ("tally_ms", "5000", 5_000),
        ("rounded_times", "on", True),
        ("retention_days", "1", 1),
        ("names_days", "3650", 3_650),
        ("metrics_token", KEY, KEY),
        ("publish", "data", "data"),
        ("publish_to", "/no/such/folder/yet", Path("/no/such/folder/yet")),
    ],
)
def test_a_good_value_is_taken(name, typed, value):
    assert getattr(read(**{name: typed}), name) == value


@pytest.mark.parametrize("name", [option.name for option in OPTIONS])
def test_nothing_is_as_good_as_left_out(name):
    assert read(**{name: " "}) == read()


@pytest.mark.parametrize(
    ("name", "typed", "right"),
    [
        ("talks", "/no/such/folder", "is not a folder"),
        ("database_url", "nonsense", "use sqlite:///companion.sqlite3 or postgresql://"),
        ("database_url", "mysql://host/name", "use sqlite:///companion.sqlite3 or postgresql://"),
        ("database_url", "postgresql://host:port/name", "is not a database address"),
        ("database_url", "sqlite://", "questions need a file"),
        ("database_url", "sqlite:///:memory:", "questions need a file"),
        ("database_url", "sqlite:////no/such/folder/a.sqlite3", "does not exist; make it first"),
        ("redis_url", "http://127.0.0.1", "use redis://127.0.0.1:6379/0"),
        ("redis_url", "127.0.0.1:6379", "use redis://127.0.0.1:6379/0"),
        ("port", "0", "from 1 to 65535"),
        ("port", "65536", "from 1 to 65535"),
        ("port", "-1", "from 1 to 65535"),
        ("port", "80.0", "from 1 to 65535"),
        ("port", "http", "from 1 to 65535"),
        ("port", "٨٠٠٠", "from 1 to 65535"),
        ("port", "9" * 5_000, "from 1 to 65535"),
        ("port", "0" * 8 + "19999999", "from 1 to 65535"),
        ("workers", "0", "from 1 to 64"),
        ("workers", "65", "from 1 to 64"),
        *(
            ("oidc_issuer", wrong, "is no issuer; use its address")
            for wrong in (
                "login",
                "http://a.org",
                "https://a.org?b",
                "https://a@b.org",
                "ftp://a.org",
            )
        ),
        ("secret_key", "short", "at least 16"),
        ("secret_key", "aaaaaaaaaaaaaaaaaaaa", "too plain"),
        ("timezone", "London", "such as Europe/London"),
        ("timezone", "../../etc/passwd", "such as Europe/London"),
        ("timezone", "/etc/localtime", "such as Europe/London"),
        ("origins", "http://-", "has no name that a browser could ask for"),
        ("origins", "https://a..b", "has no name that a browser could ask for"),
        ("origins", f"https://{'x' * 64}.example.org", "has no name"),
        ("talks", "a" * 300, "File name too long"),
        ("talks", "~nobody-of-that-name/talks", "home directory"),
        ("database_url", f"sqlite:///{'a' * 300}/x.sqlite3", "File name too long"),
        ("publish_to", "~nobody-of-that-name/qa", "home directory"),
        ("talks", "no\nsuch\x1b[2Jfolder", "no such [2Jfolder is not a folder"),
        ("site_url", "talks.example.org", "is not a web address"),
        ("site_url", "ftp://example.org", "is not a web address"),
        ("site_url", "http://[", "is not a web address"),
        ("origins", "*", "without a path and without *"),
        ("origins", "https://*.example.org", "without a path and without *"),
        ("origins", "https://example.org/qa", "without a path and without *"),
        ("origins", "https://example.org?a=1", "without a path and without *"),
        ("origins", "https://ada@example.org", "without a path and without *"),
        ("origins", "https://a.org:port", "without a path and without *"),
        ("origins", "qa.example.org", "without a path and without *"),
        ("origins", "https://a b.org", "without a path and without *"),
        ("origins", "https://.", "without a path and without *"),
        ("origins", "https://a.org https://b.org", "without a path and without *"),
        ("proxies", "6", "from 0 to 5"),
        ("embed_hosts", "https://video.example.org", "is not a host name"),
        ("embed_hosts", "a.org; script-src *", "is not a host name"),
        ("embed_hosts", "a..org", "is not a host name"),
        ("embed_hosts", "видео.example", "is not a host name"),
        ("moderated", "maybe", "is neither on nor off"),
        ("oidc_required", "maybe", "is neither on nor off"),
        ("rate_limits", "2", "is neither on nor off"),
        ("tally_ms", "5001", "from 0 to 5000"),
        ("rounded_times", "perhaps", "is neither on nor off"),
        ("retention_days", "0", "from 1 to 3650"),
        ("names_days", "for ever", "from 1 to 3650"),
        ("metrics_token", "short", "at least 16"),
        ("publish", "blog", "is neither page nor data"),
        ("publish_to", __file__, "is not a folder"),
    ],
)
def test_a_bad_value_is_refused_in_one_line_that_names_it(name, typed, right):
    line = complaint(**{name: typed})

    assert line.startswith(f"COMPANION_{name.upper()}: ")
    assert right in line


def test_every_option_that_can_be_wrong_is_tried():
    tried = test_a_bad_value_is_refused_in_one_line_that_names_it.pytestmark[0].args[1]

    any_text = {"host", "series", "oidc_client_id", "oidc_client_secret"}
    assert {option.name for option in OPTIONS} - {name for name, *_ in tried} == any_text


def test_an_sqlite_file_is_found_wherever_the_server_runs(tmp_path):
    url = read(database_url="sqlite:///questions.sqlite3").database_url

    assert url == f"sqlite:///{tmp_path}/questions.sqlite3"


def test_only_our_own_drivers_are_used(tmp_path):
    assert read(database_url="sqlite+aiosqlite:///a.sqlite3").database_url == (
        f"sqlite:///{tmp_path}/a.sqlite3"
    )
    for prefix in ("postgres", "postgresql", "postgresql+psycopg2"):
        url = read(database_url=f"{prefix}://ada:p%40ss@host/name", secret_key=KEY).database_url
        assert url == "postgresql+psycopg://ada:p%40ss@host/name"


def test_a_folder_may_begin_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "talks").mkdir()

    assert read(talks="~/talks").talks == tmp_path / "talks"


@pytest.mark.parametrize(
    ("host", "origins"),
    [
        ("127.0.0.1", ("http://127.0.0.1:8001", "http://localhost:8001")),
        ("localhost", ("http://localhost:8001", "http://127.0.0.1:8001")),
        ("::1", ("http://[::1]:8001", "http://127.0.0.1:8001", "http://localhost:8001")),
    ],
)
def test_who_listens_here_only_need_not_say_the_origin(host, origins):
    assert read(host=host, port="8001").origins == origins


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "qa.example.org"])  # noqa: S104
def test_who_listens_elsewhere_has_to_say_under_which_address(host):
    line = complaint(host=host)

    assert line.startswith("COMPANION_ORIGINS: ")
    assert "COMPANION_ORIGINS=https://qa.example.org" in line
    assert read(host=host, origins="https://qa.example.org").host == host


@pytest.mark.parametrize(
    ("origins", "secure"),
    [
        ("", False),
        ("http://a.org", False),
        ("https://a.org,http://b.org", True),
        ("http://b.org,https://a.org", False),
    ],
)
def test_the_first_origin_says_whether_people_come_by_https(origins, secure):
    assert read(origins=origins).secure is secure


def test_several_workers_need_redis():
    assert complaint(workers="2").startswith("COMPANION_REDIS_URL: 2 workers need one")
    assert read(workers="2", redis_url="redis://127.0.0.1").workers == 2


def test_postgresql_needs_a_key_that_all_workers_share():
    url = "postgresql://host/name"

    assert complaint(database_url=url).startswith("COMPANION_SECRET_KEY: needed with PostgreSQL")
    assert read(database_url=url, secret_key=KEY).secret_key == KEY


def test_a_sign_in_service_is_named_whole():
    issuer, client = {"oidc_issuer": "https://login.example.org/a/"}, {"oidc_client_id": "qa"}

    assert read(**issuer, **client).oidc_issuer == "https://login.example.org/a/"
    assert "/sign-in/back as its redirect address" in complaint(**issuer)
    for half in (client, {"oidc_client_secret": "s"}, {"oidc_required": "on"}):
        assert complaint(**half).startswith("COMPANION_OIDC_ISSUER: say by which")


def test_without_the_extra_signing_in_says_what_to_install(monkeypatch):
    monkeypatch.setattr("companion.settings.find_spec", lambda _: None)

    assert "pip install 'companion-qa[oidc]'" in complaint(
        oidc_issuer="http://localhost:9400", oidc_client_id="qa"
    )


def test_limits_are_off_on_this_machine_only():
    line = complaint(rate_limits="off", host="0.0.0.0", origins="https://a.org")  # noqa: S104

    assert line.startswith("COMPANION_RATE_LIMITS: off is for load tests on this machine only")


def test_a_key_is_made_once_and_kept_from_others(tmp_path):
    made = secret_key(read())

    kept = tmp_path / "companion.sqlite3.key"
    assert len(made) == 64
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert secret_key(read()) == kept.read_text().strip() == made


def test_a_key_that_is_set_is_not_kept(tmp_path):
    assert secret_key(read(secret_key=KEY)) == KEY
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kept", ["\n", "short"])
def test_a_key_file_that_holds_no_key_is_refused(tmp_path, kept):
    (tmp_path / "companion.sqlite3.key").write_text(kept)

    with pytest.raises(ConfigError, match=r"^COMPANION_SECRET_KEY: .*companion\.sqlite3\.key"):
        secret_key(read())


def test_a_key_file_that_a_full_disk_left_empty_gives_way(tmp_path):
    (tmp_path / "companion.sqlite3.key").touch()

    made = secret_key(read())

    assert len(made) == 64
    assert secret_key(read()) == made
    assert [path.name for path in tmp_path.iterdir()] == ["companion.sqlite3.key"]


def test_a_key_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    settings = read()

    with no_room(), pytest.raises(ConfigError, match=r"cannot keep one in .*File too large"):
        secret_key(settings)

    assert list(tmp_path.iterdir()) == []


def test_a_key_that_cannot_be_kept_is_refused(tmp_path):
    settings = read()
    (tmp_path / "companion.sqlite3.key").mkdir()

    with pytest.raises(ConfigError, match=r"^COMPANION_SECRET_KEY: cannot keep one in ") as refusal:
        secret_key(settings)

    assert "\n" not in str(refusal.value)


def test_a_folder_means_the_folder_itself(tmp_path):
    (tmp_path / "talks").mkdir()

    assert read(talks="talks").talks == Path(tmp_path / "talks")


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://qa.example.org/", "https://qa.example.org"),
        ("https://qa.example.org//", "https://qa.example.org"),
        ("https://qa.example.org:443", "https://qa.example.org"),
        ("https://qa.example.org:443/", "https://qa.example.org"),
        ("HTTPS://QA.Example.ORG", "https://qa.example.org"),
        ("https://qa.example.org:0443", "https://qa.example.org"),
        ("https://qa.example.org:", "https://qa.example.org"),
        ("https://qa.example.org:8443", "https://qa.example.org:8443"),
        ("https://qa.example.org:80", "https://qa.example.org:80"),
        ("http://qa.example.org:80", "http://qa.example.org"),
        ("http://qa.example.org:443", "http://qa.example.org:443"),
        ("http://192.0.2.1:80/", "http://192.0.2.1"),
        ("http://[2001:DB8:0::1]:80", "http://[2001:db8::1]"),
        ("http://[0:0:0:0:0:0:0:1]:8000", "http://[::1]:8000"),
        ("https://Bänk.example", "https://xn--bnk-qla.example"),
        ("https://qa.example.org./", "https://qa.example.org"),
    ],
)
def test_an_origin_is_as_browsers_write_it_however_it_is_typed(typed, origin):
    assert read(origins=typed).origins == (origin,)
    assert read(origins=f"{typed} , {origin},{origin}/").origins == (origin,)


@pytest.mark.parametrize(("host", "first"), [("LocalHost", "localhost"), ("0::1", "[::1]")])
def test_a_host_of_this_machine_is_one_however_it_is_typed(host, first):
    assert read(host=host, port="80").origins[0] == f"http://{first}"


@pytest.mark.parametrize("host", THIS_MACHINE)
def test_this_machine_is_known_by_all_its_names_wherever_it_is_asked(host):
    here = read(host=host, port="8000")

    assert here.address == ""
    assert Addresses(here.origins, 0).asked_for(f"{in_brackets(host)}:9000", "http", original=True)
    assert not list(checks._addresses(read(origins=f"http://{in_brackets(host)}:8000")))


@pytest.mark.parametrize("host", OTHER_MACHINES)
def test_no_other_machine_is_taken_for_this_one(host):
    assert complaint(host=host).startswith("COMPANION_ORIGINS: ")
    origin = f"https://{in_brackets(host)}"
    assert read(origins=origin).address == origin
    assert list(checks._addresses(read(origins=origin.replace("https", "http"))))


@pytest.mark.parametrize("host", ["-.localhost", f"{'ü' * 70}.localhost", "a b.localhost"])
def test_what_is_no_name_is_not_listened_on(host):
    assert complaint(host=host).startswith("COMPANION_HOST: ")
