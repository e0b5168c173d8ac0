"""Browsers of four years ago follow, too; where scripts fail, forms take over and it is said."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Person

# What came later than the browsers that the README names, each with what holds it.
LATER = {
    "AbortSignal": "timeout any",
    "Array": "fromAsync",
    "Array.prototype": "at findLast findLastIndex toReversed toSorted toSpliced with group",
    "Document": "parseHTMLUnsafe",
    "Document.prototype": "startViewTransition",
    "Element.prototype": "checkVisibility moveBefore setHTML setHTMLUnsafe getHTML",
    "HTMLElement.prototype": "showPopover hidePopover togglePopover",
    "HTMLFormElement.prototype": "requestSubmit",
    "Intl": "DurationFormat Segmenter",
    "Map": "groupBy",
    "Object": "groupBy hasOwn",
    "Promise": "try withResolvers",
    "Set.prototype": "union intersection difference isSubsetOf",
    "String.prototype": "at isWellFormed toWellFormed",
    "URL": "canParse parse",
    "crypto": "randomUUID",
    "globalThis": "BroadcastChannel CloseWatcher Iterator navigation reportError"
    " requestIdleCallback scheduler structuredClone",
    "Navigator.prototype": "locks wakeLock userActivation",
}
WITHOUT = "".join(
    f"try {{ delete {home}.{name}; delete Object.getPrototypeOf({home}).{name}; }} catch {{}}\n"
    for home, names in LATER.items()
    for name in names.split()
)
GONE = "() => [globalThis.BroadcastChannel, AbortSignal.timeout, [].toSorted, [].findLastIndex]"


@pytest.fixture
def old(chromium):
    """Let people come with a browser that has no newer calls; no script of theirs may fail."""
    contexts, failures = [], []

    def come(script=WITHOUT):
        context = chromium.new_context(reduced_motion="reduce")
        context.add_init_script(script)
        context.on("weberror", lambda error: failures.append(str(error.error)))
        contexts.append(context)
        return context

    come.failures = failures
    yield come
    for context in contexts:
        context.close()


def sign_in(context, link) -> Page:
    page = context.new_page()
    page.goto(link)
    page.locator("#enter input[name=name]").fill("RT")
    page.locator("#enter button[type=submit]").click()
    expect(page.locator("body[data-live=on]")).to_be_attached(timeout=15_000)
    return page


def test_every_view_follows_in_an_old_browser(old, begin, server):
    links = begin("How do bees find home?")
    ada = Person(old(), server, links["slug"]).is_live()
    bob = Person(old(), server, links["slug"]).is_live()
    desk, speaker = (sign_in(old(), links[role]) for role in ("moderator", "speaker"))
    screen = old().new_page()
    screen.goto(links["present"])
    assert ada.page.evaluate(GONE) == [None] * 4

    bob.ask("Why do bees dance at all?")
    ada.sees("Why do bees dance at all?")
    ada.vote("Why do bees dance at all?")
    bob.sees("Why do bees dance at all?", votes=1)
    expect(desk.get_by_text("Why do bees dance at all?").first).to_be_visible()
    card = desk.locator("li").filter(has_text="Why do bees dance at all?").first
    card.get_by_role("button", name="Answer now").click()
    for page in (speaker, screen):
        expect(page.get_by_text("Why do bees dance at all?").first).to_be_visible()
    assert old.failures == []


def test_without_a_socket_too(old, talk, server):
    no_socket = (
        f"{WITHOUT}\nglobalThis.WebSocket = class {{ constructor() {{ throw new Error() }} }};"
    )
    ada, bob = (Person(old(no_socket), server, talk) for _ in range(2))

    ada.ask("How do bees find home?")

    ada.sees("How do bees find home?")
    expect(bob.card("How do bees find home?")).to_be_visible(timeout=20_000)


def test_another_tab_hears_of_a_vote(old, begin, server):
    links = begin("How do bees find home?")
    first = Person(old(), server, links["slug"]).is_live()
    second = Person(first.page.context, server, links["slug"]).is_live()

    first.vote("How do bees find home?")

    pressed = second.card("How do bees find home?").locator(".vote__button[aria-pressed=true]")
    expect(pressed).to_be_visible()


BROKEN = {
    "a call when a page begins": "Object.defineProperty(globalThis, 'MutationObserver', {});"
    "delete globalThis.matchMedia; delete globalThis.customElements;",
    "a call later on": "delete globalThis.AbortController; delete globalThis.Headers;"
    "delete globalThis.Response; delete globalThis.fetch;",
}


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_where_a_script_fails_forms_take_over_and_it_is_said(old, talk, server, script):
    context = old(script)
    ada = Person(context, server, talk)
    if "fetch" in script:
        ada.page.evaluate("() => document.dispatchEvent(new CustomEvent('companion:wake'))")

    expect(ada.page.locator("#plain")).to_be_visible(timeout=30_000)
    ada.page.locator("#ask-text").fill("How do bees find home?")
    with ada.page.expect_navigation():
        ada.page.locator(".ask__send").click()
    ada.sees("How do bees find home?")


@pytest.mark.parametrize("path", ["lib/request.js", "board.js"])
def test_a_script_that_does_not_arrive_is_said_too(old, talk, server, path):
    context = old("")
    context.route(f"**/js/{path}", lambda route: route.abort())
    ada = Person(context, server, talk)

    expect(ada.page.locator("#plain")).to_be_visible()
    ada.page.locator("#ask-text").fill("How do bees find home?")
    with ada.page.expect_navigation():
        ada.page.locator(".ask__send").click()
    ada.sees("How do bees find home?")


def test_every_view_says_so(old, begin):
    links = begin("How do bees find home?")
    for role in ("moderator", "speaker"):
        context = old("")
        page = sign_in(context, links[role])
        context.route("**/js/lib/request.js", lambda route: route.abort())
        page.reload()
        expect(page.locator("#plain")).to_be_visible()
    context = old("")
    context.route("**/js/lib/request.js", lambda route: route.abort())
    page = context.new_page()
    page.goto(links["present"])
    expect(page.locator("#plain")).to_be_visible()


def test_in_a_browser_of_today_nothing_is_said(old, talk, server):
    ada = Person(old(""), server, talk).is_live()

    expect(ada.page.locator("#plain")).to_be_hidden()
    ada.page.evaluate("() => setTimeout(() => { throw new Error('of an extension') })")
    expect(ada.page.locator("#plain")).to_be_hidden()
