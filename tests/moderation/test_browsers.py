import pytest

from companion.moderation.browsers import Browser, in_words, kept, read_marks, with_mark

AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox on Linux",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36": "Chrome on Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0": "Edge on Windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.4 Safari/605.1.15": "Safari on a Mac",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1": "Chrome on an iPhone",
    "Mozilla/5.0 (Linux; Android 15; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) "
    "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36": "Samsung Internet on Android",
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36": "Chrome on ChromeOS",
    "curl/8.5.0": "a browser",
    "<b>Linux</b>": "a browser on Linux",
    "": "a browser",
}


@pytest.mark.parametrize("agent", AGENTS)
def test_a_browser_is_said_in_words_of_ours(agent):
    words = in_words(agent)

    assert (type(words), words) == (str, AGENTS[agent])
    assert kept(words) == words


def test_what_was_kept_of_a_browser_can_be_said_in_other_languages():
    said = kept("a browser on an iPhone")

    assert said.id == "%(program)s on %(system)s"
    assert [part.id for part in said.values.values()] == ["a browser", "an iPhone"]


def test_the_last_five_accounts_of_a_browser_are_known():
    browser = Browser("Firefox", ())
    for mark in "abcdefb":
        browser = Browser("Firefox", read_marks(with_mark(browser, mark)))

    assert browser.marks == tuple("bfedc")
    assert browser.has("f")
    assert not browser.has("a")
    assert not browser.has("")
    assert read_marks("") == read_marks("...") == ()
    assert not Browser("Firefox", ("é",)).has("a")
