"""Polls on open pages: two of a talk, opened at the desk, and their answers."""

from playwright.sync_api import Locator, Page

ASK, OTHER = "Which scheduler do you use?", "What would you learn next?"
POLLS = """polls:
  - {ask: Which scheduler do you use?, options: [Slurm, Kubernetes, none], right: Slurm}
  - {ask: What would you learn next?, options: [Rust, Zig, Julia], several: true, reveal: live}
"""


def pick(page: Page, text: str) -> Locator:
    return page.locator(".poll__pick").filter(has_text=text)


def on_desk(desk: Page, ask: str) -> Locator:
    return desk.locator(".desk-poll").filter(has_text=ask)


def open_poll(desk: Page, ask: str = ASK) -> None:
    on_desk(desk, ask).get_by_role("button", name="Open the poll").click()
