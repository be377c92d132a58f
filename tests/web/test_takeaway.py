"""What a session's page gives to take away."""

import csv
import io
import json
import random
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from garmin_fit_sdk import Decoder, Stream

from monitor.export import session as exported
from monitor.export.document import json_text
from monitor.export.session import result_of
from monitor.store import Reader, Recorder, delete_session
from tests.store.made import START, HandClock
from tests.web import demo
from tests.web.conftest import Demo
from tests.web.markup import check_page
from tests.web.test_pages import KINDS
from web import Config, create_app, turns
from web.keeping import NOT_KNOWN

FILES = {
    "stances.csv": ("csv", "text/csv; charset=utf-8; header=present"),
    "session.json": ("json", "application/json"),
    "activity.fit": ("fit", "application/vnd.ant.fit"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("file", FILES)
def test_every_file_is_a_download_with_a_plain_name_that_nobody_caches(
    client: FlaskClient, demo_store: Demo, kind: str, file: str
) -> None:
    answer = client.get(f"/sessions/{demo_store.ids[kind]}/{file}")
    suffix, content_type = FILES[file]
    assert answer.status_code == 200
    assert answer.content_type == content_type
    name = re.fullmatch(r'attachment; filename="([^"]+)"', answer.headers["Content-Disposition"])
    assert name is not None
    assert re.fullmatch(rf"medius-\d{{4}}-\d\d-\d\d-\d{{6}}\.{suffix}", name[1])
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.data


def test_the_files_hold_the_session(client: FlaskClient, demo_store: Demo, reader: Reader) -> None:
    session = reader.session(demo_store.ids["story"])
    assert session is not None
    at = f"/sessions/{session.id}"
    rows = list(csv.reader(io.StringIO(client.get(f"{at}/stances.csv").text, newline="")))
    assert len(rows) == session.stance_count + 1
    assert client.get(f"{at}/session.json").text == json_text(result_of(reader, session))
    fit = client.get(f"{at}/activity.fit").data
    messages, errors = Decoder(Stream.from_byte_array(bytearray(fit))).read()
    assert errors == []
    assert len(messages["record_mesgs"]) == pytest.approx(session.elapsed_s, abs=2)


def test_a_long_session_comes_in_pieces(client: FlaskClient, demo_store: Demo) -> None:
    with client.get(f"/sessions/{demo_store.ids['long']}/stances.csv") as answer:
        assert answer.content_length is None
        sizes = [len(piece) for piece in answer.response]
    assert len(sizes) > 10
    assert max(sizes) < 100_000


def test_a_download_is_cut_off_and_not_ended_when_the_session_is_deleted_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exported, "AT_ONCE", 300)
    path = tmp_path / "medius.sqlite"
    clock = demo.DemoClock(demo.FIRST_DAY)
    with Recorder(path, clock) as recorder:
        session_id, _ = demo.record(recorder, clock, START, demo.story(240.0, random.Random(1)), length_s=240.0)
    app = create_app(Config(str(path)))
    with app.test_client().get(f"/sessions/{session_id}/stances.csv") as answer:
        pieces = iter(answer.response)
        next(pieces)
        delete_session(path, session_id)
        with pytest.raises(exported.SessionGoneError):
            list(pieces)
    app.extensions["medius.source"].close()


def test_files_are_taken_away_a_few_at_a_time_and_few_wait(
    app: Flask, demo_store: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits is served when a place is left; more are refused at once."""
    path = f"/sessions/{demo_store.ids['story']}/stances.csv"
    monkeypatch.setattr(turns, "PATIENCE_S", 600.0)
    with ThreadPoolExecutor(turns.WAITING) as pool:
        with ExitStack() as taken:
            for _ in range(turns.FILES):
                taken.enter_context(app.test_client().get(path))
            with ExitStack() as waiting:
                for _ in range(turns.WAITING):
                    waiting.enter_context(turns._waiting)
                refused = app.test_client().get(path)
                assert refused.status_code == 503
                check_page(refused.text)
            served = [pool.submit(lambda: app.test_client().get(path, buffered=True)) for _ in range(turns.WAITING)]
        assert [answer.result().status_code for answer in served] == [200] * turns.WAITING


def test_a_file_that_is_not_taken_in_its_time_is_cut_off_and_not_ended(demo_store: Demo) -> None:
    clock = demo.DemoClock(demo.FIRST_DAY)
    app = create_app(Config(str(demo_store.path)), clock)
    with app.test_client().get(f"/sessions/{demo_store.ids['long']}/stances.csv") as answer:
        pieces = iter(answer.response)
        next(pieces)
        clock.passed_s += turns.TAKEN_S
        next(pieces)
        clock.passed_s += 1.0
        with pytest.raises(turns.TakenTooLongError):
            list(pieces)
    app.extensions["medius.source"].close()


def test_a_session_of_a_unit_without_a_date_has_no_fit_file_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "medius.sqlite"
    with Recorder(path, HandClock(wall=datetime(1970, 1, 1, 0, 5, tzinfo=UTC), believed=False)) as recorder:
        session_id = recorder.open_session(START)
    app = create_app(Config(str(path)))
    client = app.test_client()
    answer = client.get(f"/sessions/{session_id}/activity.fit")
    assert answer.status_code == 409
    check_page(answer.text)
    assert "clock was not set" in answer.text
    notes = json.loads(client.get(f"/sessions/{session_id}/session.json").text)["quality"]["notes"]
    assert "The unit's clock was not set then: date and time may be wrong." in notes
    app.extensions["medius.source"].close()


@pytest.mark.parametrize("kind", KINDS)
def test_every_report_is_sound_and_says_both_sides(client: FlaskClient, demo_store: Demo, kind: str) -> None:
    page = check_page(client.get(f"/sessions/{demo_store.ids[kind]}/report").text)
    text = " ".join(page.all("main")[0].text.split())
    assert "estimated from video" in text
    assert "No validated limit exists" in text
    assert "<script>alert" not in page.source
    if kind == "story":
        assert len(page.all("table")) == 1
        assert [e.attributes["scope"] for e in page.all("th")] == ["col"] * 3 + ["row"] * 8


@pytest.mark.parametrize("what", [*FILES, "report", "delete"])
def test_of_no_session_there_is_nothing(client: FlaskClient, what: str) -> None:
    for session_id in ("nowhere", "00000000-0000-0000-0000-000000000000", "%00", "..%2f.."):
        assert client.get(f"/sessions/{session_id}/{what}").status_code == 404


def test_the_page_leads_to_all_of_it_and_says_how_long_it_is_kept(client: FlaskClient, demo_store: Demo) -> None:
    session_id = demo_store.ids["story"]
    page = check_page(client.get(f"/sessions/{session_id}").text)
    links = {e.attributes["href"] for e in page.all("a")}
    assert {f"/sessions/{session_id}/{what}" for what in (*FILES, "report", "delete")} <= links
    assert NOT_KNOWN in " ".join(page.all("main")[0].text.split())
