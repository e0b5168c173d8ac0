"""What templates say, in the reader's language: as Jinja's own way of it has it, and faster.

A card has ten sentences and a board fifty cards, so whose language it is in is looked up once for
each render, and what has nothing filled in is made safe once for each language.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from babel.support import NullTranslations
from flask import Flask, current_app
from flask_babel import get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from companion.languages import filled, translated

Gettext = dict[str, Callable[..., str]]


def init_app(app: Flask) -> None:
    """Let templates say something by ``_`` or ``gettext``, of several things by ``ngettext``."""
    app.extensions["sentences"] = {}
    app.context_processor(in_language)
    # What is imported has no context, and asks each time.
    app.jinja_env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext)


def in_language() -> Gettext:
    """Return what a template says its sentences by, for whoever reads what is rendered now."""
    known: dict[str, Gettext] = current_app.extensions["sentences"]
    tag = str(get_locale())
    return known.get(tag) or known.setdefault(tag, _said_by(get_translations()))


@pass_eval_context
def _gettext(context: EvalContext, id: str, /, **values: Any) -> str:
    return in_language()["gettext"](context, id, **values)


@pass_eval_context
def _ngettext(context: EvalContext, id: str, plural: str, count: int, /, **values: Any) -> str:
    return in_language()["ngettext"](context, id, plural, count, **values)


def _said_by(catalogue: NullTranslations) -> Gettext:
    alone: dict[str, Markup] = {}

    @pass_eval_context
    def gettext(context: EvalContext, id: str, /, **values: Any) -> str:
        if values or not context.autoescape:
            return _filled(context, catalogue.ugettext(id), id, values)
        found = alone.get(id)
        if found is None:
            words = filled(catalogue.ugettext(id), id, {})
            found = alone[id] = Markup(words)  # noqa: S704 (a catalogue's)
        return found

    @pass_eval_context
    def ngettext(context: EvalContext, id: str, plural: str, count: int, /, **values: Any) -> str:
        found = catalogue.ungettext(id, plural, count)
        english = id if count == 1 else plural
        return _filled(context, found, english, {"num": count, **values})

    return {"_": gettext, "gettext": gettext, "ngettext": ngettext}


def _filled(context: EvalContext, words: str, english: str, values: dict[str, Any]) -> str:
    said = {name: translated(value) for name, value in values.items()}
    if not context.autoescape:
        return filled(words, english, said)
    return filled(Markup(words), Markup(english), said)  # noqa: S704 (a catalogue's, and ours)
