"""The words that links are sent by."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from companion.organiser.handouts import handouts
from companion.store.models import Role
from companion.talks import Schedule, when
from tests.support.clock import STARTS
from tests.support.talks import make_page

URLS = {
    view: f"https://qa.example.org/{view}"
    for view in ("attendee", "speaker", "moderator", "present")
}
TIMES = "Thursday 5 March 2026, 12:00–13:00 (London)"


def test_each_link_comes_with_its_own_words():
    page = make_page(speaker="Grace Hopper")

    found = handouts(page, URLS)

    assert [link.view for link in found] == list(URLS)
    for link in found:
        others = [url for view, url in URLS.items() if view != link.view]
        assert link.text.startswith(f"“A talk about bees” by Grace Hopper\n{TIMES}\n\n")
        assert f"\n{link.url}\n" in link.text
        assert not any(url in link.text for url in others)
    assert [link.role for link in found] == [None, Role.SPEAKER, Role.MODERATOR, None]
    assert ["to yourself" in link.text for link in found] == [False, True, True, False]


def test_a_mail_program_is_given_all_of_it_and_nobody_to_send_it_to():
    page = make_page(title="Bees & wasps?\r\nBcc: eve@example.org #1")

    [link] = handouts(page, {"attendee": URLS["attendee"]})

    address = urlsplit(link.mailto)
    fields = parse_qs(address.query)
    assert (address.scheme, address.path, address.fragment) == ("mailto", "", "")
    assert set(fields) == {"subject", "body"}
    assert fields["subject"] == ["Ask your questions: Bees & wasps? Bcc: eve@example.org #1"]
    assert fields["body"] == [link.text.replace("\n", "\r\n")]


@pytest.mark.parametrize(
    ("hours", "all_day", "said"),
    [
        (1, False, TIMES),
        (30, False, "Thursday 5 March 2026, 12:00, to Friday 6 March 2026, 18:00 (London)"),
        (12, True, "Thursday 5 March 2026"),
        (36, True, "Thursday 5 March 2026 to Friday 6 March 2026"),
    ],
)
def test_days_and_times_are_those_where_the_talk_is(hours, all_day, said):
    zone = make_page().zone
    page = make_page(planned=Schedule(STARTS, STARTS + timedelta(hours=hours), zone, all_day))

    assert when(page) == said
