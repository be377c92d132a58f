from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.store import Reader, Recorder, SessionRow, SystemClock, UnitRow
from monitor.vocabulary import Cue, CueKind, LampState, Side, View
from tests.store.made import ENGINE, START, HandClock, make_stance, make_summary
from tests.store.test_recovery import die_after


def test_a_session_from_start_to_end(recorder: Recorder, reader: Reader, clock: HandClock) -> None:
    started_at = clock.now()
    session_id = recorder.open_session(START)
    assert recorder.flush()
    begun = SessionRow(
        id=session_id,
        started_at=started_at,
        ended_at=None,
        clock_synchronised=True,
        source="camera 0",
        view=View.REAR,
        model="full",
        roll_deg=-0.4,
        frames_seen=0,
        frames_dropped=0,
        fps_measured=None,
        cadence_spm=None,
        origin_s=100.0,
    )
    assert reader.current() == reader.session(session_id) == begun

    stances = [make_stance(number) for number in range(1, 4)]
    for stance in stances:
        recorder.stance(stance)
    recorder.cue(Cue(101.0, Side.LEFT, CueKind.OUTSIDE, "the left side drops more", 7.5, 0.4, 6.0))
    clock.advance(3.0)
    recorder.progress(180, 2, 59.8, 171.0, {"nobody is in the picture": 4}, make_summary(stances))
    assert recorder.flush()
    going_on = replace(
        begun,
        frames_seen=180,
        frames_dropped=2,
        fps_measured=59.8,
        cadence_spm=171.0,
        withheld={"nobody is in the picture": 4},
        stance_count=3,
        summary=make_summary(stances),
        elapsed_s=3.0,
    )
    assert reader.current() == going_on

    clock.advance(1.0)
    recorder.close_session()
    assert recorder.flush()
    assert reader.current() is None
    assert reader.sessions() == [
        replace(going_on, ended_at=started_at + timedelta(seconds=4), ended_how="finished", elapsed_s=4.0)
    ]


def test_what_the_unit_does_needs_no_session(recorder: Recorder, reader: Reader, clock: HandClock) -> None:
    assert recorder.flush()
    started_at = clock.now()
    starting = UnitRow(started_at, LampState.STARTING, "", started_at, started_at)
    assert reader.unit() == starting

    clock.advance(3.0)
    recorder.state(LampState.READY, "step on")
    assert recorder.flush()
    ready = replace(starting, state=LampState.READY, reason="step on", since=clock.now(), updated_at=clock.now())
    assert reader.unit() == ready

    clock.advance(1.0)
    recorder.state(LampState.READY, "step on")
    recorder.engine(replace(ENGINE, frames=7))
    recorder.engine(ENGINE)
    assert recorder.flush()
    assert reader.unit() == replace(ready, updated_at=clock.now(), engine=ENGINE)

    clock.advance(1.0)
    recorder.alive()
    assert recorder.flush()
    assert reader.unit() == replace(ready, updated_at=clock.now(), engine=ENGINE)

    recorder.open_session(START)
    clock.advance(1.0)
    recorder.progress(1, 0, None, None, {}, None)
    assert recorder.flush()
    assert reader.unit() == replace(ready, updated_at=clock.now(), engine=ENGINE)


def test_a_fault_without_a_session_outlives_a_power_cut(path: Path, clock: HandClock) -> None:
    def fail() -> None:
        recorder = Recorder(path, clock)
        recorder.engine(ENGINE)
        recorder.state(LampState.FAULT, "five pose workers failed within a minute")
        recorder.flush()

    failed_at = clock.now()
    die_after(fail)
    clock.advance(60.0)
    with Reader.open(path) as reader:
        reason = "five pose workers failed within a minute"
        assert reader.unit() == UnitRow(failed_at, LampState.FAULT, reason, failed_at, failed_at, ENGINE)
        with Recorder(path, clock) as recorder:
            assert recorder.flush()
            restarted_at = clock.now()
            assert reader.unit() == UnitRow(restarted_at, LampState.STARTING, "", restarted_at, restarted_at)


@pytest.mark.parametrize("reason", ["", "the camera was unplugged"])
def test_a_recorder_that_is_closed_leaves_a_unit_that_is_off(path: Path, clock: HandClock, reason: str) -> None:
    with Recorder(path, clock) as recorder:
        recorder.state(LampState.MEASURING, "")
        clock.advance(5.0)
        if reason:
            recorder.state(LampState.OFF, reason)
    with Reader.open(path) as reader:
        row = reader.unit()
    assert row is not None
    assert (row.state, row.reason, row.since) == (LampState.OFF, reason, clock.now())


def test_a_session_ends_when_it_ends_though_the_wall_clock_jumps(
    recorder: Recorder, reader: Reader, clock: HandClock
) -> None:
    clock.believed = False
    session_id = recorder.open_session(START)
    clock.advance(60.0)
    clock.wall += timedelta(days=400)
    recorder.close_session()
    assert recorder.flush()
    row = reader.session(session_id)
    assert row is not None
    assert row.ended_at == row.started_at + timedelta(seconds=60)
    assert row.clock_synchronised is False


def test_sessions_keep_their_order_when_the_clock_steps_back(path: Path) -> None:
    ids = []
    for day in (20, 3, 11):
        with Recorder(path, HandClock(wall=datetime(2026, 1, day, tzinfo=UTC))) as recorder:
            for _ in range(3):
                ids.append(recorder.open_session(START))
                recorder.close_session()
    with Reader.open(path) as reader:
        assert [session.id for session in reader.sessions()] == ids[::-1]


def test_closing_ends_the_open_session_and_may_be_done_twice(path: Path, clock: HandClock) -> None:
    recorder = Recorder(path, clock)
    session_id = recorder.open_session(START)
    recorder.stance(make_stance(1))
    recorder.close()
    recorder.close()
    with Reader.open(path) as reader:
        row = reader.session(session_id)
        assert row is not None
        assert (row.ended_how, row.stance_count) == ("finished", 1)


def test_calls_out_of_order(recorder: Recorder) -> None:
    recorder.close_session()
    for call in (
        lambda: recorder.stance(make_stance(1)),
        lambda: recorder.cue(Cue(1.0, None, CueKind.OFF, "")),
        lambda: recorder.progress(1, 0, None, None, {}, None),
    ):
        with pytest.raises(RuntimeError, match="no session is open"):
            call()
    recorder.open_session(START)
    with pytest.raises(RuntimeError, match="close it before"):
        recorder.open_session(START)


def test_the_system_clock_says_what_it_knows(tmp_path: Path) -> None:
    timesync = tmp_path / "timesync"
    clock = SystemClock(timesync)
    assert clock.synchronised() is None
    timesync.mkdir()
    assert clock.synchronised() is False
    (timesync / "synchronized").touch()
    assert clock.synchronised() is True
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.monotonic_s() <= clock.monotonic_s()
