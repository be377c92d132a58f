"""What programs are told, read back by Prometheus' own parser."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from monitor.store import Recorder
from monitor.vocabulary import EngineFigures, LampState
from tests.web import demo
from tests.web.conftest import Demo
from tests.web.test_unit import Unit, unit
from web import Config, create_app
from web.saying import SILENT_S

__all__ = ["unit"]  # a fixture here too


def figures(client: Any) -> dict[str, Any]:
    """Each figure's value, by its name and label; labels of two kinds there are none."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    found = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.documentation
        for sample in family.samples:
            key = " ".join([sample.name, *sample.labels.values()])
            assert key not in found
            found[key] = sample.value
    return found


def test_every_figure_is_told(unit: Unit) -> None:
    unit.says(LampState.MEASURING, engine=demo.make_engine())
    told = figures(unit.client)
    assert told.pop("medius_database_bytes") > 0
    assert told == {
        "medius_info 0.1.0": 1.0,
        "medius_store_up": 1.0,
        "medius_up": 1.0,
        **{f"medius_state {state.name.lower()}": float(state is LampState.MEASURING) for state in LampState},
        "medius_frames_total": 53820.0,
        "medius_frames_dropped_total": 179.0,
        "medius_frames_per_second": 29.83,
        "medius_inference_seconds 0.5": 0.0412,
        "medius_inference_seconds 0.95": 0.0467,
        "medius_inference_seconds 0.99": 0.0713,
        "medius_age_seconds 0.5": 0.0523,
        "medius_age_seconds 0.95": 0.0881,
        "medius_age_seconds 0.99": 0.1194,
        "medius_worker_restarts_total": 1.0,
        "medius_worker_bytes 0": 183_500_800.0,
        "medius_worker_bytes 1": 176_160_768.0,
        "medius_clock_faults_total": 2.0,
        "medius_warning": 0.0,
        "medius_temperature_celsius": 61.3,
        "medius_throttled": 1.0,
        "medius_sessions": 0.0,
    }


def test_what_is_not_known_is_left_out(unit: Unit) -> None:
    unit.says(LampState.STARTING, engine=EngineFigures("full", "none", 0, 0, None, None, None, 0, None, ()))
    unknown = ("second", "age", "temperature", "throttled", "worker_bytes")
    assert not [name for name in figures(unit.client) if any(word in name for word in unknown)]


def test_a_unit_that_is_not_heard_of_has_no_figures(unit: Unit) -> None:
    unit.says(LampState.MEASURING, engine=demo.make_engine())
    unit.clock.passed_s += SILENT_S + 0.1
    told = figures(unit.client)
    assert (told["medius_up"], told["medius_store_up"], told["medius_sessions"]) == (0.0, 1.0, 0.0)
    assert not [name for name in told if "frames" in name or "state" in name]


def test_sessions_are_counted_and_none_is_shown(client: Any, demo_store: Demo) -> None:
    text = client.get("/metrics").text
    assert figures(client)["medius_sessions"] == len(demo_store.ids)
    assert not any(session_id in text for session_id in demo_store.ids.values())
    assert "evil" not in text


def test_before_the_first_session_there_are_no_figures(tmp_path: Path) -> None:
    client = create_app(Config(str(tmp_path / "medius.db"))).test_client()
    assert figures(client) == {"medius_info 0.1.0": 1.0, "medius_store_up": 1.0}
    answer = client.get("/healthz")
    assert (answer.status_code, answer.mimetype) == (503, "text/plain")
    assert answer.text == "No word from the unit yet. It reports here as soon as it runs.\n"


def test_a_store_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "medius.db").write_bytes(b"no database" * 1000)
    client = create_app(Config(str(tmp_path / "medius.db"))).test_client()
    assert figures(client)["medius_store_up"] == 0.0
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.text.startswith("The sessions cannot be read. ")


WELL = set(LampState) - {LampState.FAULT, LampState.OFF}


@pytest.mark.parametrize("state", LampState)
def test_a_unit_is_well_or_says_why_not(unit: Unit, state: LampState) -> None:
    unit.says(state, "the camera is gone" if state is LampState.FAULT else "")
    answer = unit.client.get("/healthz")
    assert answer.status_code == (200 if state in WELL else 503)
    expected = {LampState.FAULT: "Fault. The camera is gone.\n", LampState.OFF: "Off.\n"}
    assert answer.text == expected.get(state, "ok\n")
    assert unit.client.head("/healthz").status_code == answer.status_code


def test_a_unit_that_falls_silent_is_not_well(unit: Unit) -> None:
    unit.says(LampState.READY)
    assert unit.client.get("/healthz").text == "ok\n"
    unit.clock.passed_s += SILENT_S + 0.1
    answer = unit.client.get("/healthz")
    assert answer.status_code == 503
    assert answer.text.startswith("No word from the unit. It has not reported since ")


def test_programs_need_no_pin(demo_store: Demo, tmp_path: Path) -> None:
    shutil.copy(demo_store.path, tmp_path / "medius.db")
    with Recorder(tmp_path / "medius.db", demo.DemoClock(demo.FIRST_DAY)):
        client = create_app(Config(str(tmp_path / "medius.db"), str(tmp_path / "owner"))).test_client()
        for path in ("/metrics", "/healthz"):
            answer = client.get(path)
            assert answer.status_code in (200, 503)
            assert "Set-Cookie" not in answer.headers
            assert client.get(path, headers={"Host": "evil.example"}).status_code == 421
