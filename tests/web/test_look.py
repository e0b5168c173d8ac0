"""A series' own look, as its settings say, on every page."""

import re

import pytest

from tests.support.pages import Browser, text_of

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"></svg>'
CONDUCT = "https://example.org/conduct"


@pytest.fixture
def ours(make_app, folder):
    """Return somebody at a series that has a look of its own."""
    (folder / "logo.svg").write_text(SVG)
    said = {"footer": "Held by <us> & friends", "consent": "The hour is recorded."}
    return Browser(
        make_app(
            logo="logo.svg", accent="#001f5b", typeface="serif", code_of_conduct=CONDUCT, **said
        ),
        known=False,
    )


def sheets(page):
    links = [link for link in page.elements("link") if link.get("rel") == "stylesheet"]
    return {link.get("href").rpartition("/")[2]: link for link in links}


@pytest.mark.parametrize("address", ["/", "/talks/talk", "/join", "/talks/talk/present"])
def test_every_page_has_the_look(ours, address):
    page = ours.page(address)
    found = sheets(page)
    light = ours.get(found["light.css"].get("href"))

    assert light.content_type == "text/css; charset=utf-8"
    assert "--lch-marker:" in light.text
    assert "--font-head:" in light.text
    assert light.headers["Cache-Control"] == "public, max-age=31536000"
    assert bool(page.classed("page-foot")) == (not address.endswith("present"))
    assert not [link for link in page.elements("link") if link.get("as") == "font"]


def test_the_dark_shade_is_another_one_and_for_dark_screens(ours):
    html = ours.get("/").text
    addresses = re.findall(r'href="([^"]+/dark\.css)" media="([^"]+)"', html)

    assert {media for _, media in addresses} == {"screen and (prefers-color-scheme: dark)"}
    [own] = [ours.get(at).text for at, _ in addresses if "/css/" not in at]
    assert re.search("--lch-marker:([^;]+);", own)[1] not in ours.get("/").text
    assert own != ours.get(addresses[-1][0].replace("dark.css", "light.css")).text


def test_the_logo_stands_in_the_head_and_can_do_nothing(ours):
    [image] = [
        one for one in ours.page("/").elements("img") if one.get("src", "").endswith("/logo")
    ]
    answer = ours.get(image.get("src"))

    assert (image.get("width"), image.get("height"), image.get("alt")) == ("56", "28", "")
    assert (answer.text, answer.mimetype) == (SVG, "image/svg+xml")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_words_of_the_series_are_text_and_where_they_belong(ours):
    page = ours.page("/talks/talk")
    [foot] = page.elements("footer")

    assert "Held by <us> & friends" in text_of(foot)
    assert CONDUCT in page.links()
    [kept] = page.classed("ask__kept")
    assert text_of(kept).startswith("The hour is recorded. Everybody may read it")


def test_without_any_of_it_nothing_is_added(bob):
    page = bob.page("/")

    assert "light.css" not in sheets(page)
    assert [text_of(foot) for foot in page.elements("footer")] == [""]
    assert list(page.elements("img")) == []
    assert bob.get(f"{bob.client.application.static_url_path}/0/logo").status_code == 404
