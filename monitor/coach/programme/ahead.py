"""The programme's coming days, as far as they can be told: every session is taken to be done on its day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.coach.plan import Due, What
from monitor.coach.programme.entries import Purpose
from monitor.coach.programme.state import State
from monitor.coach.programme.step import Step, Waits, Why
from monitor.coach.programme.table import CHECKS, RUN_MIN, SESSIONS, SILENT_MIN


@dataclass(frozen=True, slots=True)
class ProgrammeAhead:
    """What a plan of the coming weeks shows of it: sessions on the days that the runner runs, checks on theirs."""

    state: State
    step: Step | Waits
    weekdays: tuple[int, ...]
    """Monday = 0."""

    def due(self, first: date, last: date) -> Iterator[Due]:
        """Return sessions and silent checks; nothing of one that waits for an answer, or for a baseline."""
        number = self._next_number()
        if number is None:
            return
        day, done_on = first, self._done_on()
        if isinstance(self.step, Waits) and self.step.why is Why.ONE_A_DAY:
            day += timedelta(days=1)
        while number <= SESSIONS:
            if day > last or not self.weekdays:
                return
            if day.weekday() in self.weekdays:
                yield Due(day, What.PROGRAMME, number=number, minutes=round(RUN_MIN[number - 1]))
                number, done_on = number + 1, day
            day += timedelta(days=1)
        if done_on is not None:
            yield from self._checks(done_on, first, last)

    def _next_number(self) -> int | None:
        if isinstance(self.step, Step):
            return {Purpose.SESSION: self.step.number, Purpose.CHECK: SESSIONS + 1}.get(self.step.purpose)
        known = self.step.why in (Why.ONE_A_DAY, Why.CHECK_LATER)
        return self.state.course.done + 1 if known and self.state.course else None

    def _done_on(self) -> date | None:
        course = self.state.course
        return course.done_at.astimezone().date() if course and course.is_complete and course.done_at else None

    def _checks(self, done_on: date, first: date, last: date) -> Iterator[Due]:
        checked = self.state.course.checked if self.state.course and self.state.course.is_complete else frozenset()
        for number, check in enumerate(CHECKS, start=1):
            day = max(first, done_on + check.due)
            if number not in checked and day <= min(last, done_on + check.closes):
                yield Due(day, What.SILENT, number=number, minutes=round(SILENT_MIN))
