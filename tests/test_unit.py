"""One frame's way through the unit: a made-up runner instead of camera and network, everything after them real."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Empty, Full, Queue
from types import MappingProxyType, TracebackType
from typing import Self

import numpy as np
import pytest

from monitor.audience import Progress
from monitor.camera import CameraError
from monitor.control import RefusedError
from monitor.cues.board import simulated_factory
from monitor.cues.decision import Decider
from monitor.cues.lamps import Lamps, LampsState
from monitor.cues.pins import Pins
from monitor.export.document import neutral_text
from monitor.gait import GaitSettings, GaitTracker
from monitor.measurement import Measurement
from monitor.pose.isolation import Isolation
from monitor.pose.pool import PoolStats, PoseFault, WorkerStats
from monitor.store import Calibration, Reader, Recorder, SessionRow, SessionStart, SystemClock, UnitRow
from monitor.unit import LEFT_S, Begins, Unit
from monitor.vocabulary import (
    CURVES,
    Cue,
    CueKind,
    Curves,
    Frame,
    LampState,
    Neutral,
    Observation,
    Quantiles,
    Side,
    Stance,
    View,
)
from tests.gait.synthetic import Runner
from tests.gait.test_neutral import STANDS
from tests.store.made import as_kept


@dataclass
class PlayedCamera:
    """Gives a blank picture for every observation of a track, then ends or fails."""

    track: list[Observation]
    failure: Exception | None = None
    before: Callable[[Observation], None] = lambda _observation: None
    live: bool = True
    size: tuple[int, int] = (2, 2)
    nominal_fps: float = 60.0
    skipped: int = 3
    closed: bool = False
    adjusted: int = 0
    paces: list[float] = field(default_factory=list)

    def __iter__(self) -> Iterator[Frame]:
        for o in self.track:
            self.before(o)
            yield Frame(o.index, o.time_s, np.zeros((2, 2, 3), dtype=np.uint8), o.epoch)
        if self.failure is not None:
            raise self.failure

    def describe(self) -> str:
        return "a made-up runner"

    def pace(self, fps: float) -> None:
        self.paces.append(fps)

    def adjust(self) -> None:
        self.adjusted += 1

    def close(self) -> None:
        self.closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass
class KnowingPool:
    """Knows what the network would see in each picture."""

    track: list[Observation]
    fault_at: int | None = None
    refuses_at: int | None = None
    known: dict[int, Observation] = field(init=False)
    over: bool = False
    seen: Queue[Observation] = field(default_factory=lambda: Queue(64))
    isolation: Isolation = field(default_factory=lambda: Isolation(True, "no network in this test"))
    renewals: int = 0
    idle: bool = False
    """Whether all that was offered has been decided on."""

    def __post_init__(self) -> None:
        self.known = {o.index: o for o in self.track}

    def offer(self, frame: Frame) -> bool:
        if self.refuses_at is not None and frame.index >= self.refuses_at:
            raise PoseFault("the pose workers failed")
        self.idle = False
        while not self.over:
            try:
                self.seen.put(self.known[frame.index], timeout=0.05)
            except Full:
                continue
            return True
        raise PoseFault("the pose pool is closed")

    def poll(self, timeout_s: float = 0.0) -> list[Observation]:
        self.idle = self.seen.empty()
        try:
            first = self.seen.get(timeout=timeout_s)
        except Empty:
            return []
        return self._checked([first, *self._rest()])

    def drain(self) -> list[Observation]:
        return self._checked(self._rest())

    def _rest(self) -> list[Observation]:
        return [self.seen.get() for _ in range(self.seen.qsize())]

    def _checked(self, seen: list[Observation]) -> list[Observation]:
        if self.fault_at is not None and any(observation.index >= self.fault_at for observation in seen):
            self.over = True
            raise PoseFault("the pose workers failed")
        return seen

    def stats(self) -> PoolStats:
        times_s = Quantiles(0.015, 0.02, 0.03)
        return PoolStats(len(self.track), 2, 0, 0, None, times_s, 0.0, 0.0, (WorkerStats(1, self.isolation, 1 << 20),))

    def renew_fat_workers(self) -> None:
        self.renewals += 1


class Listener:
    """Remembers what it is told, and what the lamps showed then."""

    def __init__(self) -> None:
        self.lamps: Lamps | None = None
        self.stances: list[Stance] = []
        self.cues: list[tuple[Cue, LampsState]] = []
        self.last: Progress | None = None
        self.neutrals: list[Neutral] = []

    def neutral(self, neutral: Neutral) -> None:
        self.neutrals.append(neutral)

    def stance(self, stance: Stance) -> None:
        self.stances.append(stance)

    def cue(self, cue: Cue) -> None:
        assert self.lamps is not None
        self.cues.append((cue, self.lamps.state))

    def progress(self, progress: Progress) -> None:
        self.last = progress


@dataclass
class Outcome:
    listener: Listener
    session: SessionRow
    curves: Curves | None
    calibration: Calibration | None
    said: UnitRow
    stored: list[Stance]
    lamps: Lamps
    camera: PlayedCamera
    sessions: int


def play(
    tmp_path: Path,
    track: list[Observation],
    *,
    failure: Exception | None = None,
    fault_at: int | None = None,
    refuses_at: int | None = None,
    expected: type[BaseException] | None = None,
    beside: Callable[[Unit, Lamps], None] | None = None,
    begins: Begins = Begins.AT_ONCE,
    hold: bool = True,
    asks: Mapping[int, Callable[[Unit], None]] = MappingProxyType({}),
) -> Outcome:
    """Run a unit to its end.

    `beside` runs meanwhile in a thread of its own; `asks` says what is asked of the unit before a frame of that index,
    all frames before it being decided on.
    """
    database = tmp_path / "medius.sqlite"
    listener = Listener()
    camera = PlayedCamera(track, failure)
    with Recorder(database, SystemClock()) as recorder, Lamps(Pins(), simulated_factory()) as lamps:
        listener.lamps = lamps
        pool = KnowingPool(track, fault_at, refuses_at)
        unit = Unit(
            camera,
            pool,  # type: ignore[arg-type]
            lambda: Measurement(GaitTracker(GaitSettings()), Decider()),
            lamps,
            recorder,
            SessionStart("a made-up runner", View.REAR, "none", 0.0),
            listener,
            begins=begins,
            hold=hold,
        )

        def ask(observation: Observation) -> None:
            if observation.index in asks:
                wait_until(lambda: pool.idle)
                asks[observation.index](unit)

        camera.before = ask
        thread = threading.Thread(target=beside, args=(unit, lamps), daemon=True) if beside is not None else None
        if thread is not None:
            thread.start()
        if expected is None:
            unit.run()
        else:
            with pytest.raises(expected):
                unit.run()
        if thread is not None:
            thread.join()
    with Reader.open(database) as reader:
        sessions, said = reader.sessions(), reader.unit()
        session = sessions[0]
        assert said is not None
        stored, calibration = [row.stance for row in reader.stances(session.id)], reader.calibration(session.id)
        curves = reader.curves(session.id)
        return Outcome(listener, session, curves, calibration, said, stored, lamps, camera, len(sessions))


def wait_until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.01)


def test_what_is_shown_is_stored_and_summarised(tmp_path: Path) -> None:
    outcome = play(tmp_path, Runner().observe(12.0))
    assert outcome.stored == [as_kept(stance) for stance in outcome.listener.stances]
    assert len(outcome.stored) >= 2 * 12.0 / 0.7 - 2
    session = outcome.session
    assert (session.ended_how, outcome.said.state, session.source) == ("finished", LampState.OFF, "a made-up runner")
    assert (session.frames_seen, session.frames_dropped) == (720 + 5, 5)
    assert session.summary is not None
    assert session.summary[Side.LEFT]["pelvic_drop_deg"].n == sum(s.side is Side.LEFT for s in outcome.stored)
    assert outcome.curves is not None
    strides = {side: {name: curve.n for name, curve in outcome.curves[side].items()} for side in Side}
    assert strides == {side: dict.fromkeys(CURVES, sum(s.side is side for s in outcome.stored)) for side in Side}
    assert session.cadence_spm == pytest.approx(120 / 0.7, abs=2.0)


def test_who_stands_still_before_the_run_is_told_the_zero_and_it_is_kept(tmp_path: Path) -> None:
    outcome = play(tmp_path, STANDS.observe(6.0))
    (neutral,) = outcome.listener.neutrals
    assert outcome.calibration == Calibration(
        round(neutral.time_s, 4), "standing, given", round(neutral.angle_deg, 3), round(neutral.sd_deg, 3)
    )
    assert "counted from the runner standing still" in neutral_text(neutral)
    assert play(tmp_path / "b", Runner().observe(4.0)).calibration is None


def test_a_drop_beyond_the_band_lights_its_side_and_a_level_runner_both(tmp_path: Path) -> None:
    outside = play(tmp_path / "a", Runner(drop_deg=(9.0, 3.0)).observe(10.0)).listener.cues
    cue, lamps = next((cue, lamps) for cue, lamps in outside if cue.kind is CueKind.OUTSIDE)
    assert cue.side is Side.LEFT
    assert (lamps.left_amber, lamps.right_amber, lamps.left_blue, lamps.right_blue) == (True, False, False, False)
    inside = play(tmp_path / "b", Runner(drop_deg=(3.0, 3.0)).observe(10.0)).listener.cues
    assert inside[-1][0].kind is CueKind.INSIDE
    assert (inside[-1][1].left_blue, inside[-1][1].right_blue) == (True, True)


def test_a_runner_who_leaves_is_not_cued(tmp_path: Path) -> None:
    track = Runner(drop_deg=(9.0, 3.0)).observe(10.0)
    gone = [
        Observation(len(track) + i, track[-1].time_s + (i + 1) / 60, None, reason="nobody in view") for i in range(60)
    ]
    outcome = play(tmp_path, track + gone)
    cue, lamps = outcome.listener.cues[-1]
    assert (cue.kind, cue.reason) == (CueKind.OFF, "nobody in view")
    assert cue.time_s - track[-1].time_s < 0.5
    assert not any((lamps.left_amber, lamps.right_amber, lamps.left_blue, lamps.right_blue))
    assert outcome.session.withheld == {"nobody in view": 60}


def test_a_camera_that_fails_ends_the_session_with_what_it_had(tmp_path: Path) -> None:
    track = Runner().observe(6.0)
    outcome = play(tmp_path, track, failure=CameraError("The camera was unplugged."), expected=CameraError)
    assert outcome.session.ended_how == "finished"
    assert len(outcome.stored) >= 2 * 6.0 / 0.7 - 2
    assert outcome.camera.closed
    assert outcome.lamps.state.means is LampState.OFF


@pytest.mark.parametrize("who_learns_first", ["fault_at", "refuses_at"])
def test_pose_workers_that_fail_put_the_unit_in_a_safe_state_until_it_is_stopped(
    tmp_path: Path, who_learns_first: str
) -> None:
    """The thread that fetches results may be told, or the camera's, whose frame is refused while results still wait."""
    track = Runner(drop_deg=(9.0, 3.0)).observe(10.0)
    held: list[tuple[LampsState, UnitRow | None, SessionRow]] = []

    def look_and_stop(unit: Unit, lamps: Lamps) -> None:
        wait_until(lambda: lamps.state.means is LampState.FAULT)
        with Reader.open(tmp_path / "medius.sqlite") as reader:
            wait_until(lambda: (said := reader.unit()) is not None and said.state is LampState.FAULT)
            held.append((lamps.state, reader.unit(), reader.sessions()[0]))
        unit.stop()

    outcome = play(tmp_path, track, expected=PoseFault, beside=look_and_stop, **{who_learns_first: 590})  # type: ignore[arg-type]
    lamps, said, session = held[0]
    assert not any((lamps.left_amber, lamps.right_amber, lamps.left_blue, lamps.right_blue, lamps.buzzer))
    assert said is not None
    assert said.reason == lamps.reason == "the pose workers failed; start the unit again"
    assert session.ended_how == "fault"
    assert outcome.session == session
    assert outcome.camera.closed
    after = outcome.lamps.state
    assert (after.means, after.status, outcome.said.state) == (LampState.OFF, False, LampState.OFF)


def test_a_session_without_a_frame_is_no_session(tmp_path: Path) -> None:
    with pytest.raises(IndexError):
        play(tmp_path, [])


def test_the_sessions_clock_begins_with_the_first_frame(tmp_path: Path) -> None:
    late = [replace(o, time_s=o.time_s + 5000.0) for o in Runner().observe(4.0)]
    assert play(tmp_path, late).session.origin_s == pytest.approx(late[0].time_s)


def begin(unit: Unit) -> None:
    unit.begin()
    wait_until(lambda: unit.session is not None)


def end(unit: Unit) -> None:
    unit.end()
    wait_until(lambda: unit.session is None)


def test_a_session_that_is_asked_for_holds_what_is_measured_from_then_until_its_end(tmp_path: Path) -> None:
    track = Runner(drop_deg=(9.0, 3.0)).observe(30.0)
    outcome = play(tmp_path, track, begins=Begins.ASKED, asks={600: begin, 1500: end})
    session = outcome.session
    assert (outcome.sessions, session.ended_how) == (1, "finished")
    assert session.origin_s == pytest.approx(track[600].time_s, abs=0.5)
    assert all(track[600].time_s < stance.contact_s < track[1500].time_s for stance in outcome.stored)
    assert len(outcome.stored) >= 2 * 15.0 / 0.7 - 4
    assert outcome.stored == [as_kept(stance) for stance in outcome.listener.stances]
    assert session.elapsed_s <= 30.0
    cues = [(cue.kind, cue.time_s) for cue, _ in outcome.listener.cues]
    assert CueKind.OUTSIDE in dict(cues)
    assert (cues[-1][0], cues[-1][1] < track[1500].time_s + 0.5) == (CueKind.OFF, True)
    assert outcome.camera.adjusted == 1


def test_before_a_session_nothing_is_cued_or_stored_and_the_lamp_says_ready(tmp_path: Path) -> None:
    seen: list[tuple[LampState, str]] = []
    track = Runner(drop_deg=(9.0, 3.0)).observe(20.0)
    asks = {900: lambda unit: seen.append(unit.state), 1100: begin}
    outcome = play(tmp_path, track, begins=Begins.ASKED, asks=asks)
    assert seen == [(LampState.READY, "press the button to begin a session")]
    assert all(cue.time_s > track[1099].time_s for cue, _ in outcome.listener.cues)


def test_a_second_session_knows_nothing_of_the_first(tmp_path: Path) -> None:
    track = Runner(drop_deg=(9.0, 3.0)).observe(30.0)
    outcome = play(tmp_path, track, begins=Begins.ASKED, asks={10: begin, 800: end, 900: begin})
    assert outcome.sessions == 2
    summary = outcome.session.summary
    assert summary is not None
    of_left = sum(s.side is Side.LEFT for s in outcome.stored)
    assert summary[Side.LEFT]["pelvic_drop_deg"].n == of_left
    assert outcome.curves is not None
    assert outcome.curves[Side.LEFT]["pelvic_drop_deg"].n == of_left
    assert outcome.session.frames_seen <= len(track) - 900 + 1


def test_what_cannot_be_asked_is_refused(tmp_path: Path) -> None:
    def ask_wrongly(unit: Unit) -> None:
        with pytest.raises(RefusedError, match="No session is open"):
            unit.end()
        begin(unit)
        with pytest.raises(RefusedError, match="open already"):
            unit.begin()

    def ask_too_early(unit: Unit) -> None:
        with pytest.raises(RefusedError, match="no picture"):
            unit.begin()

    play(tmp_path, Runner().observe(4.0), begins=Begins.ASKED, asks={0: ask_too_early, 10: ask_wrongly})


def test_a_session_can_begin_by_itself_when_somebody_runs_and_loses_no_stance(tmp_path: Path) -> None:
    track = Runner().observe(12.0)
    empty = [Observation(i, track[0].time_s - 5.0 + i / 60, None, reason="nobody in view") for i in range(300)]
    running = [replace(o, index=o.index + 300) for o in track]
    outcome = play(tmp_path, empty + running, begins=Begins.RUNNING)
    assert outcome.stored == play(tmp_path / "b", track).stored
    assert round(outcome.session.origin_s, 4) == outcome.stored[0].contact_s
    assert outcome.session.frames_seen - outcome.session.frames_dropped == len(track)
    assert outcome.session.withheld == {}


def test_who_runs_on_after_an_asked_for_end_begins_no_other_session_and_who_comes_later_does(tmp_path: Path) -> None:
    track = Runner().observe(60.0)
    pause = [Observation(i, 60.0 + i / 60, None, reason="nobody in view") for i in range(3600, 3600 + 900)]
    again = [replace(o, index=o.index + 4500, time_s=o.time_s + 140.0) for o in Runner().observe(12.0)]
    asks = {1200: end, 3599: lambda unit: during.append(unit.session)}
    during: list[str | None] = []
    outcome = play(tmp_path, [*track, *pause, *again], begins=Begins.RUNNING, asks=asks)
    assert during == [None]
    assert outcome.sessions == 2
    assert outcome.session.origin_s >= 140.0


def test_a_unit_leaves_between_sessions_and_not_in_one(tmp_path: Path) -> None:
    def leave(unit: Unit) -> None:
        begin(unit)
        with pytest.raises(RefusedError, match="A session is open"):
            unit.leave()
        end(unit)
        unit.leave()

    track = Runner().observe(20.0)
    outcome = play(tmp_path, track, begins=Begins.ASKED, asks={600: leave})
    assert outcome.sessions == 1
    assert outcome.camera.closed


def test_a_session_that_was_asked_for_before_keeps_the_unit(tmp_path: Path) -> None:
    def begin_and_leave(unit: Unit) -> None:
        unit.begin()
        with pytest.raises(RefusedError, match="A session is open"):
            unit.leave()

    assert play(tmp_path, Runner().observe(4.0), begins=Begins.ASKED, asks={60: begin_and_leave}).sessions == 1


def test_who_has_left_has_ended_the_session(tmp_path: Path) -> None:
    track = Runner().observe(6.0)
    last = track[-1]
    gone = [
        Observation(last.index + 1 + i, last.time_s + s, None, reason="nobody in view")
        for i, s in enumerate((1.0, LEFT_S - 1.0, LEFT_S + 1.0))
    ]
    states: list[str | None] = []
    late = replace(gone[-1], index=gone[-1].index + 1, time_s=gone[-1].time_s + 0.02)
    asks = {gone[-1].index: lambda u: states.append(u.session), late.index: lambda u: states.append(u.session)}
    outcome = play(tmp_path, [*track, *gone, late], begins=Begins.RUNNING, asks=asks)
    assert [state is None for state in states] == [False, True]
    assert outcome.sessions == 1


def test_a_unit_that_does_not_hold_ends_with_its_fault(tmp_path: Path) -> None:
    outcome = play(tmp_path, Runner().observe(10.0), fault_at=400, expected=PoseFault, hold=False)
    assert (outcome.session.ended_how, outcome.said.state) == ("fault", LampState.OFF)


def test_a_camera_that_is_too_fast_for_the_workers_is_slowed_to_what_they_look_at(tmp_path: Path) -> None:
    """Of the pool in this test two frames are lost for every so many, with workers that need 15 ms."""
    outcome = play(tmp_path, Runner().observe(1.0))
    assert outcome.camera.paces == [pytest.approx(0.95 * 1 / 0.015)]
    assert play(tmp_path / "b", Runner().observe(4.0)).camera.paces == []
