"""What may go wrong when used carelessly stands in a few named places, and nowhere else."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "companion").rglob("*.py")) + sorted((ROOT / "migrations").rglob("*.py"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
# What it is, by the full name of what is imported, called or taken from a module; and where.
HAZARDS = {
    r"builtins\.(eval|exec|compile|__import__)": [],
    r"(pickle|marshal|shelve|dill|jsonpickle)\b.*": ["companion/exports/job.py"],
    r"yaml\.(unsafe_|full_)?load(_all)?": ["companion/publish/data.py"],
    r"(flask\.(render|stream)_template_string|jinja2\.Template|.+\.from_string)": [
        "companion/report/plots.py",  # a file of ours, read without an application
    ],
    r".*\b(md5|sha1|MD5|SHA1)": ["companion/realtime/websocket.py"],
    r"(random\b.*|uuid\.uuid1|os\.urandom|numpy\.random.*)": ["companion/cli/audience.py"],
    r"subprocess": [
        "companion/cli/demo.py",
        "companion/exports/job.py",
        "companion/moderation/pictures.py",
        "companion/store/backup.py",
        "companion/talks/markdown/supervisor.py",
        "companion/writing/repository.py",
    ],
    r"os\.(system|popen|spawn\w+|posix_spawn\w*|exec\w+)": [],
    r"(urllib\.request|urllib3|http\.client|requests|httpx|aiohttp|ftplib|smtplib|xmlrpc)\b.*": [
        "companion/cli/audience.py",
        "companion/network/fetching.py",
    ],
    r"socket\.(create_connection|socket|getaddrinfo|gethostbyname)": [
        "companion/cli/serve.py",
        "companion/network/fetching.py",
    ],
    r"tempfile\.mktemp": [],
    r"ctypes\b.*": [],
    r"ssl\._?create_\w*context": [],
}
# Where what is HTML already is said to be; nothing else is ever left unescaped.
MARKUP = {
    "companion/board/richtext.py": 4,
    "companion/realtime/broadcasts.py": 1,
    "companion/realtime/words.py": 1,
    "companion/web/card_cache.py": 1,
    "companion/web/listing.py": 2,
    "companion/web/preview.py": 1,
    "companion/web/publish.py": 1,
    "companion/web/qr.py": 1,
    "companion/web/replies.py": 1,
    "companion/web/report.py": 1,
    "companion/web/sentences.py": 3,
    "companion/web/talk_page.py": 2,
}
HTML_IN_SCRIPTS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function|document\.write|createContextual"
    r"Fragment|setHTMLUnsafe|set(Timeout|Interval)\(\s*['\"`]|javascript:"
)


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(tree: ast.AST) -> dict[str, str]:
    """Return the full name behind each name that an import gives."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def full_name(node: ast.AST, names: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{full_name(node.value, names) or '?'}.{node.attr}"
    return names.get(node.id, "") if isinstance(node, ast.Name) else ""


def used(tree: ast.AST) -> Iterator[str]:
    """Give the full name of all that is imported, called or taken from something."""
    names = imported(tree)
    yield from names.values()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Attribute):
            yield full_name(node, names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield names.get(node.func.id, f"builtins.{node.func.id}")


@cache
def trees() -> dict[str, ast.Module]:
    return {place(path): ast.parse(path.read_text()) for path in SOURCES}


@cache
def uses() -> dict[str, list[str]]:
    return {path: sorted(set(used(tree))) for path, tree in trees().items()}


@pytest.mark.parametrize("hazard", HAZARDS)
def test_a_hazard_is_where_it_is_known_to_be(hazard):
    there = [path for path, names in uses().items() if any(re.fullmatch(hazard, n) for n in names)]

    assert there == HAZARDS[hazard]


def test_what_is_left_unescaped_is_known():
    """A text in the source itself, as of an element that is formatted, hides nothing."""
    there = {}
    for path, tree in trees().items():
        names = imported(tree)
        calls = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and full_name(node.func, names) == "markupsafe.Markup"
            and not all(isinstance(part, ast.Constant) for part in node.args)
        ]
        if calls:
            there[path] = len(calls)

    assert there == MARKUP


def test_no_program_is_started_by_a_shell_and_no_certificate_left_unread():
    found = [
        (path, keyword.arg)
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if (keyword.arg == "shell" and not _is(keyword.value, False))
        or (keyword.arg in ("verify", "check_hostname") and _is(keyword.value, False))
    ]

    assert found == []


def _is(node: ast.AST, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def test_no_script_makes_elements_of_text():
    found = {place(path): HTML_IN_SCRIPTS.findall(path.read_text()) for path in SCRIPTS}

    assert {path: calls for path, calls in found.items() if calls} == {}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import pickle as p\np.loads(b'')", "pickle.loads"),
        ("from hashlib import md5 as quick\nquick(b'')", "hashlib.md5"),
        ("import urllib.request", "urllib.request"),
        ("def f():\n    from random import choice", "random.choice"),
        ("eval('1')", "builtins.eval"),
        ("app.jinja_env.from_string(text)", "?.jinja_env.from_string"),
    ],
)
def test_a_hazard_is_seen_however_it_is_written(source, name):
    assert name in used(ast.parse(source))
    assert any(re.fullmatch(hazard, name) for hazard in HAZARDS)
