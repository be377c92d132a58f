"""What the ladder writes in a diary, and reads out of one that anything may stand in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any

from monitor.coach.ladder.exercises import Exercise, Ladder, Legs
from monitor.vocabulary import Side

REVIEWED = "ladder.reviewed"
"""The six weeks were looked at."""
DONE = "ladder.done"
"""An exercise was done: `exercise`, `leg`, `sets`, `reps` or `seconds` or both, `effort`, `pain`."""
MORNING = "ladder.morning"
"""How a leg was the morning after: `leg`, `of` (the day before), `pain`."""
UNDONE = "ladder.undone"
"""The last exercise or morning was a slip of the finger."""
MOST_SETS, MOST_REPS, MOST_SECONDS, SCALE = 10, 100, 600, 10


class Morning(StrEnum):
    """Pain on the next morning."""

    NONE = "none"
    SOME = "some"
    """No more than while exercising."""
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Done:
    """An exercise, as it was done."""

    day: date
    exercise: Exercise
    legs: frozenset[Side]
    sets: int
    reps: int | None
    seconds: int | None
    effort: int
    """0 to 10."""
    pain: int
    """0 to 10."""

    def in_dose(self) -> bool:
        """Whether it was at least the least that is asked for."""
        dose = self.exercise.dose
        counted = ((dose.sets, self.sets), (dose.reps, self.reps), (dose.seconds, self.seconds))
        return all(asked is None or (did or 0) >= asked.least for asked, did in counted)


def day_of(at: datetime, zone: tzinfo | None = None) -> date:
    """Return the day of a moment where the unit stands, or in a time zone."""
    return at.astimezone(zone).date()


def done_of(body: Mapping[str, Any], day: date, ladder: Ladder) -> Done | None:
    """Return what was done, or None when it makes no sense."""
    exercise = ladder.exercises.get(str(body.get("exercise")))
    if exercise is None:
        return None
    legs = legs_of(body.get("leg"))
    if legs is None or (len(legs) == 2) != (exercise.legs is Legs.BOTH):
        return None
    sets = whole(body.get("sets"), 1, MOST_SETS)
    reps = whole(body.get("reps"), 1, MOST_REPS) if exercise.dose.reps else None
    seconds = whole(body.get("seconds"), 1, MOST_SECONDS) if exercise.dose.seconds else None
    effort, pain = whole(body.get("effort"), 0, SCALE), whole(body.get("pain"), 0, SCALE)
    if sets is None or effort is None or pain is None:
        return None
    if (exercise.dose.reps and reps is None) or (exercise.dose.seconds and seconds is None):
        return None
    return Done(day, exercise, legs, sets, reps, seconds, effort, pain)


def legs_of(given: object) -> frozenset[Side] | None:
    """Return one leg or both by their name."""
    if given == Legs.BOTH:
        return frozenset(Side)
    return frozenset([Side(str(given))]) if given in list(Side) else None


def whole(given: object, least: int, most: int) -> int | None:
    """Return a whole number within bounds, None for anything else."""
    return given if type(given) is int and least <= given <= most else None


def several(given: object, kind: type[StrEnum]) -> frozenset[Any] | None:
    """Return the members that a list names; None when it is no list of such."""
    if not isinstance(given, list) or not all(isinstance(each, str) and each in list(kind) for each in given):
        return None
    return frozenset(kind(each) for each in given)
