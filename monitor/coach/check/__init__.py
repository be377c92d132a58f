"""The control check: mini single-leg squats, found, judged and read."""

from monitor.coach.check.reading import AT_DEPTH, Part
from monitor.coach.check.result import (
    FROM_LEVEL,
    LIMITS_DEG,
    WIDEST,
    CheckResult,
    Difference,
    Leg,
    Level,
    body,
    leg,
    level_of,
)
from monitor.coach.check.verdict import Rep, Watch

__all__ = [
    "AT_DEPTH",
    "FROM_LEVEL",
    "LIMITS_DEG",
    "WIDEST",
    "CheckResult",
    "Difference",
    "Leg",
    "Level",
    "Part",
    "Rep",
    "Watch",
    "body",
    "leg",
    "level_of",
]
