"""What comes next: a run and its plan, or why there is none now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.coach.programme.baseline import Baseline, Run, baseline_of, newest
from monitor.coach.programme.entries import Cueing, Purpose
from monitor.coach.programme.plan import session_plan, silent_plan
from monitor.coach.programme.state import Course, State, is_ahead, is_later_day
from monitor.coach.programme.table import ANEW_AFTER, CHECKS, REPEAT_AFTER, SESSIONS
from monitor.vocabulary import CuePlan


class Why(StrEnum):
    """Why nothing comes next now."""

    RED_FLAG = "red flag"
    NOT_JOINED = "not joined"
    PAIN = "pain"
    ENDED_EARLY = "ended early"
    """The runner has not said whether it hurt."""
    RUNNING = "running"
    ONE_A_DAY = "one a day"
    CHECK_LATER = "check later"
    """`until` says from when on."""
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Step:
    """A run that can begin now."""

    purpose: Purpose
    number: int
    plan: CuePlan
    baseline: Baseline | None
    anew: bool = False
    """Whether the programme starts with it."""
    again: bool = False
    """Whether it was done before, and is repeated because that is long ago."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Nothing can begin now."""

    why: Why
    until: datetime | None = None


def next_step(state: State, runs: Sequence[Run], now: datetime) -> Step | Waits:
    """What a runner who has these other sessions too does next.

    :param now: aware; what the diary has of more than a day after it counts as long past.
    """
    for holds, why in (
        (bool(state.flags), Why.RED_FLAG),
        (state.joined_at is None, Why.NOT_JOINED),
        (state.open is not None, Why.RUNNING),
        (state.pain_at is not None, Why.PAIN),
        (state.asked_about is not None, Why.ENDED_EARLY),
    ):
        if holds:
            return Waits(why)
    course = state.course
    if course is not None and course.is_complete and course.done_at is not None:
        return _check(course, course.done_at, now)
    if course is None or now - (course.done_at or course.began_at) > ANEW_AFTER:
        return _start(state, runs, now)
    return _session(state, course, now)


def candidate(state: State, runs: Sequence[Run], now: datetime) -> Run | None:
    """The run that would be the baseline: of a second round, one that came after the first."""
    over = [past.at for past in state.past if past.done and past.begun.number == SESSIONS]
    since = next((at for at in reversed(over) if not is_ahead(at, now)), None)
    return newest([run for run in runs if since is None or run.at > since], state.sessions, now)


def _start(state: State, runs: Sequence[Run], now: datetime) -> Step | Waits:
    """The first session, or the silent run that it needs."""
    baseline = baseline_of(candidate(state, runs, now), now)
    if baseline is None:
        return Step(Purpose.BASELINE, 1, silent_plan(None), None)
    if _is_done_for_today(state, now):
        return Waits(Why.ONE_A_DAY)
    return Step(Purpose.SESSION, 1, session_plan(1, baseline, _level(state, 0), 0.0), baseline, anew=True)


def _session(state: State, course: Course, now: datetime) -> Step | Waits:
    if _is_done_for_today(state, now):
        return Waits(Why.ONE_A_DAY)
    again = course.done > 0 and course.done_at is not None and now - course.done_at > REPEAT_AFTER
    number = course.done if again else course.done + 1
    plan = session_plan(number, course.baseline, _level(state, course.level), _behind_s(state, number, now))
    return Step(Purpose.SESSION, number, plan, course.baseline, again=again)


def _check(course: Course, done_at: datetime, now: datetime) -> Step | Waits:
    for number, check in enumerate(CHECKS, start=1):
        if number not in course.checked and now <= done_at + check.closes:
            if now < done_at + check.opens:
                return Waits(Why.CHECK_LATER, done_at + check.opens)
            return Step(Purpose.CHECK, number, silent_plan(course.baseline), course.baseline)
    return Waits(Why.OVER)


def _is_done_for_today(state: State, now: datetime) -> bool:
    """Whether a session was done today, of whichever course."""
    done = [past.at for past in state.past if past.done and past.begun.purpose is Purpose.SESSION]
    return bool(done) and not is_later_day(now, done[-1])


def _level(state: State, level: int) -> int | None:
    return level if state.cue is Cueing.METRONOME else None


def _behind_s(state: State, number: int, now: datetime) -> float:
    """What was run today of a session that was not done."""
    last = state.past[-1] if state.past else None
    if last is None or last.done or is_later_day(now, last.at):
        return 0.0
    begun = last.begun
    return last.ended.run_s if (begun.purpose, begun.number) == (Purpose.SESSION, number) else 0.0
