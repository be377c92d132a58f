"""Fewer bytes on the line, and files that are asked for once."""

import re
import zlib
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from tests.web.conftest import Demo
from web.assets import FOREVER, MARKS, ROOT
from web.streams import Streams

PACKED = {"Accept-Encoding": "gzip, deflate"}


@dataclass(frozen=True)
class Got:
    status: int
    headers: Headers
    data: bytes


def get(client: FlaskClient, path: str, **headers: str) -> Got:
    with client.get(path, headers=headers) as answer:
        return Got(answer.status_code, answer.headers, answer.data)


def unpacked(body: bytes) -> bytes:
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    text = reader.decompress(body)
    assert reader.eof
    return text


@pytest.mark.parametrize(
    "path", ["/", "/help", "/sessions/{}", "/sessions/{}/stances.csv", "/sessions/{}/session.json"]
)
def test_what_is_packed_is_the_same(client: FlaskClient, demo_store: Demo, path: str) -> None:
    path = path.format(demo_store.ids["long"])
    plain, packed = client.get(path), client.get(path, headers=PACKED)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert unpacked(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert packed.headers.get("Content-Length") in (None, str(len(packed.data)))
    assert "Content-Encoding" not in plain.headers
    assert {"Accept-Encoding"} <= set(plain.vary) & set(packed.vary)


@pytest.mark.parametrize("taken", ["", "br", "gzip;q=0", "identity, *;q=0"])
def test_who_does_not_take_it_gets_it_plain(client: FlaskClient, taken: str) -> None:
    answer = client.get("/help", headers={"Accept-Encoding": taken})
    assert "Content-Encoding" not in answer.headers
    assert "<h1>" in answer.text


def test_a_stream_is_told_at_once(client: FlaskClient) -> None:
    streams: Streams = client.application.extensions["medius.streams"]
    streams.pause = lambda _: False  # type: ignore[method-assign]
    with client.get("/live/events", headers=PACKED) as answer:
        assert "Content-Encoding" not in answer.headers
        assert answer.data.startswith(b"retry: ")


def test_a_drawn_link_is_not_packed(client: FlaskClient) -> None:
    answer = get(client, "/static/icon.svg", **PACKED)
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert "Content-Encoding" not in answer.headers


def test_files_are_kept_by_what_is_in_them(client: FlaskClient) -> None:
    page = client.get("/live").text
    named = dict(re.findall(r'"/static/([^"?]+)\?v=([^"]+)"', page))
    assert named.keys() == {"icon.svg", "medius.css", "live.js"}
    assert "/static/" not in re.sub(r'"/static/[^"?]+\?v=[^"]+"', "", page)
    for name, mark in named.items():
        assert mark == MARKS[name]
        answer = get(client, f"/static/{name}?v={mark}")
        assert answer.headers["Cache-Control"] == FOREVER
        assert answer.data == (ROOT / name).read_bytes()


@pytest.mark.parametrize("query", ["", "?v=", "?v=of-yesterday"])
def test_without_its_mark_a_file_is_asked_for_each_time_and_sent_when_it_is_another(
    client: FlaskClient, query: str
) -> None:
    answer = get(client, f"/static/medius.css{query}", **PACKED)
    assert answer.headers["Cache-Control"] == "no-cache"
    assert unpacked(answer.data) == (ROOT / "medius.css").read_bytes()
    again = get(client, f"/static/medius.css{query}", **PACKED, **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status, again.data) == (304, b"")


def test_a_part_of_a_file_is_a_part_of_what_is_in_it(client: FlaskClient) -> None:
    answer = get(client, "/static/medius.css", **PACKED, Range="bytes=10-19")
    assert (answer.status, "Content-Encoding" in answer.headers) == (206, False)
    assert answer.data == (ROOT / "medius.css").read_bytes()[10:20]
