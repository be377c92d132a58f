"""Whatever is sent to whichever address: an answer in words, never a fault, and nothing is changed without the PIN."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule

from monitor.appliance import Appliance
from monitor.commands import Commands
from monitor.control import Control
from tests.web.conftest import Demo
from tests.web.test_settings import appliance
from web import Config, create_app
from web.fields import NAMES
from web.guard import HEADERS
from web.streams import Streams

__all__ = ["appliance"]  # a fixture here too

HERE = {"Host": "localhost", "Origin": "http://localhost"}
ATTACKS = (
    "' OR 1=1 --",
    '{{7*7}}"><script>alert(1)</script>',
    "../../../../etc/passwd",
    "%2e%2e%2fetc%2fpasswd",
    "=HYPERLINK(1)",
    "\0",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "9" * 400,
    "-1",
    "1e999",
    "nan",
    "٣",
    "http://evil.example/",
)
ASKED = (*NAMES, "next", "then", "before", "after", "kept", "pin", "height_cm", "lens_deg")
"""What forms and queries of ours are called."""
texts = st.sampled_from(ATTACKS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
words = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=40)
header_names = st.sampled_from(
    [
        *("Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Cache-Control", "Content-Type", "Cookie"),
        *("Host", "If-Modified-Since", "If-None-Match", "If-Range", "Last-Event-ID", "Origin", "Range", "Referer"),
        *("Sec-Fetch-Site", "X-Forwarded-For", "X-Forwarded-Host", "X-HTTP-Method-Override", "X-Original-URL"),
    ]
)


@dataclass(frozen=True)
class Doors:
    """A dashboard that asks nobody, and one that wants the owner's PIN, before the same unit."""

    open: Flask
    shut: Flask
    appliance: Appliance


@pytest.fixture
def doors(appliance: Appliance, demo_store: Demo, tmp_path: Path) -> Iterator[Doors]:
    socket = tmp_path / "monitor.sock"
    with Control(socket, Commands(appliance)):
        configs = [Config(str(demo_store.path), owner, str(socket)) for owner in (None, str(tmp_path / "owner"))]
        made = [create_app(config) for config in configs]
        yield Doors(made[0], made[1], appliance)
        for app in made:
            app.extensions["medius.source"].close()


def address(rule: Rule, draw: Any) -> str:
    path = rule.rule
    for name in rule.arguments:
        for kind in ("", "path:", "int:", "uuid:"):
            path = path.replace(f"<{kind}{name}>", quote(draw(texts), safe=""))
    assert "<" not in path
    return path


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_that_is_sent_makes_a_page_fail(doors: Doors, data: st.DataObject) -> None:
    app = doors.shut if data.draw(st.booleans()) else doors.open
    streams: Streams = app.extensions["medius.streams"]
    streams.end()  # or they would go on for minutes
    rule = data.draw(st.sampled_from(sorted(app.url_map.iter_rules(), key=str)))
    names = st.sampled_from(ASKED) | texts
    doors.appliance._wish = None  # a set-up that was asked for would keep the rest out
    headers = HERE | data.draw(st.dictionaries(header_names, words, max_size=3))
    method = data.draw(st.sampled_from(["GET", "POST", "POST", "HEAD"]))
    kind = data.draw(st.sampled_from(["form", "multipart", "bytes"])) if method == "POST" else "none"
    form = data.draw(st.dictionaries(names, texts, max_size=6))
    sent: dict[str, Any] = {
        "form": {"data": form},
        "multipart": {"data": form, "content_type": "multipart/form-data"},
        "bytes": {"data": data.draw(st.binary(max_size=200)), "content_type": data.draw(words)},
        "none": {},
    }[kind]
    query = data.draw(st.dictionaries(names, texts, max_size=3))
    where = address(rule, data.draw)
    with app.test_client().open(where, method=method, query_string=query, headers=headers, **sent) as answer:
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert answer.mimetype != "text/html" or "<script>alert" not in answer.text


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nobody_without_the_pin_changes_anything(doors: Doors, data: st.DataObject) -> None:
    before = doors.appliance.settings
    form = data.draw(st.fixed_dictionaries({"target_left_deg": st.sampled_from(["7", "8.5"]), "pin": texts}))
    headers = HERE | data.draw(st.dictionaries(header_names, words, max_size=3))
    with doors.shut.test_client() as client:
        client.post("/settings", data=form, headers=headers)
    assert doors.appliance.settings == before
