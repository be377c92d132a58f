"""Which sessions go, and when."""

import json
import logging
import math
import sqlite3
import zlib
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.store import (
    AlreadyRecordingError,
    Keep,
    Reader,
    Recorder,
    SessionOpenError,
    StoreError,
    StoreUnreachableError,
    delete_everything,
    delete_session,
    retention,
)
from monitor.store.live import FIGURES_AT, live_path
from monitor.store.recorder import DELETED_AT_ONCE
from monitor.store.retention import DAY_S, SPARE_BYTES
from monitor.vocabulary import Cue, CueKind
from tests.store.made import START, HandClock, make_stance

SECRET = "a reason that nobody else has"


def record(recorder: Recorder, clock: HandClock, stances: int = 3) -> str:
    """Record a session, and let a day pass."""
    session_id = recorder.open_session(START)
    recorder.flush()
    for number in range(1, stances + 1):
        recorder.stance(make_stance(number))
    recorder.cue(Cue(1.0, None, CueKind.OFF, SECRET))
    recorder.close_session()
    assert recorder.flush()
    clock.advance(DAY_S)
    return session_id


def kept(path: Path) -> list[str]:
    with Reader.open(path) as reader:
        return [session.id for session in reader.sessions()][::-1]


def test_sessions_go_when_they_are_too_old(path: Path, clock: HandClock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    said: list[str] = []
    with Recorder(path, clock) as recorder:
        ids = [record(recorder, clock) for _ in range(5)]
    assert kept(path) == ids
    with Recorder(path, clock, keep=Keep(days=2.5), on_deleted=said.append):
        assert kept(path) == ids[3:]
    assert said == ["3 sessions until 2026-03-03 deleted: no more than 2.5 days are kept."]
    assert said[0] in caplog.text


def test_the_open_session_stays_and_the_day_is_noticed(path: Path, clock: HandClock) -> None:
    said: list[str] = []
    with Recorder(path, clock, keep=Keep(days=1.5), on_deleted=said.append, commit_every_s=0.0) as recorder:
        first = record(recorder, clock)
        open_one = recorder.open_session(START)
        assert recorder.flush()
        assert kept(path) == [first, open_one]
        clock.advance(10 * DAY_S)
        for number in range(1, 4):
            recorder.stance(make_stance(number))
            assert recorder.flush()
        assert kept(path) == [open_one]
        assert len(said) == 1
        recorder.close_session()
        recorder.alive()
        assert recorder.flush()
    assert kept(path) == []


def test_another_limit_counts_at_once_and_without_a_new_start(path: Path, clock: HandClock) -> None:
    said: list[str] = []
    with Recorder(path, clock, on_deleted=said.append, commit_every_s=0.0) as recorder:
        ids = [record(recorder, clock) for _ in range(4)]
        recorder.keep(Keep(days=2.5))
        for _ in range(3):
            recorder.alive()
            recorder.flush()
        assert kept(path) == ids[2:]
        recorder.keep(Keep())
        clock.advance(100 * DAY_S)
        recorder.alive()
        recorder.flush()
    assert kept(path) == ids[2:]
    assert said == ["2 sessions until 2026-03-02 deleted: no more than 2.5 days are kept."]


def test_what_is_too_much_goes_from_the_oldest_on(path: Path, clock: HandClock) -> None:
    said: list[str] = []
    with Recorder(path, clock) as recorder:
        ids = [record(recorder, clock, stances=1000) for _ in range(4)]
    size_mb = path.stat().st_size / 1e6
    with Recorder(path, clock, keep=Keep(mb=size_mb - 0.04), on_deleted=said.append) as recorder:
        assert kept(path) == ids[2:]
        newest = record(recorder, clock, stances=1000)
    assert kept(path) == [ids[3], newest]
    assert path.stat().st_size <= size_mb * 1e6 + 2048
    assert said[0].startswith("2 sessions until 2026-03-02 deleted: no more than 0.")


@pytest.mark.parametrize("believed", [False, None])
def test_a_clock_that_cannot_be_believed_deletes_nothing(path: Path, clock: HandClock, believed: bool | None) -> None:
    with Recorder(path, clock) as recorder:
        ids = [record(recorder, clock) for _ in range(3)]
    clock.believed = believed
    clock.advance(1000 * DAY_S)
    with Recorder(path, clock, keep=Keep(days=30.0)):
        assert kept(path) == ([] if believed is None else ids)


def test_without_an_end_nothing_goes(path: Path, clock: HandClock) -> None:
    with Recorder(path, clock) as recorder:
        ids = [record(recorder, clock) for _ in range(3)]
    for keep in (Keep(), Keep(days=math.inf, mb=math.inf), Keep(days=1e7)):
        with Recorder(path, clock, keep=keep):
            assert kept(path) == ids


def test_what_could_not_be_deleted_is_not_said_to_be(
    path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with Recorder(path, clock) as recorder:
        ids = [record(recorder, clock) for _ in range(3)]

    def fail(connection: sa.Connection, session_ids: list[str]) -> None:
        really(connection, session_ids)
        connection.exec_driver_sql("SELECT 1 FROM nowhere")

    said: list[str] = []
    with monkeypatch.context() as broken:
        really = retention.delete_sessions
        broken.setattr(retention, "delete_sessions", fail)
        with Recorder(path, clock, keep=Keep(days=1.0), on_deleted=said.append) as recorder:
            ids.append(record(recorder, clock))
            assert recorder.fault is None
    assert kept(path) == ids
    assert said == []
    assert "nothing old could be deleted" in caplog.text


def test_a_session_of_a_false_date_goes_with_those_recorded_after_it(path: Path, clock: HandClock) -> None:
    with Recorder(path, clock) as recorder:
        clock.believed, clock.wall = False, clock.wall - timedelta(days=9000)
        undated = record(recorder, clock)
        clock.believed, clock.wall = True, clock.wall + timedelta(days=9000)
        dated = record(recorder, clock)
    with Recorder(path, clock, keep=Keep(days=30.0)):
        assert kept(path) == [undated, dated]
    clock.advance(30 * DAY_S)
    with Recorder(path, clock, keep=Keep(days=30.0)):
        assert kept(path) == []


def test_room_comes_back(path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.store.retention.SPARE_BYTES", 20_000)
    monkeypatch.setattr("monitor.store.retention.STEP_BYTES", 10_000)
    assert SPARE_BYTES > 20_000
    with Recorder(path, clock) as recorder:
        for _ in range(5):
            record(recorder, clock, stances=1000)
    full = path.stat().st_size
    with Recorder(path, clock, keep=Keep(days=1.5)):
        pass
    assert 0 < path.stat().st_size < full - 60_000


def test_a_session_is_deleted_without_a_trace_while_a_unit_records(path: Path, clock: HandClock) -> None:
    with Recorder(path, clock) as recorder:
        ids = [record(recorder, clock) for _ in range(3)]
        recorder.delete_session(ids[1])
        recorder.delete_session(ids[1])
        recorder.delete_session("no id")
        assert kept(path) == [ids[0], ids[2]]
        open_one = recorder.open_session(START)
        recorder.stance(make_stance(1))
        assert recorder.flush()
        with pytest.raises(SessionOpenError, match="end it first"):
            recorder.delete_session(open_one)
        with pytest.raises(SessionOpenError, match="end it first"):
            recorder.delete_everything()
        recorder.delete_session(ids[0])
        recorder.stance(make_stance(2))
        recorder.close_session()
        recorder.delete_session(ids[2])
        assert kept(path) == [open_one]
        assert SECRET.encode() not in b"".join(file.read_bytes() for file in path.parent.iterdir())
        with Reader.open(path) as reader:
            assert [row.stance for row in reader.stances(open_one)] == [make_stance(1), make_stance(2)]
        recorder.delete_everything()
        assert kept(path) == []


def test_a_refusal_deletes_nothing_at_all(path: Path, clock: HandClock) -> None:
    with Recorder(path, clock) as recorder:
        ids = [record(recorder, clock) for _ in range(2 * DELETED_AT_ONCE + 3)]
        ids.append(recorder.open_session(START))
        with pytest.raises(SessionOpenError, match="end it first"):
            recorder.delete_everything()
        assert recorder.flush()
        assert kept(path) == ids
    for refused in (recorder.delete_everything, lambda: recorder.delete_session(ids[0])):
        with pytest.raises(StoreUnreachableError, match="start the unit again"):
            refused()
    assert kept(path) == ids
    with Recorder(path, clock) as recorder:
        recorder.delete_everything()
        assert kept(path) == []


def test_everything_is_deleted_with_the_copies_beside_it(path: Path, clock: HandClock) -> None:
    with Recorder(path, clock) as recorder:
        ids = [record(recorder, clock, stances=1000) for _ in range(3)]
        for refused in (lambda: delete_session(path, ids[0]), lambda: delete_everything(path)):
            with pytest.raises(AlreadyRecordingError):
                refused()
    copies = [
        path.with_name(f"{path.name}.{end}")
        for end in ("before-0003", "before-update.journal", "of-1.0-abc", "of-1.0-abc.2.journal", "of-1.0-abc.live")
    ]
    for copy in copies:
        copy.write_bytes(b"as it was")
    delete_session(path, ids[0])
    assert kept(path) == ids[1:]
    assert all(copy.exists() for copy in copies)
    delete_everything(path)
    assert not any(copy.exists() for copy in copies)
    assert path.stat().st_size < 60_000  # a page for each table and index
    assert kept(path) == []


def test_a_file_that_cannot_shrink_is_left_at_rest(path: Path, clock: HandClock) -> None:
    """One of an older medius, where there was no room to make it one that shrinks."""
    with Recorder(path, clock) as recorder:
        record(recorder, clock)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA auto_vacuum = NONE")
        connection.execute("VACUUM")
        connection.execute("CREATE TABLE ballast (a)")
        connection.execute("INSERT INTO ballast VALUES (zeroblob(?))", (SPARE_BYTES + 4_000_000,))
        connection.execute("DROP TABLE ballast")
    with Recorder(path, clock, keep=Keep(days=730.0, mb=2000.0)) as recorder:
        assert not recorder._retention.due


def test_nothing_is_done_to_a_store_that_was_let_go_of(path: Path, clock: HandClock) -> None:
    with Recorder(path, clock) as recorder:
        record(recorder, clock)
    with pytest.raises(StoreError, match="is let go of"):
        recorder.transact(lambda connection: connection.execute(sa.text("DELETE FROM sessions")))
    with pytest.raises(StoreError):
        recorder.delete_everything()
    assert len(kept(path)) == 1


def test_no_figure_of_a_deleted_session_is_left_beside_the_file(path: Path, clock: HandClock) -> None:
    with Recorder(path, clock) as recorder:
        session_id = recorder.open_session(START)
        assert recorder.flush()
        recorder.progress(9, 0, 30.0, 170.0, {SECRET: 9}, None)
        recorder.stance(make_stance(1))
        assert recorder.flush()
        assert figures_beside(path).get("progress")
        recorder.close_session()
        recorder.delete_session(session_id)
        assert figures_beside(path).get("progress", {}) == {}


def figures_beside(path: Path) -> dict[str, Any]:
    """What the live file holds, under whatever token."""
    file = live_path(path)
    if not file.exists():
        return {}
    length = int.from_bytes(file.read_bytes()[FIGURES_AT : FIGURES_AT + 4], "little")
    figures: dict[str, Any] = json.loads(zlib.decompress(file.read_bytes()[FIGURES_AT + 8 : FIGURES_AT + 8 + length]))
    return figures
