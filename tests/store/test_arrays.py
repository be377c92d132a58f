"""A session's stances as arrays are those that it has as objects."""

import math
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.store import Reader, Recorder, StanceColumns, StanceRow, codec
from monitor.store.database import open_writing
from monitor.store.moving import CHUNK_ROWS
from monitor.store.schema import stances as stances_table
from monitor.vocabulary import VARIABLES, Side, Stance
from tests.store import made


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with tempfile.TemporaryDirectory() as directory, Recorder(Path(directory, "m.db"), made.HandClock()) as recorder:
        yield recorder


@pytest.fixture(scope="module")
def reader(recorder: Recorder) -> Iterator[Reader]:
    with Reader.open(recorder.url_or_path) as reader:
        yield reader


def assert_same(found: StanceColumns, rows: list[StanceRow]) -> None:
    assert len(found) == len(rows)
    stances = [row.stance for row in rows]
    assert [row.seq for row in rows] == list(range(1, len(found) + 1))
    assert list(found.side) == [s.side for s in stances]
    for name in ("contact_s", "midstance_s", "toe_off_s"):
        assert getattr(found, name).tolist() == [getattr(s, name) for s in stances]
    assert list(found.source) == [s.pelvic_source for s in stances]
    for side in Side:
        assert found.of(side).tolist() == [s.side is side for s in stances]
    for variable in VARIABLES:
        name, measures = variable.name, [s.measures[variable.name] for s in stances]
        assert _with_none(found.value[name]) == [m.value for m in measures]
        assert _with_none(found.sd[name]) == [m.sd for m in measures]
        assert found.shared_sd[name].tolist() == [m.shared_sd for m in measures]
        reasons = [m.reason if s.reason is None else s.reason for s, m in zip(stances, measures, strict=True)]
        assert list(found.reason[name]) == reasons


def _with_none(numbers: np.ndarray) -> list[float | None]:
    return [None if math.isnan(number) else number for number in numbers.tolist()]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(given_stances=st.lists(made.stances(), max_size=6))
def test_any_stances_pending_and_stored(recorder: Recorder, reader: Reader, given_stances: list[Stance]) -> None:
    session_id = recorder.open_session(made.START)
    for stance in given_stances:
        recorder.stance(stance)
    assert recorder.flush()
    assert_same(reader.stance_columns(session_id), reader.stances(session_id))
    recorder.close_session()
    assert recorder.flush()
    assert_same(reader.stance_columns(session_id), reader.stances(session_id))


def test_several_chunks_and_rows_of_an_older_medius(recorder: Recorder, reader: Reader) -> None:
    session_id = recorder.open_session(made.START)
    recorder.close_session()
    assert recorder.flush()
    older, newer = 7, 2 * CHUNK_ROWS + 5
    engine = open_writing(recorder.url_or_path)
    with engine.begin() as connection:
        for number in range(1, older + 1):
            key = {"session_id": session_id, "seq": number}
            connection.execute(sa.insert(stances_table), key | codec.stance_values(made.make_stance(number)))
    engine.dispose()
    assert_same(reader.stance_columns(session_id), reader.stances(session_id))
    session_id = recorder.open_session(made.START)
    for number in range(1, newer + 1):
        recorder.stance(made.make_stance(number))
    recorder.close_session()
    assert recorder.flush()
    assert len(reader.stance_columns(session_id)) == newer
    assert_same(reader.stance_columns(session_id), reader.stances(session_id))


def test_a_session_that_is_not_there_has_no_stance(reader: Reader) -> None:
    assert_same(reader.stance_columns("no session"), [])
