"""Every refusal says what to do about it, or until when to wait."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import companion

ROOT = Path(companion.__file__).parent
VERBS = (
    "Add|Answer|Approve|Ask|Change|Check|Choose|Commit|Delete|Edit|Fix|Give|Leave|Look|Open|Paste|Press"
    "|Publish|Put|Read|Reload|Restore|Save|Say|Send|Set|Shorten|Sign|Speak|Split|Start|Swap|Switch|Take|Tell|Tick|Try|Turn"
    "|Type|Undo|Use|Vote|Wait|Write"
)
ADVICE = re.compile(
    rf"(?:^|[.;:,!] (?:or |and |then )?|\bto |\bplease )(?:{VERBS})\b", re.IGNORECASE
)
FORWARDED = re.compile(r"^found\.problem$|\brefusal\b|\{(reason|advice)\}")  # said by another one


def _modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        yield path, ast.parse(path.read_text())


def _words(*modules: ast.Module) -> dict[str, str]:
    """Return the constants that refusals are made of."""
    return {
        target.id: _said(node.value, {})
        for module in modules
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id.isupper()
    }


def _said(node: ast.expr, constants: dict[str, str]) -> str:
    """Return a message as it is written; what is put into it stands as …."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_said(part, constants) for part in node.values)
    if isinstance(node, ast.Name):
        return constants.get(node.id, "…")
    if isinstance(node, ast.FormattedValue):
        return _said(node.value, constants)
    if isinstance(node, ast.BinOp):
        return _said(node.left, constants) + _said(node.right, constants)
    return "…"


def _refusals() -> list[tuple[str, str]]:
    everywhere = _words(*(module for _, module in _modules()))
    return [
        (
            f"{path.relative_to(ROOT)}:{node.lineno}",
            _said(node.args[0], everywhere | _words(module)),
        )
        for path, module in _modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Refused"
        and node.args
        and not FORWARDED.search(ast.unparse(node.args[0]))
    ]


REFUSALS = _refusals()


def test_the_refusals_are_found():
    assert len(REFUSALS) > 60


@pytest.mark.parametrize(("place", "said"), REFUSALS, ids=[place for place, _ in REFUSALS])
def test_a_refusal_says_what_to_do(place, said):
    assert ADVICE.search(said), f"{place} says what is wrong, but not what to do: {said}"
