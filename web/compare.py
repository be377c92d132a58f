"""Whether two means differ by more than the measurement can tell.

The least detectable difference is the one that errors of measurement alone exceed one time in twenty: 1.96 standard
deviations of the error of a difference, which is 1.96 * sqrt(2) * SEM where both means are as uncertain (the minimal
detectable change; Weir 2005, J Strength Cond Res 19:231). Here each mean states its own uncertainty, in two parts: what
averages out over stances, and what all stances of a side share (how the belt sits, what is left of the camera's roll,
how the network sees this runner). What becomes of the shared part is what the three comparisons differ in:

* one side of one session with itself, one source: it moves both alike and cancels. (A part of it grows with the value,
  by a few per cent. Of a difference that is as few per cent, and it cannot make one.)
* left with right in one session: an offset of the hip line adds to one side what it takes from the other. How the parts
  correlate is not known of every variable, and whatever it is, the error of the difference has no larger deviation
  than both parts added up.
* one session with others: the belt is worn anew, the camera may have been moved, the clothes are others. Nothing is
  taken to cancel; and as earlier sessions may well have had the same error among them, many are as uncertain as one.

It tells instrument from runner, no more: nobody runs the same twice, and a difference that can be told need not matter.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
import numpy.typing as npt

from monitor.vocabulary import Statistic
from web.words import NORMAL_95

FloatArray = npt.NDArray[np.float64]

CORRELATED_STANCES = 12
"""Stances of one side whose fits share frames: the strides of a fit."""
LEAST_STANCES = 12
"""Fewer of one side are no mean to compare [ours]."""


@dataclass(frozen=True, slots=True)
class Mean:
    """Of some stances of one side."""

    value: float
    own_95: float
    """Half of its 95 % interval, but for what all stances share."""
    n: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Of two means, the first less the second."""

    value: float
    detectable: float
    """Errors of measurement alone make a larger one once in twenty times."""

    @property
    def is_told(self) -> bool:
        """Whether it is more than the measurement can tell from nothing."""
        return abs(self.value) > self.detectable


def mean_of(values: FloatArray) -> Mean | None:
    """Mean of the values (n,) of successive stances, NaN = withheld; None of too few.

    Neighbours share frames of the fit and drift together: the standard error counts their correlation (Newey and West
    1987, Bartlett weights), as that of the whole session does. Its factor is Student's t by Fisher's expansion, within
    1.2 % from 11 degrees of freedom on.
    """
    there = values[np.isfinite(values)]
    n = len(there)
    if n < LEAST_STANCES:
        return None
    value = float(there.mean())
    residual = there - value
    lags = min(CORRELATED_STANCES, n // 4)
    products = np.correlate(residual, residual, "full")[n - 1 : n + lags]
    weights = 1.0 - np.arange(1, lags + 1) / (lags + 1)
    squares = float(products[0]) + 2.0 * max(float(products[1:] @ weights), 0.0)
    t = NORMAL_95 + (NORMAL_95**3 + NORMAL_95) / (4.0 * (n - 1))
    return Mean(value, t * math.sqrt(squares / (n - 1) / n), n)


def within_a_side(now: Mean, before: Mean) -> Difference:
    """Two parts of one session, the same side."""
    return Difference(now.value - before.value, math.hypot(now.own_95, before.own_95))


def between_sides(left: Statistic, right: Statistic, shared_sd: tuple[float, float]) -> Difference | None:
    """Left less right in one session; `shared_sd` are the standard deviations of what each side's stances share."""
    if left.mean is None or right.mean is None or left.ci95 is None or right.ci95 is None:
        return None
    shared = [NORMAL_95 * sd for sd in shared_sd]
    own = [
        math.sqrt(max(_half(side) ** 2 - of_all**2, 0.0)) for side, of_all in zip((left, right), shared, strict=True)
    ]
    return Difference(left.mean - right.mean, math.hypot(*own, sum(shared)))


def with_earlier(now: Statistic, earlier: Sequence[Statistic]) -> Difference | None:
    """A session less the mean of earlier ones of the same runner and side; None without a value in both."""
    known = [(s.mean, _half(s)) for s in earlier if s.mean is not None and s.ci95 is not None]
    if now.mean is None or now.ci95 is None or not known:
        return None
    before_95 = math.sqrt(fmean(half**2 for _, half in known))
    return Difference(now.mean - fmean(mean for mean, _ in known), math.hypot(_half(now), before_95))


def _half(statistic: Statistic) -> float:
    low, high = statistic.ci95 or (math.nan, math.nan)
    return (high - low) / 2.0
