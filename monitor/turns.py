"""Whose the running or the next session is, and what the coach has for it: between phone, unit, store and diary."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from monitor.claims import refusing
from monitor.coach.programme import (
    SEE_A_PROFESSIONAL,
    Begun,
    How,
    Purpose,
    Step,
    Waits,
    Why,
    at_speed,
    extra_plan,
    fold,
    measured,
    next_step,
    nothing_measured,
    runs_of,
    stances_of,
)
from monitor.coach.programme.entries import BEGUN, ENDED
from monitor.coach.programme.table import SESSIONS
from monitor.control import RefusedError
from monitor.store import Clock, Diary, Ownership, Reader, Recorder, RunnerGoneError, StoreError, SystemClock
from monitor.vocabulary import CuePlan

WAITS_S = 600.0
"""So long a session may be in coming that somebody said is theirs [ours]."""
RESUMES_WITHIN = timedelta(minutes=10)
"""After a restart a session that was cut off goes on by itself if it was heard of so lately [ours]."""
JOINS_WITHIN_S = 120.0
"""So long after its beginning somebody may still say that a running session is theirs [ours]."""
REFUSALS = {
    Why.RED_FLAG: SEE_A_PROFESSIONAL,
    Why.PAIN: "The programme is stopped, because it hurt. It goes on when you say so, on another day.",
    Why.ENDED_EARLY: "Say first whether it hurt when you ended the last session early.",
    Why.RUNNING: "A session of yours is running.",
}
SILENT_BESIDE = (Why.ONE_A_DAY, Why.CHECK_LATER)
"""Of who waits for one of these, what is run besides is silent."""
NO_BUZZER = "The metronome needs the buzzer, which is off or not fitted here: choose the lamps."
NOT_YOURS = "The session that is running is not yours."
SPEED_IS = "The speed of a belt is in metres a second"
SOMEBODY_ELSES = "The session that is running is somebody else's, or began too long ago: wait for the next one."
NEXT_IS_TAKEN = "Somebody else has said that the next session is theirs: wait for the one after it."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody has said that a session is theirs."""

    runner_id: str
    step: Step | None
    """What the programme has for it."""
    plan: CuePlan | None
    """None of a runner whom the programme does not concern: the lamps are as for anybody."""
    speed_mps: float | None
    until_s: float


@dataclass(slots=True)
class _Session:
    """The one that is open."""

    id: str
    began_s: float
    speed_mps: float | None
    """As it was said last."""
    first_mps: float | None = None
    """As it was said first for the run that its runner took it for."""
    turn: Turn | None = None
    begun: Begun | None = None


class Turns:
    """Gives sessions to runners who said so, with a plan where the coach has one. Safe from any thread.

    What it writes is written by a thread of its own, in its order: frames do not wait for the disk.
    """

    def __init__(
        self,
        recorder: Recorder,
        *,
        clock: Clock | None = None,
        has_buzzer: Callable[[], bool] = lambda: True,
        joins_within_s: float = JOINS_WITHIN_S,
        speed_mps: float | None = None,
    ) -> None:
        """`speed_mps`: how fast the belt runs in every session, until somebody says otherwise."""
        self._recorder = recorder
        self._diary = Diary(recorder)
        self._ownership = Ownership(recorder)
        self._reader = Reader.open(recorder.url_or_path)
        self._clock = clock or SystemClock()
        self._has_buzzer = has_buzzer
        self._joins_within_s = joins_within_s
        self._speed_mps = speed_mps
        self._lock = threading.Lock()
        self._pending: Turn | None = None
        self._session: _Session | None = None
        self._at_speed = True
        self._writer = ThreadPoolExecutor(1, "turns")

    # asked by phones

    def take(self, runner_id: str, speed_mps: float | None) -> None:
        """Make the next session a runner's, or the one that has just begun. Raises RefusedError.

        What somebody else has said stands. To say it of one's own running session changes nothing.
        """
        self.wait()
        runs_now = self.runner_now()
        if runs_now == runner_id:
            return
        turn = refusing(lambda: self._turn(runner_id, speed_mps))
        with self._lock:
            session, stands = self._session, self._current()
            if stands is not None and stands.runner_id != runner_id:
                raise RefusedError(NEXT_IS_TAKEN)
            if session is not None:
                late = self._clock.monotonic_s() - session.began_s > self._joins_within_s
                if late or session.turn is not None or runs_now is not None:
                    raise RefusedError(SOMEBODY_ELSES)
            self._pending = turn

    def give_back(self, runner_id: str) -> None:
        """Let the next session be nobody's again."""
        with self._lock:
            if self._pending is not None and self._pending.runner_id == runner_id:
                self._pending = None

    def next_runner(self) -> str | None:
        """Who has said that the next session is theirs."""
        with self._lock:
            turn = self._current()
        return turn.runner_id if turn else None

    def runner_now(self) -> str | None:
        """Whose the session that is open is: as the store has it, for two runners can be put together meanwhile."""
        with self._lock:
            session = self._session
            turn = session.turn if session else None
        if session is None:
            return None
        try:
            owner = self._reader.runner_of(session.id)
        except StoreError as error:
            log.warning("whose the session is cannot be read: %s", error)
            owner = None
        if owner is not None:
            return owner.id
        return turn.runner_id if turn else None

    def is_somebody_elses(self, runner_id: str) -> bool:
        """Whether a session runs that is not this runner's."""
        with self._lock:
            runs = self._session is not None
        return runs and self.runner_now() != runner_id

    def say_speed(self, session_id: str, time_s: float, speed_mps: float) -> None:
        """Remember how fast the belt runs from now on, and whether a plan's baseline holds. Raises RefusedError."""
        refusing(lambda: self._ownership.belt_speed(session_id, time_s, speed_mps))
        with self._lock:
            session = self._session
            if session is not None and session.id == session_id:
                session.speed_mps = speed_mps
                if session.begun is not None:
                    session.first_mps = session.first_mps or speed_mps
                    self._at_speed = at_speed(speed_mps, session.begun.baseline, session.first_mps)

    # asked by the unit's own thread: never waits for the disk

    @property
    def at_speed(self) -> bool:
        """Whether the belt runs as the plan's baseline wants it, as far as anybody said."""
        return self._at_speed

    def plan(self, session_id: str, time_s: float) -> CuePlan | None:
        """The plan that an open session is to follow from now on; None while there is no other."""
        with self._lock:
            if self._session is None or self._session.id != session_id:
                self._session = _Session(session_id, self._clock.monotonic_s(), self._speed_mps)
                self._at_speed = True
                if (usual_mps := self._speed_mps) is not None:
                    self._write(lambda: self._ownership.belt_speed(session_id, time_s, usual_mps))
            session, turn = self._session, self._current()
            if turn is None or session.turn is not None:
                return None
            self._pending = None
            session.turn = turn
            if turn.speed_mps is not None:
                session.speed_mps = turn.speed_mps
            if turn.step is not None:
                step = turn.step
                session.begun = Begun(
                    session_id, step.purpose, step.number, step.plan, step.baseline, step.anew, time_s
                )
                session.first_mps = session.speed_mps
                self._at_speed = at_speed(session.speed_mps, step.baseline)
        self._write(lambda: self._began(session, time_s, turn))
        return turn.plan

    def ended(self, session_id: str) -> None:
        """A session is over."""
        with self._lock:
            session, self._session = self._session, None
            self._at_speed = True
        if session is not None and session.id == session_id and session.turn is not None:
            self._write(partial(self._over, session_id, session.turn))

    def waiting(self) -> str:
        """Whose the next session is, in words; empty when it is nobody's yet."""
        with self._lock:
            turn = self._current()
        if turn is None:
            return ""
        return "it is a runner's own" if turn.step is None else f"it is a runner's own, {in_words(turn.step)}"

    # its own life

    def go_on(self, cut_off: list[str]) -> None:
        """Let the last of the sessions that a crash cut off go on, and write down what came of every run that is over.

        A run can be open in the diary though its session was closed: the power went between the two.
        """
        for session_id in cut_off:
            try:
                self._go_on(session_id)
            except (StoreError, RefusedError) as error:
                log.warning("what a session that was cut off came to is not in the diary: %s", error)
        self._write(self._settle_all)

    def wait(self) -> None:
        """Until all is written that there was to write."""
        self._writer.submit(lambda: None).result()

    def close(self) -> None:
        """Write what waits, and let go of the store. Idempotent."""
        self._writer.shutdown()
        self._reader.close()

    def _go_on(self, session_id: str) -> None:
        runner = self._reader.runner_of(session_id)
        session = self._reader.session(session_id)
        if runner is None or session is None:
            return
        begun = fold(self._reader.diary(runner.id)).open
        self._settle(runner.id)
        if begun is None or begun.session_id != session_id or session.ended_at is None:
            return
        if abs(self._clock.now() - session.ended_at) <= RESUMES_WITHIN:
            speeds = self._reader.belt_speeds(session_id)
            self.take(runner.id, speeds[-1][1] if speeds else None)

    def _current(self) -> Turn | None:
        """Under the lock."""
        if self._pending is not None and self._clock.monotonic_s() > self._pending.until_s:
            self._pending = None
        return self._pending

    def _turn(self, runner_id: str, speed_mps: float | None) -> Turn:
        if self._reader.runner(runner_id) is None:
            raise RunnerGoneError
        self._settle(runner_id)
        until_s = self._clock.monotonic_s() + WAITS_S
        state = fold(self._reader.diary(runner_id))
        now = self._clock.now()
        step = next_step(state, runs_of(self._reader, runner_id, state.sessions, now), now)
        if isinstance(step, Waits):
            if step.why in REFUSALS:
                raise RefusedError(REFUSALS[step.why])
            beside = extra_plan(state.course.baseline if state.course else None)
            return Turn(runner_id, None, beside if step.why in SILENT_BESIDE else None, speed_mps, until_s)
        if step.plan.metronome_spm is not None and not self._has_buzzer():
            raise RefusedError(NO_BUZZER)
        return Turn(runner_id, step, step.plan, speed_mps, until_s)

    def _settle_all(self) -> None:
        for runner_id in self._reader.diarists(BEGUN):
            self._write(partial(self._settle, runner_id))

    def _over(self, session_id: str, turn: Turn) -> None:
        """Settle it for whose it is now: two runners can have been put together meanwhile."""
        owner = self._reader.runner_of(session_id)
        self._settle(owner.id if owner else turn.runner_id)

    def _settle(self, runner_id: str) -> None:
        """Write down what came of the run that the diary has open, if it is over."""
        begun = fold(self._reader.diary(runner_id)).open
        if begun is None:
            return
        self._recorder.flush()
        session = self._reader.session(begun.session_id)
        if session is not None and session.ended_at is None:
            return
        ended = nothing_measured(begun, How.GONE)
        if session is not None:
            how = How(session.ended_how or How.FINISHED)
            ended = measured(
                begun, how, stances_of(self._reader.stance_columns(session.id)), self._reader.belt_speeds(session.id)
            )
        self._diary.add(runner_id, ENDED, self._clock.now(), lambda _: ended.body())

    def _began(self, session: _Session, time_s: float, turn: Turn) -> None:
        begun = session.begun
        try:
            self._ownership.give(session.id, turn.runner_id)
            if turn.speed_mps is not None:
                self._ownership.belt_speed(session.id, time_s, turn.speed_mps)
            if begun is not None:
                self._diary.add(turn.runner_id, BEGUN, self._clock.now(), lambda _: begun.body())
        except StoreError:
            with self._lock:
                session.turn = session.begun = None
            raise

    def _write(self, work: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                work()
            except StoreError as error:
                log.warning("a runner's session is not in the diary: %s", error)
            except Exception:
                log.exception("a runner's session is not in the diary")

        self._writer.submit(guarded)


def in_words(step: Step) -> str:
    """What a run is, in a few words."""
    minutes = f"{step.plan.run_s / 60.0:.0f} minutes"
    if step.purpose is Purpose.SESSION:
        return f"session {step.number} of {SESSIONS}, {minutes}"
    return f"a silent check, {minutes}" if step.purpose is Purpose.CHECK else f"a silent run for a baseline, {minutes}"
