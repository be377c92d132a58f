"""The unit: one frame's way from the camera to the lamps and the store."""

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from monitor.camera import Camera, CameraError
from monitor.camera.clock import REPEATED, ClockWatch
from monitor.cues.decision import Decider
from monitor.cues.lamps import Lamps
from monitor.gait import GaitTracker, SessionSummary
from monitor.gait.tracker import NOBODY, STANDING
from monitor.machine import temperature_c, throttled
from monitor.pose.pool import PoseFault, PosePool
from monitor.pose.runner import ARRIVING, EMPTY_TREADMILL
from monitor.pose.times import quantiles
from monitor.store import Calibration, Recorder, SessionStart
from monitor.store.recorder import FINISHED
from monitor.vocabulary import Cue, EngineFigures, LampState, Neutral, Observation, Stance, Summary, View

MEASURING_S = 3.0
"""So long after a stance the unit still says that it measures [ours]."""
POLL_S = 0.1
GATHER_S = 0.03
"""Results that come within less than a frame of 30 a second are looked at together: in cold caches one costs as much as
three."""
SILENT_S = 0.3
"""So long without a result, the runner is not seen: cues stop within half a second."""
NO_PICTURE = "no picture from the camera"
NO_ANSWER = "the pose workers do not answer"
REPORT_S = 2.0
"""How often the session's counts, its summary and the engine's figures are told."""
AGES_KEPT = 1000
PAUSE_S = 10.0
"""So long after the last stance nobody runs: time to renew what has grown [ours]."""
HOLD_S = 0.5
"""How often the lamps are told that the unit still has a fault."""
FAULT = "fault"
"""How a session ends that the unit could not go on with."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How it goes: told every `REPORT_S`, and whenever the state changes."""

    time_s: float
    state: LampState
    reason: str
    cadence_spm: float | None
    engine: EngineFigures


class Audience(Protocol):
    """Who is told what happens, besides lamps and store."""

    def stance(self, stance: Stance) -> None:
        """A stance is over."""

    def cue(self, cue: Cue) -> None:
        """What is said changed."""

    def neutral(self, neutral: Neutral) -> None:
        """The runner stood still: what the drop is counted from."""

    def progress(self, progress: Progress) -> None:
        """How it goes now."""


class Unit:
    """Runs one session: frames in from a thread of the camera's, decisions out of the caller's."""

    def __init__(
        self,
        camera: Camera,
        pool: PosePool,
        tracker: GaitTracker,
        decider: Decider,
        lamps: Lamps,
        recorder: Recorder,
        start: SessionStart,
        audience: Audience,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._camera = camera
        self._pool = pool
        self._tracker = tracker
        self._decider = decider
        self._lamps = lamps
        self._recorder = recorder
        self._start = start
        self._audience = audience
        self._clock = clock
        self._summary = SessionSummary()
        self._watch = ClockWatch(clock)
        self._stopped = threading.Event()
        self._ended = threading.Event()
        self._camera_error: CameraError | None = None
        self._refused: PoseFault | None = None
        self._arrivals: deque[tuple[int, float]] = deque()
        self._ages_s: deque[float] = deque(maxlen=AGES_KEPT)
        self._open = False
        self._time_s: float | None = None
        self._heard_s = clock()
        self._last_stance_s: float | None = None
        self._reported_s: float | None = None
        self._state = LampState.STARTING, ""

    @property
    def summary(self) -> Summary:
        """Of the stances until now."""
        return self._summary.summary()

    def run(self) -> None:
        """Measure until the camera ends, `stop` is called or this thread is interrupted.

        The session begins with the first frame, whatever ends it closes it, and nothing that was seen is left out.
        When the pose workers cannot go on, the unit stays in a safe state until `stop`: lamps dark, the status lamp and
        the store saying why.

        Raises:
            CameraError: the camera failed.
            PoseFault: the pose workers could not go on.
        """
        feeder = threading.Thread(target=self._feed, name="camera", daemon=True)
        feeder.start()
        try:
            while not self._ended.is_set():
                self._take(self._pool.poll(POLL_S))
                self._ended.wait(GATHER_S)
            self._camera.close()  # or the pool would be fed while it drains
            feeder.join(timeout=2.0)
            self._take(self._pool.drain())
            if self._refused is not None:
                raise self._refused
        except PoseFault as fault:
            self._camera.close()
            self._close_session(FAULT)
            self._hold(str(fault))
            raise
        finally:
            self._camera.close()
            self._close_session(FINISHED)
            self._recorder.state(LampState.OFF, "")
            self._lamps.close()
            feeder.join(timeout=2.0)
        if self._camera_error is not None:
            raise self._camera_error

    def stop(self) -> None:
        """End `run` soon; from any thread."""
        self._stopped.set()
        self._ended.set()

    def _close_session(self, how: str) -> None:
        if self._open:
            for stance in self._tracker.finish():
                self._note(stance)
            self._tell_progress()
            self._recorder.close_session(how)
            self._open = False

    def _hold(self, fault: str) -> None:
        """Stay in the safe state."""
        self._set_state(LampState.FAULT, f"{fault}; start the unit again")
        self._tell_progress()
        while not self._stopped.wait(HOLD_S):
            self._lamps.fault(self._state[1])
            self._recorder.alive()

    def _feed(self) -> None:
        try:
            give = self._pool.offer if self._camera.live else self._pool.submit
            for frame in self._watch.watch(self._camera):
                self._arrivals.append((frame.index, self._clock()))
                give(frame)
        except CameraError as error:
            self._camera_error = error
        except PoseFault as fault:
            self._refused = fault
        except Exception as error:  # noqa: BLE001 - whatever ends the camera's thread ends the session with its reason
            self._camera_error = CameraError(f"The camera failed: {str(error) or type(error).__name__}.")
        finally:
            self._ended.set()

    def _take(self, observations: list[Observation]) -> None:
        for observation in observations:
            self._observe(observation)
        if self._time_s is None:
            self._recorder.alive()
        silent_s = self._clock() - self._heard_s
        if self._time_s is not None and silent_s > SILENT_S:
            reason = self._why_silent()
            self._tell(self._decider.tick(self._time_s + silent_s, False, reason))
            self._set_state(LampState.CANNOT_SEE, reason)
            self._report(self._time_s + silent_s)

    def _observe(self, observation: Observation) -> None:
        if self._time_s is None:
            self._recorder.open_session(replace(self._start, origin_s=observation.time_s))
            self._open = True
        self._time_s, self._heard_s = observation.time_s, self._clock()
        neutral = self._tracker.neutral
        self._stances(self._tracker.push(observation))
        if self._tracker.neutral is not None and self._tracker.neutral is not neutral:
            self._take_neutral(self._tracker.neutral)
        reason = self._tracker.reason
        self._tell(self._decider.tick(observation.time_s, self._tracker.seen, reason))
        self._set_state(*self._what_is_seen(reason))
        self._note_age(observation.index)
        self._report(observation.time_s)

    def _take_neutral(self, neutral: Neutral) -> None:
        mirrored = self._start.view is View.FRONT
        level_deg = self._start.roll_deg + (-neutral.angle_deg if mirrored else neutral.angle_deg)
        self._recorder.calibration(
            Calibration(neutral.time_s, f"standing, {neutral.source}", level_deg, neutral.sd_deg)
        )
        self._audience.neutral(neutral)

    def _stances(self, stances: list[Stance]) -> None:
        for stance in stances:
            self._note(stance)
            self._tell(self._decider.stance(stance))

    def _note(self, stance: Stance) -> None:
        self._summary.add(stance)
        self._recorder.stance(stance)
        if stance.valid:
            self._last_stance_s = stance.toe_off_s
        self._audience.stance(stance)

    def _tell(self, cue: Cue | None) -> None:
        if cue is not None:
            self._lamps.show(cue)
            self._recorder.cue(cue)
            self._audience.cue(cue)

    def _set_state(self, state: LampState, why: str) -> None:
        """Tell lamps and store; with every frame, for the lamps go dark when they hear nothing."""
        fault = self._recorder.fault
        if fault:
            state, why = LampState.FAULT, fault
        self._lamps.status(state, why or None)
        if (state, why) != self._state:
            self._state = state, why
            self._recorder.state(state, why)
            self._reported_s = None

    def _why_silent(self) -> str:
        if self._watch.stands_still:
            return REPEATED
        newest_s = self._arrivals[-1][1] if self._arrivals else -math.inf
        return NO_ANSWER if self._clock() - newest_s < SILENT_S else NO_PICTURE

    def _what_is_seen(self, reason: str | None) -> tuple[LampState, str]:
        now_s = self._time_s if self._time_s is not None else 0.0
        if self._tracker.seen and self._last_stance_s is not None and now_s - self._last_stance_s < MEASURING_S:
            return LampState.MEASURING, ""
        if reason is None or reason in (NOBODY, EMPTY_TREADMILL, ARRIVING, STANDING):
            return LampState.READY, reason or "waiting for steps"
        return LampState.CANNOT_SEE, reason

    def _report(self, time_s: float) -> None:
        if self._reported_s is None or abs(time_s - self._reported_s) >= REPORT_S:
            self._reported_s = time_s
            if self._last_stance_s is None or time_s - self._last_stance_s > PAUSE_S:
                self._pool.renew_fat_workers()
            self._tell_progress()

    def _tell_progress(self) -> None:
        stats, tracker = self._pool.stats(), self._tracker
        engine = EngineFigures(
            model=self._start.model,
            isolation=self._pool.isolation.reason,
            frames=tracker.frames,
            dropped=stats.dropped + self._camera.skipped,
            fps=tracker.fps,
            inference_s=stats.inference_s,
            age_s=quantiles(self._ages_s),
            restarts=stats.restarts,
            last_failure=stats.last_failure,
            worker_bytes=tuple(worker.private_bytes for worker in stats.workers),
            clock_faults=self._watch.faults,
            temperature_c=temperature_c(),
            throttled=throttled(),
        )
        self._recorder.engine(engine)
        if self._open:
            frames = engine.frames + engine.dropped
            figures = engine.dropped, engine.fps, tracker.cadence_spm, tracker.withheld, self.summary
            self._recorder.progress(frames, *figures)
        self._audience.progress(Progress(self._time_s or 0.0, *self._state, tracker.cadence_spm, engine))

    def _note_age(self, index: int) -> None:
        """Note how long after its arrival the frame was decided on; those before it were dropped and are forgotten."""
        while self._arrivals and self._arrivals[0][0] < index:
            self._arrivals.popleft()
        if self._arrivals and self._arrivals[0][0] == index:
            self._ages_s.append(self._clock() - self._arrivals.popleft()[1])
