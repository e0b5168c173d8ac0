"""The plots: what they say to those who do not see them, and what no policy would let through."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest

from companion.report import PLOTS, Figures, draw
from companion.report.plots import bars, in_length
from companion.report.series import counted, window
from companion.talks.phase import Phase
from tests.support.clock import STARTS
from tests.support.entries import counts_of

SVG = "{http://www.w3.org/2000/svg}"


def made(*minutes, phases=True, last=75):
    """Return figures with something in these minutes of the talk."""
    seen = window(STARTS - timedelta(minutes=15), STARTS + timedelta(minutes=last))
    series = counted(seen, [(STARTS + timedelta(minutes=minute), 1) for minute in minutes])
    begun = ((Phase.DOORS, -15), (Phase.TALK, 0), (Phase.QA, 45), (Phase.OVER, 60))
    moments = tuple((phase, STARTS + timedelta(minutes=at)) for phase, at in begun)
    nothing = counts_of()
    return Figures(nothing, moments if phases else (), series, series, series, 0, (), None)


def parsed(name, figures):
    return ElementTree.fromstring(draw(name, figures))  # noqa: S314 (our own)


def texts(root, name):
    return [node.text for node in root.iter(f"{SVG}text") if node.get("class") == name]


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_says_what_it_shows(name):
    root = parsed(name, made(1, 2, 50))

    assert root.get("role") == "img"
    said = {node.get("id"): node.text for node in root if node.tag in (f"{SVG}title", f"{SVG}desc")}
    assert list(said) == root.get("aria-labelledby").split()
    assert list(said.values()) == [
        PLOTS[name].title,
        f"{PLOTS[name].counts}, each bar 5 minutes. The highest: 2, 12:00.",
    ]


@pytest.mark.parametrize("figures", [made(), made(-99), made(1, 2, 3, 900), made(phases=False)])
def test_nothing_in_a_plot_needs_leave(figures):
    root = parsed("votes", figures)

    tags = {node.tag.removeprefix(SVG) for node in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "path", "rect", "text"}
    names = {name for node in root.iter() for name in node.attrib}
    assert not {
        name for name in names if name.startswith("on") or "href" in name or name == "style"
    }


def test_bars_stand_for_what_was_counted():
    root = parsed("questions", made(-99, 1, 2, 50))

    heights = [float(node.get("height")) for node in root.iter(f"{SVG}rect")]
    assert len(heights) == 3
    assert heights[1] == pytest.approx(2 * heights[0]) == pytest.approx(2 * heights[2])


def test_phases_are_marked_where_they_began():
    root = parsed("questions", made(1, 47))

    lines = [node for node in root.iter(f"{SVG}path") if node.get("class") == "plot__mark"]
    places = [float(line.get("d").split()[0].removeprefix("M")) for line in lines]
    first, second = (float(node.get("x")) for node in root.iter(f"{SVG}rect"))
    assert texts(root, "plot__name") == ["doors", "talk", "Q&A", "end"]
    assert places[1] < first < places[1] + 10
    assert places[2] < second < places[2] + 10


def test_names_that_would_run_into_each_other_are_left_out():
    root = parsed("questions", made(1, last=3 * 24 * 60))

    assert texts(root, "plot__name") == ["doors"]


def test_one_vote_has_a_whole_axis():
    assert texts(parsed("votes", made(1)), "plot__label")[:3] == ["0", "1", "2"]


def test_labels_say_the_day_once():
    labels = texts(parsed("votes", made(1, last=20 * 60)), "plot__label")[3:]

    assert labels == ["5 Mar 11:00", "16:00", "21:00", "6 Mar 02:00", "07:00"]


def test_labels_are_few():
    labels = texts(parsed("votes", made(-99, 1, 900)), "plot__label")[3:]

    assert (labels[0], labels[-1], len(labels)) == ("earlier", "later", 5)


def test_bars_of_several_days_name_the_day():
    names = [name for name, _ in bars(made(1, last=30 * 60).votes)]

    assert names[0] == "5 Mar 11:00"
    assert in_length(made(last=30 * 60).votes.window.step) == "1 hour"
