"""`companion.env`: the settings, kept in the data folder with what belongs to them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, MutableMapping
from pathlib import Path

from companion.cli.completion import meant
from companion.errors import BARRED, what_to_do
from companion.settings import OPTIONS, ConfigError, Option

NAME = "companion.env"
NAMES = {name: option for option in OPTIONS for name in (option.env, option.file_env) if name}
FOLDER = "COMPANION_DATA_FOLDER"
# What names a file or folder; where it is not a whole path it is meant from the data folder.
PATHS = {"COMPANION_TALKS", "COMPANION_PUBLISH_TO", *(option.file_env for option in OPTIONS)} - {""}


def settings_file(environ: Mapping[str, str]) -> Path | None:
    """Return the file in the data folder that is named, None where none is, or it has no file.

    The folder that one happens to stand in is not looked into: it may be one of talks, which
    others write.
    """
    folder = environ.get(FOLDER, "").strip()
    path = _path(folder, FOLDER) / NAME if folder else None
    try:
        return path.resolve() if path and path.exists() else None
    except OSError as error:  # a name too long, or a folder that one may not look into
        advice = what_to_do(error) if error.errno in BARRED else "name another folder"
        reason = f"{folder} cannot be used: {error.strerror}"
        raise ConfigError(f"{FOLDER}: {reason}; {advice}") from None


def _path(text: str, where: str) -> Path:
    """Return a path as it is typed, `~` and all; raises ConfigError for the home of nobody."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ConfigError(
            f"{where}: {text} cannot be used: nobody has that home; write the whole path"
        ) from None


def add_settings(environ: MutableMapping[str, str], given: Container[str] = ()) -> None:
    """Have what the file says count, unless the environment says otherwise; raises ConfigError.

    What is ``given``, by the options' names, counts before it even where it is empty; an empty
    environment variable is as good as none.
    """
    path = settings_file(environ)
    if path is None:
        return
    for name, value in list(_read(path)):
        option = NAMES[name]
        if option.name in given:
            continue
        if not environ.get(option.env) and not (option.secret and environ.get(option.file_env)):
            environ[name] = value


def _read(path: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise ConfigError(
            f"{path} cannot be read: {reason}; give it to who runs companion"
        ) from None
    seen: dict[Option, tuple[str, int]] = {}
    for number, line in enumerate(lines, 1):
        text, where = line.strip(), f"{path}:{number}"
        if text and text[0] not in "#;":
            name, value = _setting(text, where, path.parent)
            first, its_line = seen.setdefault(NAMES[name], (name, number))
            if its_line != number:
                raise ConfigError(
                    f"{where}: {name} is set already, by {first} in line {its_line}; "
                    "leave one of them out"
                )
            yield name, value


def _setting(text: str, where: str, folder: Path) -> tuple[str, str]:
    """Return a line's name and value, the value without the quotes around it."""
    name, equals, value = (part.strip() for part in text.partition("="))
    name = name.removeprefix("export ").strip()
    if not equals:
        raise ConfigError(f"{where}: write it as NAME=value, and # before a remark")
    if name not in NAMES or name == FOLDER:
        raise ConfigError(f"{where}: {name} is no setting{_advice(name)}")
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return name, str(folder / _path(value, where)) if value and name in PATHS else value


def _advice(name: str) -> str:
    found = meant(name, NAMES.keys() - {FOLDER}, "use", most=1)
    return found or " that can stand here; take it out"
