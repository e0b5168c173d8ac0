from pathlib import Path

import pytest

from companion.settings import OPTIONS, Settings
from tests.support.settings import KEY, complaint, read


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_without_anything_set_everything_has_a_value(tmp_path):
    assert read() == Settings(
        talks=tmp_path,
        data_folder=tmp_path,
        database_url=f"sqlite:///{tmp_path}/companion.sqlite3",
        redis_url="",
        secret_key="",
        host="127.0.0.1",
        port=8000,
        workers=1,
        series="Talks",
        logo=None,
        accent=None,
        typeface="own",
        footer="",
        consent="",
        code_of_conduct="",
        timezone="Europe/London",
        language="en",
        translations=None,
        site_url="",
        origins=("http://127.0.0.1:8000", "http://localhost:8000"),
        path="",
        proxies=0,
        embed_hosts=(),
        fields=(),
        embed_parents=(),
        moderated=False,
        rating=True,
        pulse=False,
        rate_limits=True,
        tally_ms=200,
        log="text",
        rounded_times=False,
        retention_days=30,
        names_days=365,
        password_mib=64,
        metrics_token="",
        oidc_issuer="",
        oidc_client_id="",
        oidc_client_secret="",
        oidc_required=False,
        api_origins=(),
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
        ("language", "en", "en"),
        ("translations", "", None),
        ("site_url", "https://talks.example.org/", "https://talks.example.org"),
        ("site_url", "https://example.org/talks", "https://example.org/talks"),
        ("origins", "https://qa.example.org", ("https://qa.example.org",)),
        ("api_origins", "*", ("*",)),
        ("api_origins", "https://Talks.example.org:443", ("https://talks.example.org",)),
        ("path", "/qa", "/qa"),
        ("path", "/seminars/Q-and_A.2026/", "/seminars/Q-and_A.2026"),
        ("path", "/", ""),
        ("origins", " http://a.org:8000/ ,https://b.org,", ("http://a.org:8000", "https://b.org")),
        ("proxies", "5", 5),
        ("site_url", "HTTPS://Talks.Example.org:443/Talks/", "https://talks.example.org/Talks"),
        (
            "embed_hosts",
            "Video.Example.org., b.example",
            ("video.example.org", "b.example"),
        ),
        (
            "fields",
            " from = start_time, Speaker=Who?,",
            (("from", "start_time"), ("speaker", "Who?")),
        ),
        ("embed_hosts", "Video.Example.org, b.example", ("video.example.org", "b.example")),
        (
            "embed_parents",
            "https://Talks.example.org/, http://127.0.0.1:4000",
            ("https://talks.example.org", "http://127.0.0.1:4000"),
        ),
        ("moderated", "on", True),
        ("moderated", "TRUE", True),
        ("moderated", "0", False),
        ("rating", "off", False),
        ("pulse", "on", True),
        ("rate_limits", "off", False),
        ("rate_limits", "yes", True),
        ("tally_ms", "0", 0),
        ("tally_ms", "5000", 5_000),
        ("log", "json", "json"),
        ("rounded_times", "on", True),
        ("retention_days", "1", 1),
        ("names_days", "3650", 3_650),
        ("password_mib", "1", 1),
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
        ("language", "tlh", "choose one of en"),
        ("translations", "/nowhere", "has no translations; name a folder"),
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
        ("api_origins", "*,https://a.org", "without a path and without *"),
        ("origins", "https://example.org/qa", "for a path there is COMPANION_PATH"),
        ("path", "qa", "qa is not a path below a host; write it as /qa"),
        ("path", "//qa", "write it as /qa"),
        ("path", "/a//b", "write it as /qa"),
        ("path", "/a/../b", "write it as /qa"),
        ("path", "/.qa", "write it as /qa"),
        ("path", "/qa?x", "write it as /qa"),
        ("path", "/q a", "write it as /qa"),
        ("path", "/q%61", "write it as /qa"),
        ("path", "/{slug}", "write it as /qa"),
        ("path", "/qä", "write it as /qa"),
        ("path", "https://example.org/qa", "write it as /qa"),
        ("path", f"/{'q' * 100}", "write it as /qa"),
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
        ("fields", "from", "write it as in from=start_time"),
        ("fields", "from=", "write it as in from=start_time"),
        ("fields", "from=a=b", "write it as in from=start_time"),
        ("fields", "speker=who", "speker is no field of a talk; those are title, speaker"),
        ("fields", "from=a,From=b", "From is named twice"),
        ("embed_hosts", "https://video.example.org", "is not a host name"),
        ("embed_parents", "talks.example.org", "list the sites whose pages show boards"),
        ("embed_parents", "https://example.org/talks", "list the sites whose pages show boards"),
        ("embed_parents", "https://*.example.org", "list the sites whose pages show boards"),
        ("embed_parents", "https://a.org; script-src *", "list the sites whose pages show boards"),
        ("embed_parents", "https://-", "list the sites whose pages show boards"),
        ("embed_hosts", "a.org; script-src *", "is not a host name"),
        ("embed_hosts", "a..org", "is not a host name"),
        ("embed_hosts", "видео.example", "is not a host name"),
        ("moderated", "maybe", "is neither on nor off"),
        ("oidc_required", "maybe", "is neither on nor off"),
        ("rating", "five", "is neither on nor off"),
        ("pulse", "maybe", "is neither on nor off"),
        ("rate_limits", "2", "is neither on nor off"),
        ("tally_ms", "5001", "from 0 to 5000"),
        ("log", "xml", "is neither text nor json"),
        ("rounded_times", "perhaps", "is neither on nor off"),
        ("retention_days", "0", "from 1 to 3650"),
        ("names_days", "for ever", "from 1 to 3650"),
        ("password_mib", "0", "from 1 to 1024"),
        ("metrics_token", "short", "at least 16"),
        ("publish", "blog", "is neither page nor data"),
        ("publish_to", __file__, "is not a folder"),
        (
            "data_folder",
            "/no/such/folder",
            "is not a folder; make it first, with: mkdir -m 700 /no/such",
        ),
        ("accent", "teal", "write it as #0a7d6c"),
        ("typeface", "comic", "none of own, system and serif"),
        ("logo", "none.svg", "there is no file"),
        ("logo", "x" * 300, "cannot be used"),
        ("footer", "x" * 301, "at most 300"),
        ("consent", "x" * 301, "at most 300"),
        ("code_of_conduct", "conduct", "https://example.org/conduct"),
    ],
)
def test_a_bad_value_is_refused_in_one_line_that_names_it(name, typed, right):
    line = complaint(**{name: typed})

    assert line.startswith(f"COMPANION_{name.upper()}: ")
    assert right in line


@pytest.mark.parametrize(
    ("name", "typed", "shown"),
    [
        ("redis_url", "reddis://:s3cret@cache.example/0", "reddis://…@cache.example/0 is"),
        ("redis_url", "ada:s3cret@cache.example", "…@cache.example is"),
        ("redis_url", "http://cache.example?password=s3cret", "http://cache.example?… is"),
        ("redis_url", "redis://ada:pa/s3cret@cache.example", "redis://…@cache.example is"),
        ("database_url", "mysql://ada:s3cret@db.example/qa", "mysql://…@db.example/qa is"),
        ("database_url", "mysql://ada:pa/s3cret@db.example/qa", "mysql://…@db.example/qa is"),
        ("database_url", "mysql://ada:p@s3cret//?@db.example/qa", "mysql://…@db.example/qa is"),
        ("database_url", "ada:p//s3cret@db.example/qa", "…@db.example/qa is"),
        ("oidc_issuer", "https://ada:s3cret@login.example", "https://…@login.example is"),
    ],
)
def test_no_password_in_an_address_is_said(name, typed, shown):
    line = complaint(**{name: typed})

    assert f": {shown} " in line
    assert "s3cret" not in line


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
    assert "/qa/sign-in/back as its redirect address" in complaint(**issuer, path="/qa")
    for half in (client, {"oidc_client_secret": "s"}, {"oidc_required": "on"}):
        assert complaint(**half).startswith("COMPANION_OIDC_ISSUER: say by which")


def test_without_the_extra_signing_in_says_what_to_install(monkeypatch):
    monkeypatch.setattr("companion.settings.find_spec", lambda _: None)

    assert "pip install 'companion-qa[oidc]'" in complaint(
        oidc_issuer="http://localhost:9400", oidc_client_id="qa"
    )


def test_passwords_are_cheap_to_try_on_this_machine_alone():
    line = complaint(password_mib="18", host="0.0.0.0", origins="https://a.org")  # noqa: S104

    assert line.startswith("COMPANION_PASSWORD_MIB: fewer than 19 ")
    assert read(password_mib="18").password_mib == 18


def test_limits_are_off_on_this_machine_only():
    line = complaint(rate_limits="off", host="0.0.0.0", origins="https://a.org")  # noqa: S104

    assert line.startswith("COMPANION_RATE_LIMITS: off is for load tests on this machine only")


def test_a_folder_means_the_folder_itself(tmp_path):
    (tmp_path / "talks").mkdir()

    assert read(talks="talks").talks == Path(tmp_path / "talks")
