"""The big screen and the speaker's view: readable, calm, each text its own way round."""

import itertools

import pytest
from playwright.sync_api import expect

from tests.support.live import Attendee, eventually

ENGLISH = "How do compilers find their own bugs?"
HEBREW = "מה ההבדל בין מהדר לבין מפרש?"
LATER = "Is there anything left to compile?"
LONGEST = "Why does this question go on? " * 10
WIDEST = "蜂はどのように家に帰りますか" * 21
TAKE = """async (tallies) => {
  const at = document.querySelector('link[href*="/js/views/tallies.js"]').href;
  const { takeTally } = await import(at);
  for (const [revision, votes] of tallies) takeTally({ revision, votes });
}"""
FETCH = """() => new Promise((done) => {
  document.addEventListener("htmx:after:swap", () => setTimeout(done), { once: true });
  document.dispatchEvent(new CustomEvent("companion:wake"));
})"""
ROOMS = [(1920, 1080), (1280, 720), (1024, 768)]
DIRECTION = "text => getComputedStyle(text).direction"
COUNT_TRANSITIONS = """(() => {
  const start = Document.prototype.startViewTransition;
  window.transitions = 0;
  Document.prototype.startViewTransition = function (...given) {
    window.transitions += 1;
    return start.apply(this, given);
  };
})()"""
BOXES = """() => ['label', 'question', 'side', 'foot', 'top'].map((part) => {
  const { left, top, right, bottom } = document.querySelector(`.screen__${part}`)
    .getBoundingClientRect();
  return [left, top, right, bottom];
})"""
# Once it has been laid out: where the labels are follows from a frame of its own.
LAID_OUT = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"""
LABELS = """labels => labels.map((label) => {
  const range = document.createRange();
  range.selectNodeContents(label);
  const { left, right } = range.getBoundingClientRect();
  return [left, right];
})"""


def number_of(server, slug, text):
    """Return a question's number."""
    rows = server.query("SELECT slug, text, question.id FROM question JOIN talk ON talk.id=talk_id")
    return next(number for *found, number in rows if found == [slug, text])


class Chair:
    """Moderates from elsewhere: what the views show of it is all that is looked at."""

    def __init__(self, desk, server, slug):
        self.request, self.server, self.slug = desk.context.request, server, slug

    def take_up(self, text):
        """Have the question that says so be Now."""
        number = number_of(self.server, self.slug, text)
        address = f"{self.server.url}/talks/{self.slug}/desk/questions"
        assert self.request.post(address, form={"ids": str(number), "do": "now"}).ok


@pytest.fixture
def chair(enter, server):
    """Return how to moderate a talk."""
    return lambda talk: Chair(enter(talk["moderator"]), server, talk["slug"])


@pytest.fixture
def present(chromium):
    """Return how to put a talk on a big screen."""
    pages = []

    def go(talk, width=1280, height=720, **profile):
        context = chromium.new_context(viewport={"width": width, "height": height}, **profile)
        pages.append(context.new_page())
        pages[-1].add_init_script(COUNT_TRANSITIONS)
        pages[-1].goto(talk["present"])
        expect(pages[-1].locator("body[data-live=on]")).to_be_attached(timeout=15_000)
        return pages[-1]

    yield go
    for page in pages:
        page.context.close()


def test_each_question_is_read_its_own_way_round(enter, begin, chair, present):
    talk = begin(ENGLISH, HEBREW, LATER, starts_in=-50)
    grace, screen, speaker = chair(talk), present(talk), enter(talk["speaker"])
    views = ((screen, ".screen__question"), (speaker, ".queue__text"))

    for text, direction in ((HEBREW, "rtl"), (ENGLISH, "ltr"), (HEBREW, "rtl"), (LATER, "ltr")):
        grace.take_up(text)
        for view, name in views:
            shown = view.locator(name)
            expect(shown).to_have_text(text)
            assert shown.evaluate(DIRECTION) == direction
            expect(shown).not_to_have_attribute("data-before", "")
            shown.evaluate("text => (text.dataset.before = '')")


def test_only_another_picture_comes_with_a_transition(begin, chair, present):
    talk = begin(ENGLISH, HEBREW, starts_in=-50)
    grace, screen = chair(talk), present(talk)
    expect(screen.get_by_text(ENGLISH)).to_be_visible()
    before = screen.evaluate("window.transitions")
    grace.take_up(ENGLISH)
    expect(screen.locator("#screen-now")).to_contain_text(ENGLISH)
    assert eventually(lambda: screen.evaluate("window.transitions") == before + 1)

    bob = Attendee(grace.server, talk["slug"])
    assert bob.ask(LATER)["ok"]
    bob.leave()
    expect(screen.get_by_text(LATER)).to_be_visible()

    assert screen.evaluate("window.transitions") == before + 1


@pytest.mark.parametrize("now", [ENGLISH, LONGEST.strip(), WIDEST])
def test_what_is_now_and_what_comes_fit_every_room(begin, chair, present, now):
    talk = begin(now, LONGEST.strip() + "!", WIDEST + "か", starts_in=-50)
    grace, screen = chair(talk), present(talk)
    grace.take_up(now)
    expect(screen.locator("#screen-now")).to_contain_text(now)
    expect(screen.locator(".screen__side li")).to_have_count(2)

    for width, height in ROOMS:
        screen.set_viewport_size({"width": width, "height": height})
        boxes = screen.evaluate(BOXES)
        for left, top, right, bottom in boxes:
            assert min(left, top) >= 0, boxes
            assert (right <= width + 1, bottom <= height + 1) == (True, True), boxes
        for one, two in itertools.combinations(boxes, 2):
            assert are_apart(one, two) or are_apart(two, one), (width, height, boxes)


def are_apart(one, two):
    """Whether one box ends before the other begins, across or down."""
    return one[2] <= two[0] + 1 or one[3] <= two[1] + 1


@pytest.mark.parametrize("more", ["", "doors_minutes: 1\nqa_minutes: 1", "qa_minutes: 58"])
def test_the_labels_of_the_time_line_never_meet(begin, present, more):
    screen = present(begin(ENGLISH, starts_in=5, more=more), 1920, 1080)

    for width, height in [*ROOMS, (390, 844)]:
        screen.set_viewport_size({"width": width, "height": height})
        screen.evaluate(LAID_OUT)
        boxes = screen.locator(".hour__part").evaluate_all(LABELS)
        assert len(boxes) >= 2
        gaps = [right[0] - left[1] for left, right in itertools.pairwise(boxes)]
        assert min(gaps) >= 4, (width, gaps)
        assert boxes[-1][1] <= width


def test_the_code_is_large_beside_what_is_now(begin, chair, present):
    talk = begin(ENGLISH, starts_in=-50)
    grace, screen = chair(talk), present(talk)
    grace.take_up(ENGLISH)
    expect(screen.locator("#screen-now")).to_be_visible()

    assert screen.locator(".screen__join div.qr").bounding_box()["width"] >= 0.25 * 720


def test_votes_are_shown_once_there_are_any(begin, server, present):
    talk = begin(ENGLISH)
    screen = present(talk)
    expect(screen.get_by_text(ENGLISH)).to_be_visible()
    figure = screen.locator(".screen__votes span")
    expect(figure).to_be_hidden()

    bob = Attendee(server, talk["slug"])
    assert bob.vote(number_of(server, talk["slug"], ENGLISH))["ok"]
    bob.leave()

    expect(figure).to_have_text("1")
    expect(figure).to_be_visible()


def test_no_count_goes_backwards_when_one_comes_late(begin, server, present):
    talk = begin(ENGLISH)
    screen = present(talk)
    figure = screen.locator(".screen__votes span")
    expect(figure).to_have_text("0")
    number = number_of(server, talk["slug"], ENGLISH)

    screen.evaluate(TAKE, [[900, {number: 5}], [899, {number: 4}], [0, {number: 3}]])
    expect(figure).to_have_text("5")

    screen.evaluate(FETCH)  # what the server sends knows of no vote
    assert figure.inner_text() == "5"


def test_a_lost_connection_is_a_small_mark(enter, begin, present):
    talk = begin(ENGLISH)
    screen, speaker = present(talk), enter(talk["speaker"])
    for page in (screen, speaker):
        page.clock.install()
        page.context.set_offline(True)
        page.clock.run_for(4_000)
        expect(page.locator("#link")).to_be_hidden()

        page.clock.run_for(2_000)

        expect(page.locator("#link")).to_have_text("No connection")
        expect(page.get_by_text("Reconnecting")).to_have_count(0)
        expect(page.get_by_text("what you type")).to_have_count(0)
        assert page.locator("#link").bounding_box()["height"] <= 24
        page.context.set_offline(False)
