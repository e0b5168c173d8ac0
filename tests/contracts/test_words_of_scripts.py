"""Scripts choose the same form of a plural as pages do, whatever the number."""

import json
import subprocess
from gettext import c2py
from shutil import which

import pytest
from babel.messages.catalog import Catalog

from tests.support.catalogues import JS, ROOT, compiled

NUMBERS = [*range(321), 1_000, 1_002, 2_012, 100_000, 1_000_001]
LANGUAGES = ("ar", "cy", "cs", "de", "fr", "ga", "he", "ja", "lt", "lv", "pl", "pt_BR", "ru", "sl")
IN_NODE = """
globalThis.document = { documentElement: { lang: "xx" }, getElementById: () => (%s) };
const { ngettext } = await import(%s);
console.log(JSON.stringify(%s.map((num) => ngettext("bee", "bees", num))));
"""
needs_node = pytest.mark.skipif(which("node") is None, reason="there is no Node.js")


def said_by_script(words: dict | None) -> list[str]:
    element = json.dumps(words and {"textContent": json.dumps(words)})
    script = (ROOT / JS / "lib/words.js").read_text()
    module = json.dumps(f"data:text/javascript,{_encoded(script)}")
    source = IN_NODE % (element, module, json.dumps(NUMBERS))
    command = ["node", "--input-type=module", "-e", source]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _encoded(script: str) -> str:
    return "".join(f"%{byte:02x}" for byte in script.encode())


@needs_node
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_script_has_the_form_of_each_number(language):
    catalog = Catalog(locale=language)
    form = c2py(catalog.plural_expr)
    forms = tuple(f"form {number}" for number in range(catalog.num_plurals))
    catalog.add(("bee", "bees"), forms, locations=[(f"{JS}/a.js", 0)])

    said = said_by_script(json.loads(compiled(catalog)))

    assert said == [f"form {form(number)}" for number in NUMBERS]


@needs_node
@pytest.mark.parametrize("words", [None, {}, {"bee": ["abeille", "abeilles"]}])
def test_without_a_rule_of_plurals_it_is_english(words):
    assert said_by_script(words) == ["bee" if number == 1 else "bees" for number in NUMBERS]
