"""A value with its interval on a scale, the same scale for both sides."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.vocabulary import Side, Statistic
from web.axes import Axis, Tick, degree_axis, degree_ticks

TICKS = 3
"""More stand in each other's way on a phone."""


@dataclass(frozen=True, slots=True)
class RangeBar:
    """Places in per cent from the left."""

    mean: float
    low: float
    high: float
    """The 95 % interval; both at the mean where it is not known."""
    ticks: tuple[Tick, ...]
    limit: float | None
    """The edge of the runner's band."""


def range_bars(statistics: Mapping[Side, Statistic], limits_deg: Mapping[Side, float | None]) -> dict[Side, RangeBar]:
    """A bar for each side that has a mean."""
    known = {side: s for side, s in statistics.items() if s.mean is not None}
    ends = [end for s in known.values() for end in _ends(s)] + [limit for limit in limits_deg.values() if limit]
    axis = degree_axis(math.floor(min(ends, default=0.0)), math.ceil(max(ends, default=0.0)))
    ticks = tuple(Tick(100 - tick.at, tick.label) for tick in degree_ticks(axis, TICKS))
    return {side: _bar(s, axis, ticks, limits_deg.get(side)) for side, s in known.items()}


def _bar(statistic: Statistic, axis: Axis, ticks: tuple[Tick, ...], limit_deg: float | None) -> RangeBar:
    low, high = _ends(statistic)
    return RangeBar(
        100 * axis.part(statistic.mean or 0.0),
        100 * axis.part(low),
        100 * axis.part(high),
        ticks,
        None if limit_deg is None else 100 * axis.part(limit_deg),
    )


def _ends(statistic: Statistic) -> tuple[float, float]:
    mean = statistic.mean or 0.0
    return statistic.ci95 or (mean, mean)
