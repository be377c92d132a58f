"""What goes in comes out, whatever it is; of stances and cues to a thousandth."""

import math
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.store import Calibration, Reader, Recorder, SessionStart
from monitor.store.codec import summary_from_json, summary_to_json
from monitor.vocabulary import (
    VARIABLES,
    Cue,
    CueKind,
    Curve,
    Curves,
    EngineFigures,
    LampState,
    Measure,
    Quantiles,
    Side,
    Stance,
    Statistic,
    Summary,
    View,
)
from tests.store import made

once = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with tempfile.TemporaryDirectory() as directory, Recorder(Path(directory, "m.db"), made.HandClock()) as recorder:
        yield recorder


@pytest.fixture(scope="module")
def reader(recorder: Recorder) -> Iterator[Reader]:
    with Reader.open(recorder.url_or_path) as reader:
        yield reader


def assert_kept(found: Any, given: Any, name: str = "") -> None:
    """A time is kept to 0.1 ms, any other number to 0.001, everything else as it is."""
    if is_dataclass(given):
        assert type(found) is type(given)
        for field in fields(given):
            assert_kept(getattr(found, field.name), getattr(given, field.name), field.name)
    elif isinstance(given, Mapping):
        assert found.keys() == given.keys()
        for key in given:
            assert_kept(found[key], given[key])
    elif isinstance(given, float):
        assert found == pytest.approx(given, rel=1e-15, abs=0.00005 if name.endswith("_s") else 0.0005)
    else:
        assert found == given


@once
@given(given_stances=st.lists(made.stances(), max_size=5))
def test_any_stance(recorder: Recorder, reader: Reader, given_stances: list[Stance]) -> None:
    session_id = recorder.open_session(made.START)
    for stance in given_stances:
        recorder.stance(stance)
    recorder.close_session()
    assert recorder.flush()
    assert [row.seq for row in reader.stances(session_id)] == list(range(1, len(given_stances) + 1))
    for row, stance in zip(reader.stances(session_id), given_stances, strict=True):
        assert_kept(row.stance, stance)


@once
@given(given_cues=st.lists(made.cues, max_size=5))
def test_any_cue(recorder: Recorder, reader: Reader, given_cues: list[Cue]) -> None:
    session_id = recorder.open_session(made.START)
    for cue in given_cues:
        recorder.cue(cue)
    recorder.close_session()
    assert recorder.flush()
    assert [row.seq for row in reader.cues(session_id)] == list(range(1, len(given_cues) + 1))
    for row, cue in zip(reader.cues(session_id), given_cues, strict=True):
        assert_kept(row.cue, cue)


@once
@given(given_start=st.builds(SessionStart, made.texts, st.sampled_from(View), made.texts, made.numbers, made.numbers))
def test_any_start(recorder: Recorder, reader: Reader, given_start: SessionStart) -> None:
    session_id = recorder.open_session(given_start)
    recorder.close_session()
    assert recorder.flush()
    row = reader.session(session_id)
    assert row is not None
    assert SessionStart(row.source, row.view, row.model, row.roll_deg, row.origin_s) == given_start


@once
@given(summary=made.summaries)
def test_any_summary(summary: Summary) -> None:
    assert summary_from_json(summary_to_json(summary)) == summary


@once
@given(curves=made.some_curves)
def test_any_curves(recorder: Recorder, reader: Reader, curves: Curves) -> None:
    session_id = recorder.open_session(made.START)
    assert reader.curves(session_id) is None
    recorder.progress(1, 0, None, None, {}, None, curves)
    recorder.close_session()
    assert recorder.flush()
    assert reader.curves(session_id) == curves
    assert reader.curves("no session") is None


@once
@given(engine=made.engines, state=st.sampled_from(LampState), reason=made.texts)
def test_any_unit(recorder: Recorder, reader: Reader, engine: EngineFigures, state: LampState, reason: str) -> None:
    recorder.state(state, reason)
    recorder.engine(engine)
    assert recorder.flush()
    row = reader.unit()
    assert row is not None
    assert (row.state, row.reason, row.engine) == (state, reason, engine)


def test_calibration_the_last_counts(recorder: Recorder, reader: Reader) -> None:
    session_id = recorder.open_session(made.START)
    assert reader.calibration(session_id) is None
    recorder.calibration(Calibration(100.5, "given", -0.4))
    recorder.calibration(Calibration(103.0, "standing", -0.7, 0.1))
    recorder.close_session()
    assert recorder.flush()
    assert reader.calibration(session_id) == Calibration(103.0, "standing", -0.7, 0.1)


def test_text_that_no_database_takes_is_shown_as_question_marks(recorder: Recorder, reader: Reader) -> None:
    session_id = recorder.open_session(replace(made.START, source="run\udce9\0.mp4"))
    recorder.close_session()
    assert recorder.flush()
    row = reader.session(session_id)
    assert row is not None
    assert row.source == "run??.mp4"


def test_numbers_of_numpy_are_numbers(recorder: Recorder, reader: Reader) -> None:
    five = np.float64(5.0)
    measures = {v.name: Measure(five, five) for v in VARIABLES}
    stance = Stance(Side.LEFT, five, five + 1, five + 2, measures, None, np.bool_(True))
    summary = {side: {v.name: Statistic(five, five, np.int64(3), (five, five)) for v in VARIABLES} for side in Side}
    session_id = recorder.open_session(made.START)
    recorder.stance(stance)
    recorder.progress(np.int64(7), np.int64(0), np.float32(59.5), five, {"nobody": np.int64(2)}, summary)
    engine = replace(made.ENGINE, fps=np.float32(59.5), frames=np.int64(7), age_s=Quantiles(five, five, five))
    recorder.engine(engine)
    recorder.close_session()
    assert recorder.flush()
    row = reader.session(session_id)
    assert row is not None
    assert (row.frames_seen, row.fps_measured, row.withheld, row.summary) == (7, 59.5, {"nobody": 2}, summary)
    assert [row.stance for row in reader.stances(session_id)] == [stance]
    unit = reader.unit()
    assert unit is not None
    assert unit.engine == engine
    assert isinstance(unit.engine.frames, int)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_refused_where_it_is_handed_over(recorder: Recorder, reader: Reader, bad: float) -> None:
    session_id = recorder.open_session(made.START)
    stance = made.make_stance(1)
    endless = replace(stance, measures={**stance.measures, "knee_window": Measure(1.0, 0.1, shared_sd=bad)})
    with pytest.raises(ValueError, match="cannot be stored"):
        recorder.stance(endless)
    with pytest.raises(ValueError, match="cannot be stored"):
        recorder.cue(Cue(1.0, None, CueKind.OFF, "", estimate_deg=bad))
    with pytest.raises(ValueError, match="cannot be stored"):
        recorder.progress(1, 0, bad, None, {}, None)
    with pytest.raises(ValueError, match="cannot be stored"):
        recorder.progress(1, 0, None, None, {}, None, {Side.LEFT: {"trunk_lean_deg": Curve((0.0, bad), None, 1, 0.4)}})
    with pytest.raises(ValueError, match="cannot be stored"):
        recorder.engine(replace(made.ENGINE, inference_s=Quantiles(0.01, 0.02, bad)))
    recorder.close_session()
    assert recorder.flush()
    assert reader.stances(session_id) == []
    assert recorder.fault is None
