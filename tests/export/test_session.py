"""The JSON of a stored session against schema 1."""

import json
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from monitor.export import session as exported
from monitor.export.document import json_parts, json_text
from monitor.export.session import SessionGoneError, Stances, file_stem, result_of
from monitor.store import Ownership, Reader, Recorder, delete_session
from tests.store.made import START, HandClock, make_stance
from tests.web.conftest import Demo
from tests.web.test_pages import KINDS


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads(resources.files("monitor").joinpath("schema1.json").read_text()))


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "single"])  # whose made summary lacks an interval
def test_every_session_fits_the_schema(
    demo_store: Demo, reader: Reader, schema: Draft202012Validator, kind: str
) -> None:
    session = reader.session(demo_store.ids[kind])
    assert session is not None
    text = "".join(json_parts(result_of(reader, session)))
    document = json.loads(text)
    assert [error.message for error in schema.iter_errors(document)] == []
    assert json.dumps(document, indent=1) + "\n" == text
    assert document["source"] == session.source
    assert document["duration_s"] == session.elapsed_s
    assert len(document["stances"]) == document["quality"]["stances"] == session.stance_count
    assert document["quality"]["notes"][0] == f"The session began at {session.started_at.isoformat()}."
    quality = document["quality"]
    assert quality["frames"] >= quality["frames_used"] >= 0
    if session.summary is not None:
        assert document["summary"]["left"]["trunk_lean_deg"]["n"] == session.summary["left"]["trunk_lean_deg"].n


def test_times_are_counted_from_the_session_s_start(demo_store: Demo, reader: Reader) -> None:
    session = reader.session(demo_store.ids["recovered"])
    assert session is not None
    assert session.origin_s > 8000.0
    times = [stance.contact_s for stance in Stances(reader, session)]
    assert 0.0 < times[0] < 3.0
    assert times == sorted(times)
    assert times[-1] < session.elapsed_s


def test_reading_in_pieces_gives_the_same(demo_store: Demo, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    session = reader.session(demo_store.ids["story"])
    assert session is not None
    whole = json_text(result_of(reader, session))
    monkeypatch.setattr(exported, "AT_ONCE", 7)
    assert json_text(result_of(reader, session)) == whole


def test_a_session_that_is_deleted_meanwhile_is_not_taken_for_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "medius.sqlite"
    monkeypatch.setattr(exported, "AT_ONCE", 2)
    with Recorder(path, HandClock()) as recorder:
        session_id = recorder.open_session(START)
        for seq in range(1, 6):
            recorder.stance(make_stance(seq))
    with Reader.open(path) as reader:
        session = reader.session(session_id)
        assert session is not None
        stances = iter(Stances(reader, session))
        next(stances)
        delete_session(path, session_id)
        with pytest.raises(SessionGoneError, match="deleted"):
            list(stances)


def test_file_names_are_plain(demo_store: Demo, reader: Reader) -> None:
    for session_id in demo_store.ids.values():
        session = reader.session(session_id)
        assert session is not None
        stem = file_stem(session)
        assert stem == f"medius-{session.started_at.astimezone():%Y-%m-%d-%H%M%S}"
        assert set(stem) <= set("medius-0123456789")


def test_speeds_count_from_the_sessions_start(tmp_path: Path) -> None:
    with Recorder(tmp_path / "medius.sqlite", HandClock()) as recorder:
        session_id = recorder.open_session(START)
        recorder.close_session()
        assert recorder.flush()
        for time_s, speed_mps in ((99.0, 2.5), (160.0, 3.0)):
            Ownership(recorder).belt_speed(session_id, time_s, speed_mps)
        with Reader.open(recorder.url_or_path) as reader:
            session = reader.session(session_id)
            assert session is not None
            result = result_of(reader, session)
    assert result.belt_speeds == [(0.0, 2.5), (60.0, 3.0)]
    told = json.loads("".join(json_parts(result)))["belt_speeds"]
    assert told == [{"from_s": 0.0, "speed_mps": 2.5}, {"from_s": 60.0, "speed_mps": 3.0}]
