"""Axes that every chart shares: where a value lies, and what stands beside the lines of the grid."""

import math
from dataclasses import dataclass

from web.words import clock, signed

LEAST_SPAN_DEG = 10.0
"""So that noise on a steady runner does not fill a panel [ours]."""
ROOM = 0.05


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid: where, in per cent, and what it says."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """From its low end to its high one."""

    low: float
    high: float

    def part(self, value: float) -> float:
        """Where a value lies, 0 at `low` and 1 at `high`."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def degree_axis(low: float, high: float) -> Axis:
    """An axis that holds both and zero, with some room beyond what is not zero, and is never short."""
    room = ROOM * (max(0.0, high) - min(0.0, low))
    low, high = (end + math.copysign(room, end) if end else 0.0 for end in (min(0.0, low), max(0.0, high)))
    low, high = max(-90.0, low), min(90.0, high)
    lack = max(0.0, LEAST_SPAN_DEG - (high - low)) / 2.0
    return Axis(low - lack, high + lack)


def degree_ticks(axis: Axis, most: int = 6) -> tuple[Tick, ...]:
    """From the top of a panel down."""
    step = next(s for s in (2, 5, 10, 20, 45, 90) if (axis.high - axis.low) / s <= most)
    marks = range(math.ceil(axis.low / step) * step, math.floor(axis.high) + 1, step)
    return tuple(Tick(100 * (1 - axis.part(m)), f"{signed(m, 0)}°") for m in marks)


def plain_ticks(axis: Axis) -> tuple[Tick, ...]:
    """Whole numbers, from the top of a panel down."""
    step = next(s for s in (2, 5, 10, 20, 50, 100) if (axis.high - axis.low) / s <= 5)
    marks = range(math.ceil(axis.low / step) * step, math.floor(axis.high) + 1, step)
    return tuple(Tick(100 * (1 - axis.part(m)), str(m)) for m in marks)


def time_ticks(axis: Axis) -> tuple[Tick, ...]:
    """On the session's clock, which begins with the axis."""
    span = axis.high - axis.low
    step = next((s for s in (2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600) if span / s <= 5), 2 * 3600)
    return tuple(Tick(100 * axis.part(axis.low + m), clock(m)) for m in range(0, math.floor(span) + 1, step))
