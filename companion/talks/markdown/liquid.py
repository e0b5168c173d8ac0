"""Jekyll's template tags, which mean nothing here: a few are understood, the rest left out."""

from __future__ import annotations

import re

from companion.talks.markdown.job import Note

COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}", re.DOTALL)
HIGHLIGHT = re.compile(
    r"\{%-?\s*highlight\s+(?P<language>[\w+-]+)[^%\n]*%\}\n?"
    r"(?P<code>.*?)\n?\{%-?\s*endhighlight\s*-?%\}",
    re.DOTALL,
)
RAW = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
TAG = re.compile(
    r"\{%-?\s*raw\s*-?%\}(?P<raw>.*?)\{%-?\s*endraw\s*-?%\}|(?P<code>`[^`\n]+`)|"
    r"\{\{-?\s*site\.(?P<site>baseurl|url)\s*-?\}\}|"
    r"(?P<tag>\{%-?\s*\w[^\x00]{0,500}?%\}|\{\{[^\x00]{0,500}?\}\})",
    re.DOTALL,
)


def with_plain_code(body: str) -> str:
    """Turn highlighted code into fenced code and drop Liquid comments."""
    return HIGHLIGHT.sub(r"\n~~~~~ \g<language>\n\g<code>\n~~~~~\n", COMMENT.sub("", body))


def without_raw(code: str) -> str:
    """Drop the marks that keep Jekyll's hands off a piece of code."""
    return RAW.sub("", code)


def without_tags(prose: str, base_path: str, notes: list[Note]) -> str:
    """Fill in the site's address, keep code and raw text, and leave every other tag out."""

    def plain(found: re.Match[str]) -> str:
        if found["raw"] is not None or found["code"]:
            return found["code"] or found["raw"]
        if found["site"]:
            return base_path if found["site"] == "baseurl" else ""
        tag = found["tag"].partition("\n")[0]
        message = f"`{tag[:60]}` is for Jekyll only and is left out; write out what it stands for"
        notes.append(Note(message, tag))
        return ""

    return TAG.sub(plain, prose)
