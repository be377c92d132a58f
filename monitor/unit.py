"""The unit: one frame's way from the camera to the lamps and the store."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from monitor.camera import Camera, CameraError
from monitor.cues.decision import Decider
from monitor.cues.lamps import Lamps
from monitor.gait import GaitTracker, SessionSummary
from monitor.gait.tracker import NOBODY, STANDING
from monitor.pose.pool import PosePool
from monitor.store import Recorder, SessionStart
from monitor.vocabulary import Cue, LampState, Observation, Stance, Summary

MEASURING_S = 3.0
"""So long after a stance the unit still says that it measures [ours]."""
POLL_S = 0.1
SILENT_S = 0.3
"""So long without a result, the runner is not seen: cues stop within half a second."""
NO_PICTURE = "no picture from the camera"
REPORT_S = 1.0
"""How often the session's counts and summary go to the store."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How the engine does."""

    time_s: float
    frames: int
    dropped: int
    fps: float | None
    inference_s: float | None
    """Median of the newest pictures."""
    age_s: float | None
    """From the newest result's frame in the camera's hand to its decision."""
    cadence_spm: float | None
    state: LampState
    reason: str


class Audience(Protocol):
    """Who is told what happens, besides lamps and store."""

    def stance(self, stance: Stance) -> None:
        """A stance is over."""

    def cue(self, cue: Cue) -> None:
        """What is said changed."""

    def progress(self, progress: Progress) -> None:
        """A frame was looked at."""


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
        self._ended = threading.Event()
        self._camera_error: CameraError | None = None
        self._arrivals: deque[tuple[int, float]] = deque()
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

        Raises:
            CameraError: the camera failed.
            PoseFault: the pose workers cannot go on.
        """
        feeder = threading.Thread(target=self._feed, name="camera", daemon=True)
        feeder.start()
        try:
            while not self._ended.is_set():
                self._take(self._pool.poll(POLL_S))
            self._camera.close()  # or the pool would be fed while it drains
            feeder.join(timeout=2.0)
            self._take(self._pool.drain())
        finally:
            self._camera.close()
            self._end()
            feeder.join(timeout=2.0)
        if self._camera_error is not None:
            raise self._camera_error

    def _end(self) -> None:
        for stance in self._tracker.finish():
            self._note(stance)
        if self._time_s is not None:
            self._keep()
        self._recorder.state(LampState.OFF, "")
        self._recorder.close_session()
        self._lamps.close()

    def stop(self) -> None:
        """End `run` soon; from any thread."""
        self._ended.set()

    def _feed(self) -> None:
        try:
            for frame in self._camera:
                self._arrivals.append((frame.index, self._clock()))
                self._pool.offer(frame)
        except CameraError as error:
            self._camera_error = error
        except Exception as error:  # noqa: BLE001 - whatever ends the camera's thread ends the session with its reason
            self._camera_error = CameraError(f"The camera failed: {str(error) or type(error).__name__}.")
        finally:
            self._ended.set()

    def _take(self, observations: list[Observation]) -> None:
        for observation in observations:
            self._observe(observation)
        silent_s = self._clock() - self._heard_s
        if self._time_s is not None and silent_s > SILENT_S:
            self._tell(self._decider.tick(self._time_s + silent_s, False, NO_PICTURE))
            self._set_state(LampState.CANNOT_SEE, NO_PICTURE)

    def _observe(self, observation: Observation) -> None:
        if self._time_s is None:
            self._recorder.open_session(replace(self._start, origin_s=observation.time_s))
        self._time_s, self._heard_s = observation.time_s, self._clock()
        self._stances(self._tracker.push(observation))
        reason = self._tracker.reason
        self._tell(self._decider.tick(observation.time_s, self._tracker.seen, reason))
        self._set_state(*self._what_is_seen(reason))
        self._report(observation)

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

    def _what_is_seen(self, reason: str | None) -> tuple[LampState, str]:
        now_s = self._time_s if self._time_s is not None else 0.0
        if self._tracker.seen and self._last_stance_s is not None and now_s - self._last_stance_s < MEASURING_S:
            return LampState.MEASURING, ""
        if reason is None or reason in (NOBODY, STANDING):
            return LampState.READY, reason or "waiting for steps"
        return LampState.CANNOT_SEE, reason

    def _report(self, observation: Observation) -> None:
        stats = self._pool.stats()
        progress = Progress(
            observation.time_s,
            self._tracker.frames,
            stats.dropped + self._camera.skipped,
            self._tracker.fps,
            stats.inference_median_s,
            self._age_s(observation.index),
            self._tracker.cadence_spm,
            *self._state,
        )
        self._audience.progress(progress)
        if self._reported_s is None or abs(observation.time_s - self._reported_s) >= REPORT_S:
            self._reported_s = observation.time_s
            self._keep()

    def _keep(self) -> None:
        dropped = self._pool.stats().dropped + self._camera.skipped
        tracker = self._tracker
        self._recorder.progress(
            tracker.frames + dropped, dropped, tracker.fps, tracker.cadence_spm, tracker.withheld, self.summary
        )

    def _age_s(self, index: int) -> float | None:
        """Since the arrival of a frame; those before it were dropped and are forgotten."""
        while self._arrivals and self._arrivals[0][0] < index:
            self._arrivals.popleft()
        if not self._arrivals or self._arrivals[0][0] != index:
            return None
        return self._clock() - self._arrivals.popleft()[1]
