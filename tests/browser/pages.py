"""Every page that the dashboard has, from its own map of addresses: a new one is looked at without being named here."""

from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus

from flask import Flask

from tests.browser.unit import Place, Shown
from web import Config, create_app

HTML = "text/html; charset=utf-8"
OTHER_KINDS = ("nobody", "landmarks", "withheld", "fault", "no summary", "single", "hostile", "long")
"""Sessions whose own page is not like that of the others."""


def pages(place: Place, shown: Shown) -> list[str]:
    """The path of each page, as the owner asks for it."""
    app = create_app(Config(str(place.database), control=str(place.socket)))
    with closing(app.extensions["medius.source"]):
        found = [path for path in _paths(app, shown) if _is_page(app, path)]
    return [*found, *(f"/sessions/{shown.sessions[kind]}" for kind in OTHER_KINDS), "/nowhere"]


def _paths(app: Flask, shown: Shown) -> Iterator[str]:
    """The addresses that answer to GET, about the session that shows most. LookupError: what is said of a new kind?"""
    stands_for = {
        "session_id": shown.sessions["own"],
        "runner_id": shown.runner,
        "token": shown.link,
        "filename": "medius.css",
        "name": "clam",
        "leg": "left",
    }
    with app.test_request_context():
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
            if "GET" in (rule.methods or ()):
                yield app.url_for(rule.endpoint, **{name: stands_for[name] for name in rule.arguments})


def _is_page(app: Flask, path: str) -> bool:
    answer = app.test_client().get(path, follow_redirects=True)
    answer.close()
    return answer.content_type == HTML and answer.status_code != HTTPStatus.NO_CONTENT
