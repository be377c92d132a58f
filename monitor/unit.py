"""The unit: one frame's way from the camera to the lamps and the store, session after session."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum, StrEnum
from queue import Empty, SimpleQueue

from monitor.audience import Audience, Host, Nobody, Onlooker, Progress
from monitor.camera import Camera, CameraError
from monitor.camera.clock import REPEATED
from monitor.control import RefusedError
from monitor.cues.lamps import Lamps
from monitor.engine import Engine
from monitor.measurement import Measurement
from monitor.pose.pool import PoseFault, PosePool
from monitor.store import Calibration, Recorder, SessionStart
from monitor.store.recorder import FINISHED
from monitor.vocabulary import (
    Cue,
    CueKind,
    LampState,
    Neutral,
    Observation,
    Stance,
    Summary,
    View,
)

POLL_S = 0.1
GATHER_S = 0.03
"""Results that come within less than a frame of 30 a second are looked at together: in cold caches one costs as much as
three."""
SILENT_S = 0.3
"""So long without a result, the runner is not seen: cues stop within half a second."""
NO_PICTURE = "no picture from the camera"
NO_ANSWER = "the pose workers do not answer"
ADJUSTING = "the camera looks at the light"
PRESS = "press the button to begin a session"
OVER = "the session is over"
SESSION_OPEN = "A session is open: end it first."
REPORT_S = 2.0
"""How often the session's counts, its summary and the engine's figures are told."""
PAUSE_S = 10.0
"""So long after the last stance nobody runs: time to renew what has grown [ours]."""
LEFT_S = 600.0
"""So long after the last stance the runner has left, and the session is ended [ours]."""
ANSWER_S = 2.0
"""So long somebody who asks waits for the unit's thread."""
HOLD_S = 0.5
"""How often the lamps are told that the unit still has a fault."""
FAULT = "fault"
"""How a session ends that the unit could not go on with."""


class Asked(Enum):
    """What may be asked of a running unit; it is done on the unit's own thread."""

    BEGIN = "begin"
    END = "end"
    LEAVE = "leave"


class Begins(StrEnum):
    """When a session begins. The first ends with the unit, the others also when it is asked for or the runner left."""

    AT_ONCE = "at once"
    """With the first frame."""
    RUNNING = "auto"
    """When somebody runs."""
    ASKED = "button"
    """When it is asked for."""


class Unit:
    """Runs sessions: frames in from a thread of the camera's, decisions out of the caller's."""

    def __init__(
        self,
        camera: Camera,
        pool: PosePool,
        measurement: Callable[[], Measurement],
        lamps: Lamps,
        recorder: Recorder,
        start: SessionStart,
        audience: Audience,
        *,
        begins: Begins = Begins.AT_ONCE,
        hold: bool = True,
        onlookers: Sequence[Onlooker] = (),
        host: Host | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`hold`: what `run` does when the pose workers cannot go on: stay in a safe state, or raise at once."""
        self._camera = camera
        self._pool = pool
        self._begun_anew = measurement
        self._measurement = measurement()
        self._lamps = lamps
        self._recorder = recorder
        self._start = start
        self._audience = audience
        self._begins = begins
        self._hold_on = hold
        self._onlookers = onlookers
        self._host: Host = host if host is not None else Nobody()
        self._clock = clock
        self._engine = Engine(camera, pool, start.model, clock)
        self._stopped = threading.Event()
        self._ended = threading.Event()
        self._adjust = threading.Event()
        """The camera is to look at the light anew, or does."""
        self._asked: SimpleQueue[tuple[Asked, SimpleQueue[str]]] = SimpleQueue()
        """Each with where it is told why not; an empty sentence when it is done."""
        self._camera_error: CameraError | None = None
        self._refused: PoseFault | None = None
        self._session: str | None = None
        self._began_s = 0.0
        self._dropped_before = 0
        self._before: tuple[int, Counter[str]] = 0, Counter()
        """Frames of this measurement, and those withheld, that were before the session or whoever is in view."""
        self._rests_from_s: float | None = None
        """The newest stance of who runs on after a session was ended on request: that runner begins no other."""
        self._time_s: float | None = None
        self._heard_s = clock()
        self._reported_s: float | None = None
        self._state = LampState.STARTING, ""

    @property
    def summary(self) -> Summary:
        """Of the stances of this session, or of those since the last one."""
        return self._measurement.summary

    @property
    def session(self) -> str | None:
        """The id of the session that is open."""
        return self._session

    @property
    def state(self) -> tuple[LampState, str]:
        """What the status lamp says, and why."""
        return self._state

    def begin(self) -> None:
        """Begin a session soon; from any thread. Raises RefusedError."""
        if self._session is not None:
            raise RefusedError("A session is open already: end it first.")
        if self._time_s is None:
            raise RefusedError("There is no picture from the camera yet: wait a moment.")
        self._asked.put((Asked.BEGIN, SimpleQueue()))

    def end(self) -> None:
        """End the session soon; from any thread. Raises RefusedError."""
        if self._session is None:
            raise RefusedError("No session is open.")
        self._asked.put((Asked.END, SimpleQueue()))

    def leave(self) -> None:
        """End `run`, unless a session is open by then; from any other thread, which waits. Raises RefusedError."""
        said: SimpleQueue[str] = SimpleQueue()
        self._asked.put((Asked.LEAVE, said))
        try:
            why_not = said.get(timeout=ANSWER_S)
        except Empty:
            why_not = "The unit is busy: wait a moment."
        if why_not:
            raise RefusedError(why_not)

    def moment(self) -> tuple[str, float]:
        """Return the session that is open, and the camera's time now; from any thread. Raises RefusedError."""
        session, time_s = self._session, self._time_s
        if session is None or time_s is None:
            raise RefusedError("No session is open.")
        return session, time_s + self._clock() - self._heard_s

    def run(self) -> None:
        """Measure until the camera ends, `stop` is called or this thread is interrupted.

        Whatever ends it closes the session that is open, and nothing that was seen is left out. A unit that holds stays
        in a safe state until `stop` when the pose workers cannot go on: lamps dark, status lamp and store saying why.

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

    def _open_session(self, origin_s: float, ago_s: float = 0.0) -> None:
        self._began_s = origin_s
        self._dropped_before = 0 if self._begins is Begins.AT_ONCE else self._engine.dropped
        self._session = self._recorder.open_session(replace(self._start, origin_s=origin_s), ago_s)

    def _close_session(self, how: str) -> None:
        if self._session is not None:
            for stance in self._measurement.finish():
                self._store(stance)
            self._tell_progress()
            self._recorder.close_session(how)
            ended, self._session = self._session, None
            self._host.ended(ended)

    def _do_what_was_asked(self) -> None:
        try:
            what, said = self._asked.get_nowait()
        except Empty:
            return
        if what is Asked.LEAVE:
            said.put(SESSION_OPEN if self._session is not None else "")
            if self._session is None:
                self.stop()
        elif self._time_s is not None and (what is Asked.BEGIN) is (self._session is None):
            time_s = self._time_s + self._clock() - self._heard_s
            if what is Asked.BEGIN:
                self._adjust.set()
                self._begin_anew()
                self._open_session(time_s)
            else:
                self._end_session(time_s)
                self._rests_from_s = time_s

    def _end_session(self, time_s: float) -> None:
        self._tell(Cue(time_s, None, CueKind.OFF, OVER))
        self._close_session(FINISHED)
        self._begin_anew()

    def _somebody_begins(self, stances: Sequence[Stance], time_s: float) -> bool:
        """Whether a session begins by itself with these stances; not while who runs is the one whose was ended."""
        if self._begins is not Begins.RUNNING or self._session is not None or not any(s.valid for s in stances):
            return False
        rests = self._rests_from_s is not None and time_s - self._rests_from_s < PAUSE_S
        self._rests_from_s = time_s if rests else None
        return not rests

    def _begin_anew(self) -> None:
        self._measurement = self._begun_anew()
        self._before = 0, Counter()
        self._lamps.mute(False)
        self._lamps.use(self._lamps.sound)
        self._reported_s = None

    def _hold(self, fault: str) -> None:
        """Stay in the safe state."""
        self._set_state(LampState.FAULT, f"{fault}; start the unit again")
        self._tell_progress()
        while self._hold_on and not self._stopped.wait(HOLD_S):
            self._lamps.fault(self._state[1])
            self._recorder.alive()

    def _feed(self) -> None:
        try:
            give = self._pool.offer if self._camera.live else self._pool.submit
            for frame in self._engine.watch.watch(self._camera):
                self._engine.arrived(frame.index)
                give(frame)
                for onlooker in self._onlookers:
                    onlooker.frame(frame)
                if self._adjust.is_set():
                    self._camera.adjust()
                    self._adjust.clear()
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
        self._do_what_was_asked()
        if self._time_s is None:
            self._recorder.alive()
            return
        silent_s = self._clock() - self._heard_s
        time_s = self._time_s + silent_s
        if silent_s > SILENT_S:
            reason = self._why_silent()
            self._tell(self._measurement.silence(time_s, reason))
            self._set_state(LampState.CANNOT_SEE, reason)
            self._report(time_s)
        self._end_when_left(time_s)

    def _observe(self, observation: Observation) -> None:
        if self._time_s is None and self._begins is Begins.AT_ONCE:
            self._open_session(observation.time_s)
        self._time_s, self._heard_s = observation.time_s, self._clock()
        neutral = self._measurement.neutral
        stances = self._measurement.push(observation)
        if self._session is None and not self._measurement.tracker.seen:
            self._before = self._measurement.tracker.frames, self._measurement.tracker.withheld.copy()
        if self._somebody_begins(stances, observation.time_s):
            self._open_session(stances[0].contact_s, observation.time_s - stances[0].contact_s)
            neutral = None
        if self._session is not None:
            for stance in stances:
                self._store(stance)
            self._take_neutral(neutral)
            self._take_plan(self._session, observation.time_s)
            for cue in self._measurement.cues(stances):
                self._tell(cue)
            self._lamps.use(self._measurement.sound(self._lamps.sound))
        for onlooker in self._onlookers:
            onlooker.observation(observation)
        self._set_state(*self._measurement.state())
        self._engine.decided(observation.index)
        self._report(observation.time_s)

    def _take_plan(self, session: str, time_s: float) -> None:
        plan = self._host.plan(session, time_s)
        if plan is not None:
            self._measurement.follow(plan)
        self._measurement.at_speed = self._host.at_speed

    def _take_neutral(self, known: Neutral | None) -> None:
        neutral = self._measurement.neutral
        if neutral is None or neutral is known:
            return
        mirrored = self._start.view is View.FRONT
        level_deg = self._start.roll_deg + (-neutral.angle_deg if mirrored else neutral.angle_deg)
        self._recorder.calibration(
            Calibration(neutral.time_s, f"standing, {neutral.source}", level_deg, neutral.sd_deg)
        )
        self._audience.neutral(neutral)

    def _store(self, stance: Stance) -> None:
        self._recorder.stance(stance)
        self._audience.stance(stance)

    def _tell(self, cue: Cue | None) -> None:
        if cue is not None and self._session is not None:
            self._lamps.show(cue)
            self._recorder.cue(cue)
            self._audience.cue(cue)

    def _set_state(self, state: LampState, why: str) -> None:
        """Tell lamps and store; with every frame, for the lamps go dark when they hear nothing."""
        if self._session is None and state in (LampState.READY, LampState.MEASURING):
            why = PRESS if self._begins is Begins.ASKED else why
            state, why = LampState.READY, "; ".join(filter(None, (why, self._host.waiting())))
        fault = self._recorder.fault
        if fault:
            state, why = LampState.FAULT, fault
        self._lamps.status(state, why or None)
        if (state, why) != self._state:
            self._state = state, why
            self._recorder.state(state, why)
            self._reported_s = None

    def _why_silent(self) -> str:
        if self._adjust.is_set():
            return ADJUSTING
        if self._engine.watch.stands_still:
            return REPEATED
        return NO_ANSWER if self._engine.silent_s < SILENT_S else NO_PICTURE

    def _end_when_left(self, time_s: float) -> None:
        if self._session is None or self._begins is Begins.AT_ONCE:
            return
        if time_s - (self._measurement.last_stance_s or self._began_s) > LEFT_S:
            self._end_session(time_s)

    def _report(self, time_s: float) -> None:
        if self._reported_s is None or abs(time_s - self._reported_s) >= REPORT_S:
            self._reported_s = time_s
            last_s = self._measurement.last_stance_s
            if last_s is None or time_s - last_s > PAUSE_S:
                self._pool.renew_fat_workers()
            self._engine.keep_up()
            self._tell_progress()

    def _tell_progress(self) -> None:
        tracker = self._measurement.tracker
        warning = next(filter(None, (onlooker.warning() for onlooker in self._onlookers)), None)
        engine = self._engine.figures(tracker, warning)
        self._recorder.engine(engine)
        if self._session is not None:
            dropped = engine.dropped - self._dropped_before
            frames, withheld = engine.frames - self._before[0], tracker.withheld - self._before[1]
            figures = dropped, engine.fps, tracker.cadence_spm, withheld, self.summary, self._measurement.curves
            self._recorder.progress(frames + dropped, *figures)
        self._audience.progress(Progress(self._time_s or 0.0, *self._state, tracker.cadence_spm, engine))
