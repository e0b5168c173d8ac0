"""The report, on a phone and on a desktop, light and dark: to be read, and to be used."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import PHONE, violations

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
CONTRAST = """(bar) => {
  const paint = document.createElement("canvas").getContext("2d");
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const light = (color) => {
    paint.fillStyle = color;
    paint.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...paint.getImageData(0, 0, 1, 1).data].map((c) => linear(c / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const paper = light(getComputedStyle(document.documentElement).backgroundColor);
  const [less, more] = [light(getComputedStyle(bar).fill), paper].sort((a, b) => a - b);
  return (more + 0.05) / (less + 0.05);
}"""


@pytest.fixture
def report(begin, enter):
    """Return what opens the report of a talk with two questions, as its speaker."""
    links = begin("Which of these do you answer first?", "And which of these comes second?")

    def open_report(**profile: object) -> Page:
        page = enter(links["speaker"], **profile)
        page.goto(links["attendee"] + "/report")
        return page

    return open_report


@pytest.mark.parametrize("size", [PHONE, {}], ids=["phone", "desktop"])
def test_axe_finds_nothing_and_nothing_is_cut_off(report, size):
    page = report(**size)
    for table in page.get_by_text("As a table").all():
        table.click()

    assert violations(page) == []
    assert page.evaluate(FITS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_plot_has_a_name_and_bars_that_stand_out(report, scheme):
    page = report(color_scheme=scheme)

    plot = page.get_by_role("img", name="Questions asked, each bar 5 minutes. The highest: 2")
    expect(plot).to_be_visible()
    assert plot.locator("rect").first.evaluate(CONTRAST) >= 3
