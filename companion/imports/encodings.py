"""Which encoding a file is in that does not say so: a guess by the letters of one language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from companion.messages import gettext

NAMES: Mapping[str, str] = {
    "utf-8": "UTF-8",
    "cp1252": gettext("Western European (Windows)"),
    "mac_roman": gettext("Western European (Mac)"),
    "cp850": gettext("Western European (DOS)"),
    "cp1250": gettext("Central European (Windows)"),
    "iso8859_2": gettext("Central European (ISO)"),
    "mac_latin2": gettext("Central European (Mac)"),
    "cp1251": gettext("Cyrillic (Windows)"),
    "koi8_u": gettext("Cyrillic (KOI8)"),
    "mac_cyrillic": gettext("Cyrillic (Mac)"),
    "cp866": gettext("Cyrillic (DOS)"),
    "cp1253": gettext("Greek (Windows)"),
    "cp1254": gettext("Turkish (Windows)"),
    "cp1255": gettext("Hebrew (Windows)"),
    "cp1256": gettext("Arabic (Windows)"),
    "cp1257": gettext("Baltic (Windows)"),
    "iso8859_14": gettext("Welsh and Irish (ISO)"),
    "cp932": gettext("Japanese (Shift JIS)"),
    "euc_jp": gettext("Japanese (EUC)"),
    "gb18030": gettext("Chinese, simplified (GB)"),
    "big5": gettext("Chinese, traditional (Big5)"),
    "cp949": gettext("Korean (Windows)"),
    "cp874": gettext("Thai (Windows)"),
}
LATIN = ("cp1252", "mac_roman", "cp850")
CENTRAL = ("cp1250", "iso8859_2", "mac_latin2")
CYRILLIC = ("cp1251", "koi8_u", "mac_cyrillic", "cp866")


@dataclass(frozen=True)
class _Language:
    """Its letters beside ASCII's, some of its shortest words, and what its files are in."""

    letters: str
    words: str
    encodings: tuple[str, ...]


LANGUAGES = (
    _Language("äöüß", "der die das ist und was wie warum ein nicht gibt es", LATIN),
    _Language("éèêëàâîïôûùçœ", "le la les des est que et un une pour quel quelle on", LATIN),
    _Language("áéíóúñü¿¡", "el la los que es de un una por en como se hay", LATIN),
    _Language("àèéìòù", "il lo la che di un una per come si quale", LATIN),
    _Language("ãõáéíóúâêôàç", "o os que de um uma por como se qual para", LATIN),
    _Language("åäö", "och att det som en vad hur kan ett on ja mita", LATIN),
    _Language("æøå", "og det at som en hvad hvordan hva kan et er", LATIN),
    _Language("áéíóúýþæöð", "og er hvad hvernig hva til um", LATIN),
    _Language("ëïéèöü", "de het een wat hoe is van waarom zijn", LATIN),
    _Language("ąćęłńóśźż", "jak czy co to jest w na i do dlaczego", CENTRAL),
    _Language("áčďéěíňóřšťúůýžľĺŕôä", "co je jak to na a se proč kde ako", CENTRAL),
    _Language("áéíóöőúüű", "az hogy mi a miért és nem van", CENTRAL),
    _Language("ăâîșțşţ", "ce cum de la este un nu pe", CENTRAL),
    _Language("čćđšž", "je kako da li se na u što kaj zakaj", CENTRAL),
    _Language("çğıöşü", "ve bir bu ne mi nasıl neden", ("cp1254",)),
    _Language("āčēģīķļņšūžąęėįųõäöü", "ir kas un kaip mis on ka", ("cp1257",)),
    _Language("âêîôûŵŷáéíóúàèìòùẁỳ", "yr y yn mae beth sut pam an", ("iso8859_14", *LATIN)),
    _Language(
        "абвгдежзийклмнопрстуфхцчшщъыьэюяё", "как это что не на и в почему ли мы вы", CYRILLIC
    ),
    _Language("абвгдежзийклмнопрстуфхцчшщьюяіїєґ", "як це що не на і в чому чи ми ви", CYRILLIC),
    _Language("абвгдежзијклмнопрстуфхцчшђљњћџѓќѕ", "како је то да ли не на и у", CYRILLIC),
    _Language("абвгдежзийклмнопрстуфхцчшщьыэюяўі", "як гэта што не на і ў", CYRILLIC),
    _Language("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ", "πώς αυτό τι το και η ο", ("cp1253",)),
    _Language("אבגדהוזחטיךכלםמןנסעףפץצקרשת", "זה של את על לא מה איך האם", ("cp1255",)),
    _Language(
        "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگکی،؟", "هذا ما هل في من كيف على", ("cp1256",)
    ),
)
WITH_MANY_BYTES = {  # what their commonest letters are
    "cp932": "[\u3041-\u30ff、。？]",
    "euc_jp": "[\u3041-\u30ff、。？]",
    "gb18030": "[的是了不在有这个为什么吗如何们和我你他请问可以会能与，。？]",
    "big5": "[的是了不在有這個為什麼嗎如何們和我你他請問可以會能與，。？]",
    "cp949": "[이는은가을를에의도로다요지나면하왜문질습니까]",
    "cp874": "[\u0e01-\u0e5b]",
}
EVERYWHERE = frozenset("“”‘’„–—…€£·•°«»‹›§\u00a0©®™½×")
CJK = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
ALONE = re.compile(
    "(?<![\u3000-\u9fff\uac00-\ud7a3\uff00-\uffef])[\u3400-\u9fff\uac00-\ud7a3]"
    "(?![\u3000-\u9fff\uac00-\ud7a3\uff00-\uffef])"
)
IN_WORD = re.compile(
    r"(?<=[^\W\d_])[“”„–—…·°«»]+(?=[^\W\d_])|[^\W\d_][€£§©®½×·•]|[€£§©®½×][^\W\d_]"
)
NO_THAI = re.compile("[\u0e03\u0e05\u0e4f-\u0e5b]|(?:\u0e04.){3}")
VOWEL = re.compile("[аеёиоуыэюяіїєјўАЕЁИОУЫЭЮЯІЇЄ]")
FEWEST_VOWELS = 0.25
WORD = re.compile(r"[^\W\d_]+")
LOOKED_AT = 20_000


def guessed(data: bytes) -> str:
    """Return the encoding of bytes that are no UTF-8; Western Windows' where nothing speaks."""
    sample = data[:LOOKED_AT]
    best, chosen = 0.0, "cp1252"
    for encoding in NAMES:
        text = _decoded(sample, encoding)
        score = _score(text, encoding) if text else 0
        if score > best:
            best, chosen = score, encoding
    return chosen


def _decoded(data: bytes, encoding: str) -> str:
    """Return bytes as text, "" when the encoding has no such bytes; its last letter may be cut."""
    for end in range(len(data), max(len(data) - 4, 0), -1):
        try:
            return data[:end].decode(encoding)
        except UnicodeDecodeError as error:
            if error.end < end - 4:
                return ""
    return ""


def _score(text: str, encoding: str) -> float:
    other = [char for char in text if not char.isascii()]
    if not other:
        return 0
    if encoding in WITH_MANY_BYTES:
        return _share_of_common(text, other, WITH_MANY_BYTES[encoding])
    words = WORD.findall(text)
    odd = sum(word != word.upper() and word[1:] != word[1:].lower() for word in words)
    odd = odd if any(not word.isascii() for word in words) else 0
    known = {word.casefold() for word in words}
    best = 0.0
    for language in LANGUAGES:
        if encoding in language.encodings:
            fit = sum(char.lower() in language.letters or char in EVERYWHERE for char in other)
            heard = min(len(known & set(language.words.split())), 3) / 20
            best = max(best, fit / len(other) + heard)
    odd += len(IN_WORD.findall(text)) + _has_few_vowels(encoding, other)
    return best - odd / max(len(words), 1)


def _has_few_vowels(encoding: str, other: list[str]) -> bool:
    vowels = len(VOWEL.findall("".join(other)))
    return encoding in CYRILLIC and vowels < FEWEST_VOWELS * len(other)


def _share_of_common(text: str, other: list[str], common: str) -> float:
    """Return how much looks like a language written without an alphabet, 0 for single letters."""
    if len(ALONE.findall(text)) * 2 > len(CJK.findall(text) or "no"):
        return 0
    written = [char for char in other if char not in EVERYWHERE]
    share = len(re.findall(common, text)) / max(len(written), 1)
    return min(1.0, 0.7 + share) - len(NO_THAI.findall(text)) / 5 if share > 0.1 else share
