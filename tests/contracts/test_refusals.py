"""Every refusal says what to do about it, or until when to wait."""

import ast
import re
from functools import cache
from pathlib import Path

import companion

ROOT = Path(companion.__file__).parent
VERBS = (
    "Add|Answer|Approve|Ask|Change|Check|Choose|Close|Commit|Delete|Draw|Edit|Erase|Fix|Give|Leave|Look|Move|Name|Open|Paste|Press"
    "|Publish|Put|Read|Reload|Remove|Restore|Run|Save|Say|Send|Set|Shorten|Sign|Speak|Split|Start|Stop|Swap|Switch|Take|Tell|Tick"
    "|Try|Turn|Type|Undo|Use|Vote|Wait|Write"
)
ADVICE = re.compile(
    rf"(?:^|[.;:,!] (?:or |and |then )?|\bto |\bplease )(?:{VERBS})\b", re.IGNORECASE
)
FORWARDED = re.compile(  # said by another one
    r"^found\.problem$|\brefusal\b|\breason\.message\b|\{(reason|advice)\}|\badvice="
)


@cache
def _modules() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text()) for path in sorted(ROOT.rglob("*.py"))}


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
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("gettext", "ngettext"):
        return _said(node.args[0], constants)
    if isinstance(node, ast.BinOp):
        return _said(node.left, constants) + _said(node.right, constants)
    return "…"


@cache
def _refusals() -> list[tuple[str, str]]:
    """Return where every refusal is, and what it says."""
    everywhere = _words(*_modules().values())
    return [
        (
            f"{path.relative_to(ROOT)}:{node.lineno}",
            _said(node.args[0], everywhere | _words(module)),
        )
        for path, module in _modules().items()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Refused"
        and node.args
        and not FORWARDED.search(ast.unparse(node.args[0]))
    ]


def test_the_refusals_are_found():
    assert len(_refusals()) > 60


def test_a_refusal_says_what_to_do_and_not_only_what_is_wrong():
    assert [(place, said) for place, said in _refusals() if not ADVICE.search(said)] == []
