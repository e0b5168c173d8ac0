"""A language in which everything has marks around it, so that what escaped gettext is seen."""

from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from tests.support.catalogues import said, save

LANGUAGE = "eo"  # has the plurals of English; nobody translates to it here
RIGHT_TO_LEFT = "he"
REGIONAL = "pt_BR"  # "pt-BR" to browsers


def write_marked(folder: Path, language: str = LANGUAGE) -> Path:
    """Write the language's catalogue below a folder; return that."""
    catalog = Catalog(locale=language, project="Companion", charset="utf-8")
    for message in _all_said():
        if message.id:
            catalog.add(
                message.id,
                _marked(message.id, catalog.num_plurals),
                locations=message.locations,
                context=message.context,
            )
    save(catalog, folder / language)
    return folder


@cache
def _all_said() -> list[Message]:
    return list(said())


def _marked(id: str | tuple[str, ...], forms: int) -> str | tuple[str, ...]:
    if isinstance(id, str):
        return f"⟦{id}⟧"
    return tuple(f"⟦{id[min(form, 1)]}⟧" for form in range(forms))
