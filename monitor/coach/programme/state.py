"""Where a runner is in the programme: a fold over the diary."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from types import MappingProxyType

from monitor.coach.pain import says_pain
from monitor.coach.programme.baseline import Baseline
from monitor.coach.programme.entries import (
    BEGUN,
    CUE,
    ENDED,
    JOINED,
    LEFT,
    NO_PAIN,
    PAIN,
    RESUMED,
    Begun,
    Cueing,
    Ended,
    How,
    Purpose,
)
from monitor.coach.programme.table import (
    DONE_SHARE,
    RATE_TOLERANCE,
    RUN_MIN,
    SESSIONS,
    SESSIONS_AT_A_RATE,
    SILENT_MIN,
    STEP_RATES,
)
from monitor.coach.red_flags import RedFlag, flags_after
from monitor.vocabulary import DiaryEntry

MOST_AHEAD = timedelta(days=1)
"""A clock that is put right does not go back farther [ours]."""


@dataclass(frozen=True, slots=True)
class Past:
    """A run that is over, and whether it counts as done."""

    at: datetime
    begun: Begun
    ended: Ended
    done: bool


@dataclass(frozen=True, slots=True)
class Course:
    """One way through the eight sessions."""

    baseline: Baseline
    began_at: datetime
    done: int = 0
    """The number of the last session done; one that is repeated after a gap counts once."""
    done_at: datetime | None = None
    """When it was done last."""
    level: int = 0
    """Which of the metronome's rates is due."""
    held: int = 0
    """Sessions running at that rate."""
    checked: frozenset[int] = frozenset()
    """Silent checks that were done."""

    @property
    def is_complete(self) -> bool:
        """Whether all eight sessions are done."""
        return self.done == SESSIONS


@dataclass(frozen=True, slots=True)
class State:
    """Where a runner is."""

    joined_at: datetime | None = None
    """None of one who is not in the programme."""
    cue: Cueing = Cueing.LAMPS
    course: Course | None = None
    open: Begun | None = None
    """The run that has not ended."""
    pain_at: datetime | None = None
    """When it hurt last, wherever it was said; None once the runner has said that it is over."""
    asked_about: str | None = None
    """The run that was ended early, while the runner has not said whether it hurt."""
    flags: frozenset[RedFlag] = frozenset()
    """Not empty: nothing goes on until a professional has seen it, wherever it was said."""
    sessions: frozenset[str] = frozenset()
    """Every session that a plan cued, or kept silent: none of them makes a baseline."""
    past: tuple[Past, ...] = ()
    """All of them, the oldest first, courses before this one included."""


def fold(entries: Sequence[DiaryEntry]) -> State:
    """Where a runner is after all of this; entries of other kinds are passed over."""
    return reduce(after, entries, State())


def after(state: State, entry: DiaryEntry) -> State:
    """Where a runner is after one more entry."""
    step = _STEPS.get(entry.kind)
    if step is not None:
        return step(state, entry)
    state = replace(state, flags=flags_after(state.flags, entry.kind, entry.body))
    return _pain(state, entry) if says_pain(entry.kind, entry.body) else state


def is_later_day(now: datetime, than: datetime) -> bool:
    """Whether now is of a later day, where the unit stands; a clock that was set back a little does not make one."""
    return now.astimezone().date() > than.astimezone().date() or is_ahead(than, now)


def is_ahead(at: datetime, now: datetime) -> bool:
    """Whether a date was written by a clock that was wrong: it would lock the programme, and counts as past."""
    return at - now > MOST_AHEAD


def is_done(begun: Begun, run_s: float) -> bool:
    """Whether so much of it was run that it counts."""
    minutes = RUN_MIN[begun.number - 1] if begun.purpose is Purpose.SESSION else SILENT_MIN
    return run_s >= DONE_SHARE * minutes * 60.0


def _left(state: State, _: DiaryEntry) -> State:
    """What was run, pain and what is asked are not forgotten: who joins again begins a new course, but not today."""
    return replace(state, joined_at=None, course=None)


def _joined(state: State, entry: DiaryEntry) -> State:
    return replace(_left(state, entry), joined_at=entry.at)


def _cue(state: State, entry: DiaryEntry) -> State:
    return replace(state, cue=Cueing(entry.body["cue"]))


def _pain(state: State, entry: DiaryEntry) -> State:
    return replace(state, pain_at=entry.at, asked_about=None)


def _resumed(state: State, _: DiaryEntry) -> State:
    return replace(state, pain_at=None)


def _no_pain(state: State, _: DiaryEntry) -> State:
    return replace(state, asked_about=None)


def _begun(state: State, entry: DiaryEntry) -> State:
    begun = Begun.of(entry.body)
    course = state.course
    if begun.anew and begun.baseline is not None:
        course = Course(begun.baseline, entry.at)
    counted = frozenset() if begun.purpose is Purpose.BASELINE else frozenset({begun.session_id})
    return replace(state, open=begun, course=course, sessions=state.sessions | counted)


def _ended(state: State, entry: DiaryEntry) -> State:
    begun, ended = state.open, Ended.of(entry.body)
    if begun is None or begun.session_id != ended.session_id:
        return state
    past = Past(entry.at, begun, ended, is_done(begun, ended.run_s))
    early = not past.done and ended.how is How.FINISHED and state.pain_at is None
    return replace(
        state,
        open=None,
        past=(*state.past, past),
        course=_further(state.course, past),
        asked_about=ended.session_id if early else None,
    )


def _further(course: Course | None, past: Past) -> Course | None:
    begun = past.begun
    if course is None or not past.done or begun.purpose is Purpose.BASELINE:
        return course
    if begun.purpose is Purpose.CHECK:
        return replace(course, checked=course.checked | {begun.number})
    level, held = _rate(course, past)
    return replace(course, done=begun.number, done_at=past.at, level=level, held=held)


def _rate(course: Course, past: Past) -> tuple[int, int]:
    """Which rate is due after a session, and how often running it was kept."""
    asked_spm, run_spm = past.begun.plan.metronome_spm, past.ended.cadence_spm
    if asked_spm is None:
        return course.level, course.held
    if run_spm is None or abs(run_spm - asked_spm) > RATE_TOLERANCE * asked_spm:
        return course.level, 0
    held = course.held + 1
    if held < SESSIONS_AT_A_RATE or course.level == len(STEP_RATES) - 1:
        return course.level, held
    return course.level + 1, 0


_STEPS: Mapping[str, Callable[[State, DiaryEntry], State]] = MappingProxyType(
    {
        JOINED: _joined,
        CUE: _cue,
        LEFT: _left,
        PAIN: _pain,
        RESUMED: _resumed,
        NO_PAIN: _no_pain,
        BEGUN: _begun,
        ENDED: _ended,
    }
)
