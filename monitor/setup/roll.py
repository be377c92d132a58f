"""The camera's roll, from everything in the picture that tells it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

CONTRADICTION_SDS = 3.0
GOOD_ENOUGH_SD_DEG = 0.5
"""A roll that is known no better is not used: a camera put up by eye is as level as that [ours]."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one thing in the picture says about the roll."""

    source: str
    """In words."""
    deg: float
    sd_deg: float


@dataclass(frozen=True, slots=True)
class Roll:
    """At which angle a truly level line appears in the picture, + = its right end higher."""

    deg: float
    sd_deg: float
    sources: tuple[str, ...]

    @property
    def good_enough(self) -> bool:
        """Whether it is known well enough to be taken out of what is measured."""
        return self.sd_deg <= GOOD_ENOUGH_SD_DEG


def combine(estimates: Sequence[Estimate]) -> Roll | str:
    """Their mean, weighted by their certainty, or which two contradict each other."""
    for one, other in combinations(estimates, 2):
        if abs(one.deg - other.deg) > CONTRADICTION_SDS * math.hypot(one.sd_deg, other.sd_deg):
            return f"{one.source} say {one.deg:+z.1f}°, but {other.source} {other.deg:+z.1f}°"
    if not estimates:
        return "nothing in the picture tells it"
    weights = [estimate.sd_deg**-2 for estimate in estimates]
    mean = sum(weight * estimate.deg for weight, estimate in zip(weights, estimates, strict=True)) / sum(weights)
    return Roll(mean, sum(weights) ** -0.5, tuple(estimate.source for estimate in estimates))
