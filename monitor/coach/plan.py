"""The coming weeks on one calendar: runs, the programme, control checks, exercises. Each part says what is due when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from monitor.coach.check.kinds import CHECK
from monitor.coach.errors import CoachError
from monitor.coach.ladder import ladder
from monitor.coach.ladder.entries import day_of, whole
from monitor.coach.ladder.state import REVIEW_EVERY, LadderState
from monitor.coach.ladder.today import Today
from monitor.coach.programme import State as ProgrammeState
from monitor.coach.programme import Step, Waits, Why
from monitor.coach.programme.entries import Purpose
from monitor.coach.programme.table import CHECKS, RUN_MIN, SESSIONS, SILENT_MIN
from monitor.vocabulary import DiaryEntry, Side

PLANNED = "plan.set"
"""Which days one wants to run on, and for how many weeks the plan is: `weekdays`, `minutes`, `weeks`."""
LEAST_WEEKS, MOST_WEEKS = 4, 8
MOST_MINUTES = 180
CHECK_EVERY = timedelta(weeks=2)
"""From one control check to the next [ours]."""


class What(StrEnum):
    """What a day is for."""

    RUN = "run"
    PROGRAMME = "programme"
    """A session of the programme, which is a run."""
    SILENT = "silent"
    """A silent check of the programme, which is a run."""
    EXERCISES = "exercises"
    CHECK = "check"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do on a day."""

    day: date
    what: What
    sides: tuple[Side, ...] = ()
    """Which legs exercise."""
    number: int = 0
    """Of a session or a silent check, counted from 1; 0 for what is not counted, as the first silent run."""
    minutes: int = 0

    @property
    def key(self) -> str:
        """What stays the same when the plan is made anew: the number, or else the day."""
        return f"{self.what}:{self.number or self.day.isoformat()}"


class Source(Protocol):
    """A part of the coach that knows what is due."""

    def due(self, first: date, last: date) -> Iterable[Due]:
        """Return what is due from the first day to the last one."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a runner wants the plan to be."""

    weekdays: tuple[int, ...] = (1, 3, 5)
    """Days to run on, Monday = 0."""
    minutes: int = 30
    weeks: int = 6


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs on the days that one wants."""

    wishes: Wishes

    def due(self, first: date, last: date) -> Iterator[Due]:
        """Return the runs."""
        for day in _days(first, last):
            if day.weekday() in self.wishes.weekdays:
                yield Due(day, What.RUN, minutes=self.wishes.minutes)


@dataclass(frozen=True, slots=True)
class Programme:
    """The running programme's sessions on the days that one wants to run on, then its silent checks."""

    state: ProgrammeState
    next: Step | Waits
    """What comes next by the programme's own rules."""
    wishes: Wishes

    @property
    def forbids_running(self) -> bool:
        """Whether nobody should run before they say that it no longer hurts, or a professional has seen it."""
        return isinstance(self.next, Waits) and self.next.why in (Why.PAIN, Why.RED_FLAG)

    def due(self, first: date, last: date) -> Iterator[Due]:
        """Return its runs; nothing while it is left, or stopped for pain."""
        course = self.state.course
        if isinstance(self.next, Waits) and self.next.why not in (Why.ONE_A_DAY, Why.CHECK_LATER, Why.RUNNING):
            return
        begins = first if isinstance(self.next, Step) else first + timedelta(days=1)
        days = (day for day in _days(begins, last) if day.weekday() in self.wishes.weekdays)
        ended = day_of(course.done_at) if course is not None and course.is_complete and course.done_at else None
        if ended is None:
            for number, day in zip(self._sessions(), days, strict=False):
                yield Due(
                    day, What.PROGRAMME, number=number, minutes=round(RUN_MIN[number - 1] if number else SILENT_MIN)
                )
                ended = day if number == SESSIONS else None
        for number, check in enumerate(CHECKS, 1):
            if ended is not None and not (course and course.is_complete and number in course.checked):
                day = max(ended + check.due, first)
                if day <= min(last, ended + check.closes):
                    yield Due(day, What.SILENT, number=number, minutes=round(SILENT_MIN))

    def _sessions(self) -> Iterator[int]:
        """The numbers of the sessions still to come; 0 is the silent run before the first."""
        step, course = self.next, self.state.course
        if isinstance(step, Step):
            first = 0 if step.purpose is Purpose.BASELINE else step.number
        else:
            first = course.done + 1 if course is not None else 1
        yield from range(first, SESSIONS + 1)


@dataclass(frozen=True, slots=True)
class Exercises:
    """The ladder's sessions, as far ahead as its stages stay as they are."""

    state: LadderState
    today: Today

    def due(self, first: date, last: date) -> Iterator[Due]:
        """Return sessions and the look back after six weeks; nothing while the questions are open."""
        if self.state.stopped or not self.state.asked:
            return
        every = {side: ladder().stages[leg.stage].frequency.days for side, leg in self.today.legs.items()}
        for day in _days(first, last):
            sides = tuple(
                side
                for side, leg in self.today.legs.items()
                if day >= leg.next_day and (day - leg.next_day).days % every[side] == 0
            )
            if sides:
                yield Due(day, What.EXERCISES, sides)
            if self.state.reviewed is not None and day == max(first, self.state.reviewed + REVIEW_EVERY):
                yield Due(day, What.REVIEW)


@dataclass(frozen=True, slots=True)
class Checks:
    """A control check every two weeks."""

    last: date | None
    """The last one that was done."""

    def due(self, first: date, last: date) -> Iterator[Due]:
        """Return the control checks."""
        day = first if self.last is None else max(first, self.last + CHECK_EVERY)
        while day <= last:
            yield Due(day, What.CHECK)
            day += CHECK_EVERY


def last_check(diary: Sequence[DiaryEntry]) -> date | None:
    """Return the day of the last control check."""
    return next((day_of(entry.at) for entry in reversed(diary) if entry.kind == CHECK), None)


def wishes(diary: Sequence[DiaryEntry]) -> Wishes | None:
    """Return what a runner last wanted, None when nothing was said."""
    return next((_read(entry.body) for entry in reversed(diary) if entry.kind == PLANNED), None)


Week = tuple[tuple[date, tuple[Due, ...]], ...]
"""Seven days from a Monday on, and what is due on each."""


def calendar(sources: Iterable[Source], first: date, weeks: int) -> tuple[Week, ...]:
    """Return so many weeks, the first day in the first of them.

    A run that the programme has anyhow takes the place of one that is wanted on the same day.
    """
    monday = first - timedelta(days=first.weekday())
    last = monday + timedelta(days=7 * weeks - 1)
    found: dict[date, list[Due]] = {}
    for source in sources:
        for due in source.due(first, last):
            found.setdefault(due.day, []).append(due)
    days = [(day, _sorted(found.get(day, []))) for day in _days(monday, last)]
    return tuple(tuple(days[n : n + 7]) for n in range(0, len(days), 7))


def _sorted(dues: list[Due]) -> tuple[Due, ...]:
    runs_anyhow = any(due.what in (What.PROGRAMME, What.SILENT) for due in dues)
    kept = [due for due in dues if not (runs_anyhow and due.what is What.RUN)]
    return tuple(sorted(kept, key=lambda due: list(What).index(due.what)))


def _days(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def _read(body: Mapping[str, Any]) -> Wishes | None:
    weekdays, minutes = body.get("weekdays"), whole(body.get("minutes"), 1, MOST_MINUTES)
    weeks = whole(body.get("weeks"), LEAST_WEEKS, MOST_WEEKS)
    if not isinstance(weekdays, list) or minutes is None or weeks is None:
        return None
    days = sorted({day for each in weekdays if (day := whole(each, 0, 6)) is not None})
    return Wishes(tuple(days), minutes, weeks) if len(days) == len(weekdays) else None


def _planned(_diary: Sequence[DiaryEntry], given: Mapping[str, Any], _now: datetime) -> Mapping[str, Any]:
    wanted = _read(given)
    if wanted is None:
        raise CoachError("Choose days of the week, up to 180 minutes, and four to eight weeks.")
    return {"weekdays": list(wanted.weekdays), "minutes": wanted.minutes, "weeks": wanted.weeks}


PLAN_KINDS = {PLANNED: _planned}
