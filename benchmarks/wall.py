"""The wall in Chromium on a phone whose processor is four times slower than this one's.

A finger scrolls the map, and another rests on a note and moves it; what a visit brings is counted.
It takes `playwright`, which the tests have, and Chromium.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks import stage
from benchmarks.axes.questions import fill as fill_board
from benchmarks.figures import Row, Run, machine, table, verdict, verdicts
from benchmarks.options import interleaved, parser, place_of, save
from companion import create_app
from companion.board.wall import COLOURS
from companion.moderation.role_links import LinkVersion
from companion.settings import read_settings
from companion.store.engine import db
from companion.store.migrate import bring_up_to_date
from companion.store.models import Question, Role, Status
from companion.store.wall import Wall, WallPlace

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
SLOWER = 4
WALL = f"/talks/{stage.SLUG}/wall"
ACROSS, STEP_X, STEP_Y = 45, 232, 200
SECONDS_APART = 0.016
FRAME = 16.8  # one at 60 Hz, as exactly as Chromium's own clock has it
# When each frame began, and how long after a finger's move the frame with it was done.
WATCH = """() => {
  const seen = window.seen = { frames: [], moves: [] };
  const tick = (now) => { seen.frames.push(now); requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  addEventListener("pointermove", ({ timeStamp }) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => seen.moves.push(performance.now() - timeStamp);
    port2.postMessage(0);
  }), { capture: true });
}"""


@dataclass(frozen=True)
class Visit:
    """One visit with an empty cache."""

    page: Page
    devtools: CDPSession
    brought: dict[str, int]

    def touch(self, kind: str, *at: tuple[float, float]) -> None:
        """Put fingers down, move them or lift them."""
        points = [{"x": x, "y": y} for x, y in at]
        self.devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def spent(self) -> float:
        """Return for how many seconds the page's thread has worked so far, as slow as it is."""
        metrics = self.devtools.send("Performance.getMetrics")["metrics"]
        return float(next(x["value"] for x in metrics if x["name"] == "TaskDuration"))


def main() -> None:
    """Measure, and print what came of it."""
    wanted = _parser().parse_args()
    stage.BUILD.mkdir(exist_ok=True)
    sizes = [int(size) for size in wanted.notes.split(",")]
    print(machine(), flush=True)
    results: dict[int, list[Run]] = {size: [] for size in sizes}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=wanted.chromium, args=["--no-sandbox"])
        for size in interleaved(sizes, wanted):
            results[size].append(_measure(browser, size, wanted))
    save(wanted, {str(size): runs for size, runs in results.items()})
    print(_answers(results))
    print(verdicts(row for size in sizes for row in _targets(size, results[size])))


def _parser() -> argparse.ArgumentParser:
    known = parser(__doc__)
    known.add_argument("--notes", default="200,500,2000", help="on the map [200,500,2000]")
    known.add_argument("--chromium", default="/usr/bin/chromium-headless-shell", metavar="FILE")
    return known


def _measure(browser: Browser, count: int, wanted: argparse.Namespace) -> Run:
    place = place_of(wanted)
    environment = stage.new_site(place) | {
        "COMPANION_RATE_LIMITS": "off",
        "COMPANION_SECRET_KEY": stage.SECRET,
        "BENCHMARK_NOTES": str(count),
    }
    app = create_app(read_settings(environment))
    bring_up_to_date(app)
    _fill(app, count)
    token = app.extensions["moderation"].keys.token(LinkVersion(stage.SLUG, Role.MODERATOR, 0))
    with stage.serving(place, "benchmarks.wall_serve", environment):
        with _visit(browser, place.site) as visit:
            brought = dict(visit.brought)
        with _visit(browser, place.site, token) as visit:
            return {"brought": brought, **_pan(visit), **_lift(visit)}


def _fill(app: Flask, count: int) -> None:
    """Place as many notes, row by row, as somebody does who has them all side by side."""
    fill_board(app, count, Status.OPEN)
    colours = ["", *COLOURS]
    with app.app_context(), db.engine.begin() as connection:
        ids = list(connection.scalars(sa.select(Question.id)))
        places = [
            {
                "question_id": id,
                "talk_id": 1,
                "x": 24 + at % ACROSS * STEP_X,
                "y": 24 + at // ACROSS * STEP_Y,
                "z": at,
                "colour": colours[at % len(colours)],
                "revision": 1,
            }
            for at, id in enumerate(ids)
        ]
        connection.execute(sa.insert(Wall), [{"talk_id": 1, "revision": 1}])
        connection.execute(sa.insert(WallPlace), places)


@contextmanager
def _visit(browser: Browser, site: str, token: str = "") -> Iterator[Visit]:
    context = browser.new_context(**PHONE)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    if token:
        page.goto(f"{site}/enter#{token}")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/moderate*")
    brought: dict[str, int] = {}
    _count_bytes(devtools, brought)
    page.goto(f"{site}{WALL}", wait_until="networkidle")
    page.locator("button[value=map]").click()
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.wait_for_timeout(1_000)
    yield Visit(page, devtools, brought)
    context.close()


def _count_bytes(devtools: CDPSession, brought: dict[str, int]) -> None:
    """Note what each address has brought over the network, with its headers and without."""
    asked: dict[str, str] = {}

    def note_request(event: dict[str, Any]) -> None:
        asked[event["requestId"]] = event["request"]["url"]

    def note_end(event: dict[str, Any]) -> None:
        url = asked.get(event["requestId"], "")
        brought[url] = int(event["encodedDataLength"])

    def note_body(event: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
        body = int(headers.get("content-length", 0))
        brought[f"body of {event['response']['url']}"] = body

    devtools.send("Network.enable")
    devtools.on("Network.responseReceived", note_body)
    devtools.on("Network.requestWillBeSent", note_request)
    devtools.on("Network.loadingFinished", note_end)


def _pan(visit: Visit) -> Run:
    """Scroll the map with one finger, back and forth; return how long frames took."""
    box = visit.page.locator("#wall-scroll").bounding_box() or {"x": 0, "y": 0}
    visit.page.locator("#wall-scroll").scroll_into_view_if_needed()
    visit.page.evaluate(WATCH)
    before = visit.spent()
    x, y = 340.0, box["y"] + 300
    visit.page.mouse.move(0, 0)
    for swipe in range(6):
        way = -1 if swipe % 3 else 1
        begin = x if way < 0 else x - 300
        visit.touch("touchStart", (begin, y))
        for step in range(1, 40):
            visit.touch("touchMove", (begin + way * 7 * step, y - 3 * step))
            visit.page.wait_for_timeout(1_000 * SECONDS_APART)
        visit.touch("touchEnd")
    spent = visit.spent() - before
    frames = visit.page.evaluate("seen.frames")
    took = [after - earlier for earlier, after in pairwise(frames)]
    return {"frames": took, "thread": spent * 1000 / max(1, len(took))}


def _lift(visit: Visit) -> Run:
    """Rest on a note, and move it; return how long after each move it was seen there."""
    visit.page.locator("#wall-scroll").evaluate("scroll => scroll.scrollTo(0, 0)")
    visit.page.wait_for_timeout(500)
    visit.page.evaluate("seen.moves.length = 0")
    before = visit.spent()
    note = visit.page.locator("#wall-notes .note").nth(0).bounding_box() or {"x": 0, "y": 0}
    x, y = note["x"] + 60, note["y"] + 20
    visit.touch("touchStart", (x, y))
    visit.page.wait_for_timeout(400)
    for step in range(1, 40):
        visit.touch("touchMove", (x + 3 * step, y + 4 * step))
        visit.page.wait_for_timeout(1_000 * SECONDS_APART)
    is_held = visit.page.locator('[style*="--lifted"]').count() == 1
    moves = visit.page.evaluate("seen.moves")
    spent = visit.spent() - before
    visit.touch("touchCancel")
    first = moves[0] if moves and is_held else float("inf")
    return {"first move": first, "moves": moves, "lifting": spent * 1000 / max(1, len(moves))}


def _percentile(name: str, share: float) -> Callable[[Run], float]:
    def pick(run: Run) -> float:
        values = sorted(run[name])
        return float(values[int(len(values) * share)]) if values else float("inf")

    return pick


def _bytes(run: Run, part: str, begins: str = "http") -> float:
    found = (n for url, n in run["brought"].items() if url.startswith(begins) and part in url)
    return sum(found) / 1000


def _scripts(run: Run) -> float:
    return _bytes(run, "/js/wall", "body")


def _least(runs: Sequence[Run], pick: Callable[[Run], float]) -> float:
    return min(pick(run) for run in runs)


def _answers(results: dict[int, list[Run]]) -> str:
    rows: list[Sequence[object]] = []
    for count, runs in results.items():
        frames = [_least(runs, _percentile("frames", share)) for share in (0.5, 0.95, 0.99)]
        moves = [_least(runs, _percentile("moves", share)) for share in (0.5, 0.95)]
        rows.append(
            (
                f"{count:,}",
                " / ".join(f"{each:.1f}" for each in frames),
                f"{median(run['thread'] for run in runs):.1f}",
                f"{median(run['lifting'] for run in runs):.0f}",
                f"{_least(runs, lambda run: run['first move']):.0f}",
                " / ".join(f"{each:.0f}" for each in moves),
                f"{_bytes(runs[0], '/'):.0f}",
                f"{_bytes(runs[0], WALL):.0f}",
                f"{_scripts(runs[0]):.1f}",
            )
        )
    return table(
        "notes | pan: frame p50 / p95 / p99 ms | CPU ms a frame | CPU ms a move | "
        "lift: first move ms | moves p50 / p95 ms | a visit KB | its page KB | scripts KB",
        rows,
    )


def _targets(count: int, runs: Sequence[Run]) -> list[Row]:
    first = _least(runs, lambda run: run["first move"])
    rows = [
        verdict(f"{count:,}: pan, p95", _least(runs, _percentile("frames", 0.95)), FRAME, " ms"),
        verdict(f"{count:,}: lift to move", first, 50, " ms"),
    ]
    if count == 200:
        rows.append(verdict("200: a first visit", _bytes(runs[0], "/"), 100, " KB"))
        rows.append(verdict("the wall's scripts", _scripts(runs[0]), 12, " KB"))
    return rows


if __name__ == "__main__":
    main()
