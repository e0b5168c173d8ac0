"""The browser's order and search are the server's, whatever is on the board."""

import random
import re

import pytest
from playwright.sync_api import expect

from tests.support.live import LiveServer

SEED, BOARDS, QUESTIONS = 20261128, 40, 9
SORTS = ("popular", "recent")
STATUSES = ("open", "open", "open", "answered")
BUGS = "How do compilers find their own bugs?"
STREET = "Is the Straße safe for bees?"
WORDS = "Do bees find bugs, or do bugs find bees?"
SET = "UPDATE question SET votes = :votes, pinned = :pinned, status = :status WHERE id = :id"
CHANGED = "UPDATE talk SET revision = revision + 1 WHERE slug = :talk"
SLOTS = "UPDATE talk SET now_id = :now, next_id = :next WHERE slug = :talk"
# A page's list, shuffled, put in order by what each card says of itself; counts come as by a tally.
SORTED = """
async ({ html, sort, votes, seed }) => {
  const at = (name) => document.querySelector(`link[href*="/js/${name}.js"]`).href;
  const { compare, sortBy } = await import(at("board/order"));
  const { showVotes } = await import(at("lib/vote-count"));
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const cards = [...fresh.querySelectorAll("#questions > li")];
  document.querySelector("#questions").replaceChildren(...cards);
  for (const tally of Object.entries(votes)) showVotes(...tally);
  sortBy(sort);
  const shuffled = cards.map((card, at) => [(at + 1) * seed % 1.0, card]).sort(([a], [b]) => a - b);
  return shuffled.map(([, card]) => card).sort(compare).map((card) => Number(card.dataset.id));
}
"""


def put(server: LiveServer, talk: str, ids: list[int], chance: random.Random) -> None:
    """Have a board be any board: votes, pins, answers, what is now and what is next."""
    statuses = {id: chance.choice(STATUSES) for id in ids}
    still_open = [id for id in ids if statuses[id] == "open"]
    slots = chance.sample([*still_open, None, None], 2)
    for id, status in statuses.items():
        votes, pinned = chance.randrange(4), bool(chance.randrange(2))
        server.write(SET, votes=votes, pinned=pinned, status=status, id=id)
    server.write(SLOTS, now=slots[0], next=slots[1], talk=talk)
    server.write(CHANGED, talk=talk)


def vote(server: LiveServer, talk: str, ids: list[int], chance: random.Random) -> dict[int, int]:
    """Change some counts, as votes do; return them."""
    votes = {id: chance.randrange(6) for id in chance.sample(ids, 4)}
    for id, count in votes.items():
        server.write("UPDATE question SET votes = :count WHERE id = :id", count=count, id=id)
    server.write(CHANGED, talk=talk)
    return votes


def order_of(html: str) -> list[int]:
    return [int(id) for id in re.findall(r'<li id="question-(\d+)"', html)]


def test_the_browser_puts_any_board_in_the_order_of_the_server(server, arrive, begin):
    talk = begin(*(f"{BUGS} Take {number}." for number in range(QUESTIONS)))["slug"]
    page = arrive(talk).is_live().page
    address = f"{server.url}/talks/{talk}/board?sort="
    ids = order_of(page.request.get(address).text())
    chance = random.Random(SEED)  # noqa: S311 (any boards will do)
    assert len(ids) == QUESTIONS

    for _ in range(BOARDS):
        put(server, talk, ids, chance)
        before = {sort: page.request.get(address + sort).text() for sort in SORTS}
        votes = vote(server, talk, ids, chance)
        for sort in SORTS:
            wanted = order_of(page.request.get(address + sort).text())
            seen = {"html": before[sort], "sort": sort, "votes": votes, "seed": chance.random()}
            assert page.evaluate(SORTED, seen) == wanted


@pytest.mark.parametrize("find", ["bugs bees", "BEES find", "strasse", "nothing like it", "find"])
def test_the_browser_finds_what_the_server_finds(server, arrive, begin, find):
    talk = begin(BUGS, STREET, WORDS, "Why are variables still named by hand?")["slug"]
    plain = arrive(talk, java_script_enabled=False).page
    plain.goto(f"{server.url}/talks/{talk}?find={find}")
    wanted = plain.locator("#questions > li .question__text").all_inner_texts()
    ada = arrive(talk).is_live()

    ada.page.locator("#find").fill(find)

    expect(ada.page.locator("#found")).to_contain_text(f"{len(wanted)} of 4")
    ada.sees_order(*wanted)
    expect(ada.page.locator("#pill")).to_be_hidden()
    ada.page.get_by_role("link", name="Show all").click()
    expect(ada.page.locator("#questions > li:visible")).to_have_count(4)
    expect(ada.page.locator("#find")).to_have_value("")


def test_what_is_found_keeps_the_order_that_was_chosen(arrive, begin):
    talk = begin(BUGS, STREET, WORDS, "Why are variables still named by hand?")["slug"]
    ada = arrive(talk).is_live()
    ada.page.get_by_role("link", name="Recent").click()

    ada.page.locator("#find").fill("bees")
    ada.sees_order(WORDS, STREET)
    expect(ada.page.get_by_role("link", name="Recent")).to_have_attribute("aria-current", "true")
    ada.page.get_by_role("link", name="Show all").click()

    ada.sees_order("Why are variables still named by hand?", WORDS, STREET, BUGS)


def test_what_reads_alike_can_be_voted_for_in_the_ask_box(arrive, begin):
    ada = arrive(begin(BUGS, STREET)["slug"]).is_live()
    ada.type("How do the compilers find bugs of their own?")

    ada.page.locator(".alike").get_by_role("button", name="Vote").click()

    ada.sees(BUGS, votes=1)
    for button in (ada.card(BUGS).locator(".vote__button"), ada.page.locator(".alike__vote")):
        expect(button).to_have_attribute("aria-pressed", "true")
    ada.type("Something else, that nobody has asked yet?")
    expect(ada.page.locator(".alike__vote")).to_have_count(0)


def test_what_is_asked_meanwhile_is_shown_only_if_it_is_looked_for(arrive, begin):
    talk = begin(BUGS, STREET, WORDS, "Why are variables still named by hand?")["slug"]
    ada, bob = arrive(talk).is_live(), arrive(talk).is_live()
    ada.page.locator("#find").fill("bees")
    ada.sees_order(STREET, WORDS)

    bob.ask("Do wasps sleep at night, too?")
    bob.ask("Do bees sleep at night, too?")

    expect(ada.card("Do bees sleep")).to_have_count(1, timeout=15_000)
    ada.sees_not("Do wasps sleep")
    expect(ada.page.locator("#find")).to_have_value("bees")
    expect(ada.page.locator("#found")).to_contain_text("3 of 6")


def test_what_was_looked_for_offline_is_found_once_back(arrive, talk):
    ada = arrive(talk).is_live()
    for text in (BUGS, WORDS):
        ada.ask(text)
        ada.sees(text)
    ada.page.evaluate("document.getElementById('tools').hidden = false")
    ada.go_offline()
    ada.page.locator("#find").fill("compilers  find")
    expect(ada.page.locator("#toasts")).to_contain_text("There is no connection")

    ada.come_back()

    ada.sees_not(WORDS)
    ada.sees(BUGS)
    expect(ada.page.locator("#found")).to_contain_text("1 of 2")
    with ada.page.expect_request("**/board?*") as asked:
        ada.page.evaluate("htmx.trigger('#board', 'refresh')")
    assert "since=" in asked.value.url  # it is here, though the server writes one space
