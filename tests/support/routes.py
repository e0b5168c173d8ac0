"""An address for every route that there is."""

from flask import Flask

VALUES = {
    "slug": "talk",
    "poll": 1,
    "poll_address": "0123abcd",
    "question": 1,
    "cluster": 1,
    "mark": 1,
    "digest": "0123456789abcdef",
    "path": "old/address",
    "code": "ABC123",
    "format": "csv",
    "form": "patch",
    "filename": "img/icon.svg",
    "plot": "votes",
    "part": "light.css",
    "name": "site",
}


def addresses(app: Flask, method: str, path: str = "/") -> list[str]:
    """Return one address, below a path, for every route that takes a method."""
    urls = app.url_map.bind("localhost:8000", path)
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted(
        urls.build(rule.endpoint, {name: VALUES[name] for name in rule.arguments}, method)
        for rule in rules
    )
