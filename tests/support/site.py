"""A whole site of talks as several series would have written it; the same one for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from string import Template

FIRST_DAY = date(2024, 1, 8)
PEOPLE = ("Ada Example", "Bo van Example", "Cy Ó Sample", "Dee Muster-Mann", "Eli 例")
WHERE = ("Online", "Great Hall", "Room 2.14", "https://zoom.us/j/99", "Zoom")
TOPICS = ("bees", "graphs", "tests", "maps", "data", "weather")
BODIES = (
    "About **$topic**, with a [link](https://example.org/$number).\n\n- one\n- two\n",
    "## Abstract\n\nOn $topic.\n\n```python\nprint($number)\n```\n",
    "On $topic. Join: <https://meet.google.com/abc-defg-hij>\n",
    "Watch it: https://www.youtube.com/watch?v=dQw4w9WgXcQ\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    "",
)
HEADERS = {
    "2024/$day-talk-$number.md": (  # Jekyll's posts have their day in their name
        '---\nlayout: post\ntitle: "Talk $number: on $topic"\nauthor: $who\n'
        "time: 12:00-13:00\ncategories: [$topic, seminar]\nlocation: $where\n---\n"
    ),
    "talk-$number.markdown": (
        '---\ntitle: "On $topic, $number"\nspeaker: $who\ndate: $day\nfrom: "12:00"\n'
        'to: "13:00"\nlocation: $where\n---\n'
    ),
    "hugo/talk-$number/index.md": (
        '+++\ntitle = "Talk $number"\ndate = ${day}T12:00:00Z\ntags = ["$topic"]\n'
        'authors = ["$who", "Ada Example"]\n[params]\nend = "13:30"\n+++\n'
    ),
    "quarto/talk-$number.qmd": (
        "---\ntitle: Talk $number\ndate: $words\nauthor:\n  - name: $who\n"
        "    affiliation: Example University\nstart: '10:15'\nend: '12:00'\n---\n"
    ),
    "words/talk-$number.md": (
        "---\ntitle: Talk $number\nwhen: $words, 12–1pm\npresenter: $who\nwhere: $where\n---\n"
    ),
    "offsets/talk-$number.md": (
        "---\ntitle: Talk $number\nstart: ${day}T12:00:00+02:00\nend: ${day}T13:00:00+02:00\n"
        "speakers: [$who, Ada Example]\n---\n"
    ),
}


def write_site(folder: Path, count: int, seed: int = 1) -> list[Path]:
    """Write so many pages, a week between any two, and return their files."""
    chance = random.Random(seed)  # noqa: S311 (no secret)
    return [_write(folder, number, chance.choice) for number in range(count)]


def _write(folder: Path, number: int, choice: Callable[..., str]) -> Path:
    day = FIRST_DAY + timedelta(days=7 * number % 2_000)
    said = {
        "number": str(number),
        "day": day.isoformat(),
        "words": f"{day:%B} {day.day}, {day.year}",
        "topic": choice(TOPICS),
        "who": choice(PEOPLE),
        "where": choice(WHERE),
    }
    name = choice(tuple(HEADERS))
    path = folder / Template(name).substitute(said)
    path.parent.mkdir(parents=True, exist_ok=True)
    page = f"{HEADERS[name]}\n{choice(BODIES)}"
    path.write_text(Template(page).substitute(said), encoding="utf-8")
    return path
