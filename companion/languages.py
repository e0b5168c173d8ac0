"""The languages that pages are in: which there are, which one somebody reads, and its words."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, get_translations

from companion.messages import Message, in_figures, read_back
from companion.settings import Settings
from companion.translations import FOLDER, SCRIPTS, SOURCE, locale_name, offered

_log = logging.getLogger(__name__)
LONGEST = 4  # parts of a language's tag that are looked at: zh-Hant-TW has three


def init_app(app: Flask, settings: Settings) -> None:
    """Have what is rendered be in the reader's language."""
    folders = [FOLDER, *([settings.translations] if settings.translations else [])]
    app.config["LANGUAGES"] = offered(folders)
    app.config["TRANSLATIONS"] = folders
    Babel(
        app,
        default_locale=locale_name(settings.language),
        default_translation_directories=";".join(map(str, folders)),
        locale_selector=lambda: locale_name(_chosen(settings.language)),
    )
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.finalize = translated
    app.jinja_env.filters.update(translated=translated, from_english=from_english, number=number)
    app.jinja_env.globals.update(
        language=language,
        direction=direction,
        languages=app.config["LANGUAGES"],
        script_words=words,
    )


def language() -> str:
    """Return the language of who asks, as ``lang`` has it; the series' own outside a request."""
    return str(get_locale() or SOURCE).replace("_", "-")


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Have what is rendered meanwhile be in a language."""
    with force_locale(locale_name(tag)):
        yield


def direction() -> str:
    """Return whether the reader's language is written from "ltr" or "rtl"."""
    locale = get_locale()
    return str(locale.text_direction) if locale else "ltr"


def _chosen(own: str) -> str:
    """Return what a reader has switched to, else what the browser asks for, else the series' own.

    What programs read is the same for all of them.
    """
    if not has_request_context():
        return own
    tags = current_app.config["LANGUAGES"]
    switched = request.cookies.get(current_app.config["LANGUAGE_COOKIE"], "")
    if request.path.startswith("/api/"):
        return SOURCE
    if switched in tags:
        return switched
    wanted = [tag for tag, quality in request.accept_languages if quality]
    return next(filter(None, (_kind_of(tag.lower(), tags) for tag in wanted)), own)


def _kind_of(wanted: str, tags: Iterable[str]) -> str:
    """Return the language that is wanted, or what it is a kind of, or else a kind of it."""
    known, parts = {tag.lower(): tag for tag in tags}, wanted.split("-")[:LONGEST]
    for length in range(len(parts), 0, -1):
        found = known.get("-".join(parts[:length]))
        if found:
            return found
    return next((tag for low, tag in known.items() if low.startswith(f"{wanted}-")), "")


def translated(value: Any) -> Any:
    """Return a message in the reader's language; anything else as it is."""
    # What a catalogue has for no words at all is its own header.
    if not isinstance(value, Message) or not value.id:
        return value
    values = {name: translated(each) for name, each in value.values.items()}
    return filled(_words_for(value), value.english, in_figures(values, number))


def _words_for(said: Message) -> str:
    catalogue = get_translations()
    if said.context:
        return str(catalogue.upgettext(said.context, said.id))
    if said.plural:
        return str(catalogue.ungettext(said.id, said.plural, said.values["num"]))
    return str(catalogue.ugettext(said.id))


def filled(words: str, english: str, values: Mapping[str, object]) -> str:
    """Return a catalogue's words with values filled in; in English where they have no place."""
    try:
        return words % values
    except (KeyError, TypeError, ValueError):
        _note_unusable(str(words))
        return english % values


@lru_cache(1_000)
def _note_unusable(words: str) -> None:
    _log.warning("a translation cannot be filled in, and its English is shown: %r", words)


def number(amount: int) -> str:
    """Return an amount as it is written in the reader's language: "2,000"."""
    return str(format_decimal(amount, locale=get_locale() or SOURCE))


def from_english(text: str) -> str:
    """Return what was kept in English, or a message, in the reader's language, if it has words."""
    return str(translated(text if isinstance(text, Message) else read_back(text)))


def words() -> dict[str, Any]:
    """Return what scripts need to speak the reader's language: nothing for English."""
    return _words(language(), tuple(current_app.config["TRANSLATIONS"]))


@lru_cache(32)
def _words(tag: str, folders: tuple[Path, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in (folder / locale_name(tag) / SCRIPTS for folder in folders):
        if path.is_file():
            found |= json.loads(path.read_text(encoding="utf-8"))
    return found
