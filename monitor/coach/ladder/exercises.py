"""What the exercise ladder is made of. The words and figures stand in `ladder.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Frequency(StrEnum):
    """How often a stage is due."""

    DAILY = "daily"
    ALTERNATE = "every other day"
    """The table's "3-4 a week" [ours: every other day is three or four]."""

    @property
    def days(self) -> int:
        """From one session to the next."""
        return 1 if self is Frequency.DAILY else 2


class Legs(StrEnum):
    """Whether an exercise is done for each leg by itself."""

    ONE = "one"
    BOTH = "both"


class LiesOn(StrEnum):
    """Which side is on the floor, seen from the working leg."""

    NEITHER = ""
    SAME = "same side"
    OTHER = "other side"


@dataclass(frozen=True, slots=True)
class Range:
    """From the least to the most."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Dose:
    """How much of an exercise: sets of repetitions, of seconds held, or of repetitions held for seconds."""

    sets: Range
    reps: Range | None
    seconds: Range | None


@dataclass(frozen=True, slots=True)
class Condition:
    """When a session counts towards the next stage; what is None is not asked for."""

    sets: int | None = None
    reps: int | None = None
    seconds: int | None = None
    effort_at_most: int | None = None
    """Of 10."""
    pain_at_most: int | None = None
    """Of 10."""
    sides_within_percent: int | None = None
    """How far the seconds held may differ between the sides, of the longer one."""
    check: str | None = None
    """What the last control check must say of pelvis and knee on that leg."""
    morning: str | None = None
    """What the next morning must have been like."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One rung.

    | stage | dose | up when, two sessions running |
    |---|---|---|
    | 0 wake-up | 5-10 s × 5-10 daily | pain ≤ 2/10 |
    | 1 isolated | 2-3 × 10-15, 3-4 a week | 3 × 15 a side, effort ≤ 7/10 |
    | 2 isolated, hard | 3 × 20-30 s, then 3 × 6-10 | 30 s a side, sides within 20 % |
    | 3 standing | 3 × 8-12 | control check "steady" for pelvis and knee on that leg |
    | 4 loaded | 3 × 6-10 | 3 × 10, pain ≤ 2/10, none next morning |
    | 5 spring, optional | 2-3 × 8-10 | |

    The table is this project's [ours], ordered by how much of the gluteus medius the exercises ask for.
    """

    number: int
    name: str
    purpose: str
    frequency: Frequency
    dose: Dose
    up: Condition | None
    """None for the last one."""
    optional: bool


@dataclass(frozen=True, slots=True)
class Activity:
    """How hard the gluteus medius was seen to work, in percent of the most that it can."""

    percent: str
    of: str
    source: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise, in words for who does it."""

    id: str
    name: str
    stage: int
    legs: Legs
    lies_on: LiesOn
    after: str | None
    """The exercise that must have been mastered before this one."""
    dose: Dose
    purpose: str
    set_up: tuple[str, ...]
    steps: tuple[str, ...]
    faults: tuple[str, ...]
    easier: str
    harder: str
    care: tuple[str, ...]
    """Who leaves it out, or does less."""
    drawing: str
    shows: str
    """The drawing in words."""
    activity: Activity | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """All stages and exercises, in their order."""

    stages: tuple[Stage, ...]
    exercises: Mapping[str, Exercise]

    def of_stage(self, number: int) -> tuple[Exercise, ...]:
        """Return a stage's exercises."""
        return tuple(exercise for exercise in self.exercises.values() if exercise.stage == number)
