"""Under which addresses a server is reached, and which of them are this machine."""

import pytest

from companion.cli import checks
from companion.network.addresses import Addresses
from companion.network.web_addresses import in_brackets
from tests.support.settings import complaint, read

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


@pytest.mark.parametrize(
    ("origins", "path", "site", "prefix"),
    [
        ("https://qa.example.org", "", "https://qa.example.org", "__Host-"),
        ("https://example.org", "/qa", "https://example.org/qa", "__Secure-"),
        ("http://127.0.0.1:8000", "/qa", "http://127.0.0.1:8000/qa", ""),
    ],
)
def test_all_addresses_begin_with_the_path_and_cookies_are_named_by_it(origins, path, site, prefix):
    given = read(origins=origins, path=path)

    assert (given.site, given.cookie_prefix) == (site, prefix)
    assert given.address == ("" if "127" in origins else site)
