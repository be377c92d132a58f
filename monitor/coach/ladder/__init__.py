"""The exercise ladder: what it is made of (`ladder.toml`), and where each leg stands on it by what was done."""

from monitor.coach.ladder.exercises import (
    Activity,
    Condition,
    Dose,
    Exercise,
    Frequency,
    Ladder,
    Legs,
    LiesOn,
    Range,
    Stage,
)
from monitor.coach.ladder.reading import LadderError, drawing, ladder, read

__all__ = [
    "Activity",
    "Condition",
    "Dose",
    "Exercise",
    "Frequency",
    "Ladder",
    "LadderError",
    "Legs",
    "LiesOn",
    "Range",
    "Stage",
    "drawing",
    "ladder",
    "read",
]
