"""From a QR code to an answer: a phone that was never here opens the code's address, and taps once.

Chromium with a phone's view, an empty cache, a processor four times slower than this one's, and a
network like 3G at its best. Whoever holds it reads nothing, and taps as soon as that is possible.
It takes `playwright`, which the tests have, and Chromium.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks import stage
from benchmarks.figures import Run, machine, middle, table, verdict, verdicts
from benchmarks.options import interleaved, parser, place_of, save
from benchmarks.polls import fill
from companion.moderation.role_links import LinkSigner

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
SLOWER, PATIENCE = 4, 60_000
# What Chromium's own tools call Fast 3G.
NETWORK = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1_440_000 / 8,
    "uploadThroughput": 675_000 / 8,
}


def main() -> None:
    """Measure, and print what came of it."""
    wanted = _parser().parse_args()
    stage.BUILD.mkdir(exist_ok=True)
    print(machine(), flush=True)
    runs: list[Run] = []
    with sync_playwright() as playwright, stage.untouched(place_of(wanted), fill):
        browser = playwright.chromium.launch(executable_path=wanted.chromium, args=["--no-sandbox"])
        for _ in interleaved(["scan"], wanted):
            runs.append(_scan(browser, f"{place_of(wanted).site}/j/{_code()}"))
    save(wanted, {"scan": runs})
    print(_table(runs), verdicts([verdict("slowest", max(map(_whole, runs)), 8, " s")]), sep="\n")


def _parser() -> argparse.ArgumentParser:
    known = parser(__doc__)
    known.add_argument("--chromium", default="/usr/bin/chromium-headless-shell", metavar="FILE")
    return known


def _code() -> str:
    return LinkSigner(stage.SECRET).code(stage.SLUG)


def _scan(browser: Browser, address: str) -> Run:
    """Return after how many seconds one could tap, and was told that the answer is saved."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", NETWORK)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    brought: list[int] = []
    devtools.on("Network.loadingFinished", lambda end: brought.append(end["encodedDataLength"]))
    began = time.monotonic()
    page.goto(address, wait_until="commit", timeout=PATIENCE)
    pick = page.locator(".poll__pick").first
    pick.wait_for(timeout=PATIENCE)
    shown = time.monotonic() - began
    pick.tap(timeout=PATIENCE)
    page.get_by_text("Your answer is saved.").wait_for(timeout=PATIENCE)
    saved = time.monotonic() - began
    context.close()
    return {"shown": shown, "saved": saved, "kb": sum(brought) / 1000}


def _whole(run: Run) -> float:
    return float(run["saved"])


def _table(runs: list[Run]) -> str:
    columns = ("shown", "saved")
    row = [
        f"{middle(runs, lambda r, c=c: r[c]):.1f} / {max(r[c] for r in runs):.1f}"  # type: ignore[misc]
        for c in columns
    ]
    head = "visits | can be tapped after, median / slowest s | saved after, median / slowest s | KB"
    return table(head, [(len(runs), *row, f"{middle(runs, lambda run: run['kb']):.0f}")])


if __name__ == "__main__":
    main()
