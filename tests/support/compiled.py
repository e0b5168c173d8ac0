"""What every application and engine would compile anew, compiled once for all tests."""

from types import CodeType
from typing import Any

import pytest
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule


class TemplatesInMemory(BytecodeCache):
    """The code of templates, by their names and what stands in them."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code
        self._codes[bucket.key, bucket.checksum] = bucket.code


def share_routes(patch: pytest.MonkeyPatch) -> None:
    """Let routes that are written alike have the same parser and builder of addresses."""
    first: dict[object, Rule] = {}
    compile_anew = Rule.compile

    def compile_once(rule: Rule) -> None:
        key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, repr(rule.defaults))
        known = first.setdefault(key, rule)
        if known is rule:
            compile_anew(rule)
        for name in ("_parts", "_trace", "_converters", "_build", "_build_unknown"):
            setattr(rule, name, getattr(known, name))
        rule.arguments = set(known.arguments)

    patch.setattr(Rule, "compile", compile_once)


def share_statements(patch: pytest.MonkeyPatch) -> None:
    """Let all engines remember the same statements, as the one engine of a server does.

    What is remembered belongs to a dialect; two of a kind differ in nothing that is compiled.
    """
    shared: LRUCache[Any, Any] = LRUCache(5_000)
    remembered = property(lambda engine: shared, lambda engine, own: None)
    patch.setattr(Engine, "_compiled_cache", remembered, raising=False)
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        patch.setattr(kind, "__hash__", lambda one: hash(type(one)))
        patch.setattr(kind, "__eq__", lambda one, other: type(one) is type(other))
