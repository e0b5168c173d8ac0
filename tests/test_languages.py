"""Which language somebody reads, and what is said in it."""

import pytest
from babel.messages.catalog import Catalog

from companion.languages import from_english, translated
from companion.messages import gettext, ngettext
from companion.translations import PAGES, offered
from companion.web.sentences import in_language
from tests.support.catalogues import save
from tests.support.marked_language import LANGUAGE, REGIONAL, RIGHT_TO_LEFT, write_marked


@pytest.fixture
def marked_app(make_app, tmp_path):
    folder = tmp_path / "translations"
    write_marked(folder)
    write_marked(folder, RIGHT_TO_LEFT)
    write_marked(folder, REGIONAL)
    return make_app(translations=str(folder), language="en")


def language_of(app, switched="", **headers: str) -> str:
    client = app.test_client()
    if switched:
        client.set_cookie("language", switched)
    page = client.get("/", base_url="http://localhost:8000", headers=headers).text
    return page.partition('<html lang="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "en"),
        ({"Accept-Language": "eo"}, "eo"),
        ({"Accept-Language": "eo-XX,en;q=0.5"}, "eo"),
        ({"Accept-Language": "tlh,he;q=0.8,en;q=0.5"}, "he"),
        ({"Accept-Language": "en-GB,eo;q=0.5"}, "en"),
        ({"Accept-Language": "en;q=0.2,eo-XX"}, "eo"),
        ({"Accept-Language": "eo;q=0,*"}, "en"),
        ({"Accept-Language": "tlh"}, "en"),
        ({"Accept-Language": "x" * 2_000}, "en"),
        ({"Accept-Language": "eo", "switched": "he"}, "he"),
        ({"Accept-Language": "eo", "switched": "tlh"}, "eo"),
        ({"Accept-Language": "eo", "switched": "../../etc"}, "eo"),
        ({"Accept-Language": "pt-BR"}, "pt-BR"),
        ({"Accept-Language": "PT-br;q=0.9, pt;q=0.8"}, "pt-BR"),
        ({"Accept-Language": "pt"}, "pt-BR"),
        ({"Accept-Language": "pt-PT,en;q=0.5"}, "en"),
        ({"Accept-Language": "eo-Latn-XX-x-y"}, "eo"),
        ({"Accept-Language": "-,--,*-*"}, "en"),
        ({"switched": "pt-BR"}, "pt-BR"),
        ({"switched": "pt_BR"}, "en"),
    ],
)
def test_a_page_is_in_the_language_that_its_reader_asks_for(marked_app, headers, language):
    assert language_of(marked_app, **headers) == language


def test_a_series_has_a_language_of_its_own(make_app, tmp_path):
    app = make_app(translations=str(write_marked(tmp_path / "translations")), language=LANGUAGE)

    assert language_of(app) == LANGUAGE
    assert language_of(app, **{"Accept-Language": "tlh"}) == LANGUAGE
    assert language_of(app, **{"Accept-Language": "en"}) == "en"


def test_a_series_may_be_in_the_language_of_a_region(make_app, tmp_path):
    folder = write_marked(tmp_path / "translations", REGIONAL)
    app = make_app(translations=str(folder), language="pt-BR")

    page = app.test_client().get("/", base_url="http://localhost:8000").text

    assert '<html lang="pt-BR">' in page
    assert "⟦Skip to the content⟧" in page
    assert '<script type="application/json" id="words">' in page


def test_a_folder_that_babel_calls_otherwise_is_no_language(tmp_path):
    for name in ("zh_TW", "PT_br", "zh_Hant_TW", "pt-BR", "nonsense", "en_ZZ", "sr_Latn"):
        (tmp_path / name / "LC_MESSAGES").mkdir(parents=True)
        (tmp_path / name / PAGES).touch()

    assert list(offered([tmp_path])) == ["en", "sr-Latn", "zh-Hant-TW"]


def test_what_is_written_from_the_right_says_so(marked_app):
    client = marked_app.test_client()
    page = client.get("/", base_url="http://localhost:8000", headers={"Accept-Language": "he"})

    assert '<html lang="he" dir="rtl">' in page.text
    assert "Accept-Language" in page.headers["Vary"]


def test_a_message_is_said_in_the_language_of_who_reads_it(marked_app):
    inner = gettext("Organise")
    said = gettext("A vote names its question, and whether it is wanted. Reload the page.")
    unknown = gettext("%(what)s is said by nobody, %(num)s %%", what=inner, num=3)
    with marked_app.test_request_context(headers={"Accept-Language": LANGUAGE}):
        assert translated(said) == f"⟦{said}⟧"
        assert translated(unknown) == "⟦Organise⟧ is said by nobody, 3 %"
        assert translated(ngettext("%(num)s bee", "%(num)s bees", 2)) == "2 bees"
        assert from_english("Organise") == "⟦Organise⟧"
        assert from_english("100 % of it") == "100 % of it"
        assert translated("Organise") == "Organise"
        assert from_english("") == translated(gettext("")) == ""
    with marked_app.test_request_context():
        assert translated(said) == said


WRONG = ("%(nmae)s", "%(num)q", "%(name)d", "100 %", "%(num", "%s and %s")


@pytest.mark.parametrize("words", WRONG)
def test_words_that_cannot_be_filled_in_are_english_instead(make_app, tmp_path, caplog, words):
    sentences = ("%(num)s, %(name)s", ("%(num)s bee, %(name)s", "%(num)s bees, %(name)s"), "Alone")
    catalog = Catalog(locale=LANGUAGE)
    for id in sentences:
        catalog.add(id, words if isinstance(id, str) else (words, words))
    save(catalog, tmp_path / LANGUAGE)
    app = make_app(translations=str(tmp_path), language=LANGUAGE)
    template = app.jinja_env.from_string(
        "{{ _('%(num)s, %(name)s', num=2, name='<Bob>') }}; {{ _('Alone') }}; "
        "{{ ngettext('%(num)s bee, %(name)s', '%(num)s bees, %(name)s', 2, name='Bob') }}"
    )
    with app.test_request_context():
        for _ in range(2):
            assert template.render(**in_language()) == "2, &lt;Bob&gt;; Alone; 2 bees, Bob"
            assert translated(gettext(sentences[0], num=2, name="Bob")) == "2, Bob"
            assert translated(ngettext(*sentences[1], 2, name="Bob")) == "2 bees, Bob"

    assert caplog.text.count(words) == 1
