"""A poll's results as Markdown, in files and in what is published."""

from __future__ import annotations

from companion.board.poll_totals import OptionTotal, PollTotal
from companion.exports.kramdown import isolated
from companion.exports.wording import RIGHT, result


def results(poll: PollTotal) -> str:
    """Return a poll's answers as a list, each with how many have given it."""
    return "\n".join(f"- {_said(poll, option)}" for option in poll.options)


def _said(poll: PollTotal, option: OptionTotal) -> str:
    said = f"{isolated(option.text)}: {result(poll, option)}"
    return f"{said}, {RIGHT}" if option.is_right else said
