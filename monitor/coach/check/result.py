"""What a control check says: for each leg pelvis, knee and trunk, their level, their sum, and left against right."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from monitor.coach.check.reading import AT_DEPTH, Part
from monitor.coach.check.verdict import Rep
from monitor.gait.summary import SeriesStatistic
from monitor.vocabulary import Measure, Side, Statistic, View

FEWEST_REPS = 3
NORMAL_95 = 1.96
SHARED_SD_DEG: Mapping[str, Mapping[Part, float]] = {
    "lite": {Part.KNEE: 5.0, Part.TRUNK: 1.4},
    "full": {Part.KNEE: 3.5, Part.TRUNK: 1.0},
    "heavy": {Part.KNEE: 2.6, Part.TRUNK: 0.9},
}
"""What all squats on a leg share of the error, by the pose network: root mean square over the legs of rendered people
(`python -m tests.bench squats FOLDER NETWORK`). The pelvis has that of its own hip line [ours]."""
WIDEST = "lite"
"""Stated where it is not known which network found the points."""


class Level(StrEnum):
    """How far an angle goes. Three levels, for more do not agree between people who look (Ressman 2019)."""

    STEADY = "steady"
    MODERATE = "moderate"
    MARKED = "marked"


FROM_LEVEL = (Part.PELVIS, Part.TRUNK)
"""Counted from the level: what is left of the camera's roll, or an offset of the line, adds to one side what it takes
from the other."""
LIMITS_DEG: Mapping[Part, tuple[float, float]] = {
    Part.PELVIS: (4.0, 8.0),
    Part.KNEE: (10.0, 17.0),
    Part.TRUNK: (5.0, 10.0),
}
"""From where on an angle is moderate, and beyond which marked; no clinical cut-offs (science.md section 6) [ours]."""


def level_of(part: Part, value_deg: float) -> Level:
    """The level of an angle; what goes the other way is steady."""
    moderate, marked = LIMITS_DEG[part]
    if value_deg < moderate:
        return Level.STEADY
    return Level.MODERATE if value_deg <= marked else Level.MARKED


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg's result."""

    parts: Mapping[Part, Statistic]
    """Mean over the reps that count, with its interval, or the reason why there is none."""
    shared_sd_deg: Mapping[Part, float]
    sum: Statistic
    """Trunk, pelvis and knee together, squat by squat: the single feature that tells people apart best (science.md
    section 6)."""
    reps: int
    """Seen."""
    discarded: Mapping[str, int]
    """How many did not count, by reason."""
    touches: int
    """How often the free foot came down for a moment."""

    @property
    def valid(self) -> int:
        """Reps that count."""
        return self.reps - sum(self.discarded.values())

    def level(self, part: Part) -> Level | None:
        """None where there is no value."""
        mean = self.parts[part].mean
        return None if mean is None else level_of(part, mean)


def leg(reps: Sequence[Rep], touches: int = 0, network: str = WIDEST) -> Leg:
    """The result of the reps on one leg; `network` is the pose network's size, of `SHARED_SD_DEG`."""
    counted = [rep for rep in reps if rep.reason is None]
    discarded = Counter(rep.reason for rep in reps if rep.reason is not None)
    shared = {part: _shared_sd_deg(part, [rep.measures[part] for rep in counted], network) for part in Part}
    parts = {part: _statistic([rep.measures[part] for rep in counted], shared[part]) for part in Part}
    summed = _statistic([_sum(rep.measures) for rep in counted], math.hypot(*shared.values()))
    return Leg(parts, shared, summed, len(reps), dict(discarded), touches)


def _sum(measures: Mapping[Part, Measure]) -> Measure:
    """Of one squat's parts, or why one of them has no value; the errors that squats share come later."""
    total_deg, variance = 0.0, 0.0
    for measure in measures.values():
        if measure.value is None or measure.sd is None:
            return measure
        total_deg += measure.value
        variance += measure.sd**2
    return Measure(total_deg, math.sqrt(variance))


def _shared_sd_deg(part: Part, measures: Sequence[Measure], network: str) -> float:
    own = [measure.shared_sd for measure in measures if measure.value is not None]
    return math.hypot(SHARED_SD_DEG[network].get(part, 0.0), max(own, default=0.0))


def _statistic(measures: Sequence[Measure], shared_sd_deg: float) -> Statistic:
    series = SeriesStatistic()
    for measure in measures:
        series.add(measure if measure.value is None else Measure(measure.value, measure.sd, shared_sd=shared_sd_deg))
    statistic = series.statistic()
    if statistic.n >= FEWEST_REPS:
        return statistic
    if statistic.n or not measures:
        return Statistic(None, None, statistic.n, None, f"{statistic.n} of {FEWEST_REPS} squats that count")
    return statistic


@dataclass(frozen=True, slots=True)
class Difference:
    """Left less right."""

    value_deg: float
    detectable_deg: float
    """From what size on it is more than the measurement's error (95 %)."""

    @property
    def can_be_told(self) -> bool:
        """Only then is it shown."""
        return abs(self.value_deg) > self.detectable_deg


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A control check of one leg or both."""

    view: View
    legs: Mapping[Side, Leg]
    roll_sd_deg: float | None = None
    """Of the camera's roll; None where it was taken for level."""

    def difference(self, part: Part) -> Difference | None:
        """None where a leg has no value, and for what is counted from the level where the roll is not known."""
        if len(self.legs) < len(Side):
            return None
        left, right = (self.legs[side] for side in (Side.LEFT, Side.RIGHT))
        of_left, of_right = left.parts[part], right.parts[part]
        if of_left.mean is None or of_right.mean is None or of_left.ci95 is None or of_right.ci95 is None:
            return None
        own = [_own_half(of, side.shared_sd_deg[part]) for of, side in ((of_left, left), (of_right, right))]
        shared = [side.shared_sd_deg[part] for side in (left, right)]
        if part in FROM_LEVEL:
            if self.roll_sd_deg is None:
                return None
            shared = [sum(shared), len(Side) * self.roll_sd_deg]
        return Difference(of_left.mean - of_right.mean, math.hypot(*own, NORMAL_95 * math.hypot(*shared)))


def _own_half(statistic: Statistic, shared_sd_deg: float) -> float:
    low, high = statistic.ci95 or (0.0, 0.0)
    return math.sqrt(max(((high - low) / 2.0) ** 2 - (NORMAL_95 * shared_sd_deg) ** 2, 0.0))


def body(result: CheckResult) -> dict[str, Any]:
    """A result as a diary holds it, in plain values."""
    return {
        "view": str(result.view),
        "at_depth": AT_DEPTH,
        "roll_sd": _round(result.roll_sd_deg),
        "legs": {str(side): _leg_body(of) for side, of in result.legs.items()},
        "differences": {
            str(part): None
            if (found := result.difference(part)) is None
            else {"value": round(found.value_deg, 2), "detectable": round(found.detectable_deg, 2)}
            for part in Part
        },
    }


def _leg_body(of: Leg) -> dict[str, Any]:
    return {
        "levels": {str(part): None if (level := of.level(part)) is None else str(level) for part in Part},
        "values": {str(part): _value_body(of.parts[part]) for part in Part},
        "sum": _value_body(of.sum),
        "reps": of.reps,
        "valid": of.valid,
        "touches": of.touches,
        "discarded": dict(of.discarded),
    }


def _value_body(statistic: Statistic) -> dict[str, Any]:
    half = None if statistic.ci95 is None else (statistic.ci95[1] - statistic.ci95[0]) / 2.0
    return {
        "value": _round(statistic.mean),
        "sd": _round(statistic.sd),
        "half95": _round(half),
        "n": statistic.n,
        "reason": statistic.reason,
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
