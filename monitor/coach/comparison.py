"""What one measurement says beside another: differences with their uncertainty. Pure.

All intervals are of 95 %. A difference whose interval leaves out zero is larger than the minimal detectable change of
these two measurements: 1.96 standard deviations of the error of a difference, 1.96 * sqrt(2) * SEM where both are as
uncertain (Weir 2005, J Strength Cond Res 19:231). That a training or a cue has made it, no such figure can tell.

What stances share of the error (how the belt sits, what is left of the camera's roll, how the network sees this runner)
decides how two uncertainties add. Between parts of one session and side it moves both alike and is left out (a part of
it grows with the value, by a few per cent: it cannot make a difference). Between sessions the belt is worn anew, the
camera may have been moved and clothes are others: nothing is taken to cancel.
"""

import math

import numpy as np
import numpy.typing as npt

from monitor.gait.summary import CORRELATED_STANCES, t95
from monitor.vocabulary import Statistic

__all__ = ["can_be_told", "detectable", "difference", "half_width", "part", "t95"]

FloatArray = npt.NDArray[np.float64]
LEAST_STANCES = 20
"""Of a side in a part of a session: some fifteen seconds; fewer are hardly more than one fit [ours]."""


def difference(before: Statistic, after: Statistic) -> Statistic:
    """After minus before, as measurements whose errors have nothing to do with each other.

    :returns: half of its interval is the root of the sum of squares of theirs; n is the smaller count.
    """
    n = min(before.n, after.n)
    if before.mean is None or after.mean is None:
        return Statistic(None, None, n, None, before.reason if before.mean is None else after.reason)
    mean = after.mean - before.mean
    if before.ci95 is None or after.ci95 is None:
        return Statistic(mean, None, n, None)
    half = math.hypot(half_width(before.ci95), half_width(after.ci95))
    return Statistic(mean, None, n, (mean - half, mean + half))


def detectable(change: Statistic) -> float:
    """From what size on a difference with an interval could be told."""
    return math.nan if change.ci95 is None else half_width(change.ci95)


def can_be_told(change: Statistic) -> bool:
    """Whether a difference is beyond the measurement's error: its interval leaves out zero."""
    return change.ci95 is not None and not change.ci95[0] <= 0.0 <= change.ci95[1]


def part(values: FloatArray) -> Statistic:
    """A variable over a part of a session, to be compared with another part of the same one.

    What all stances of a session share (how the belt sits, how the network sees this runner) moves both parts alike,
    so it is not in the interval. Neighbouring stances share frames and drift together: the standard error counts their
    correlation (Newey and West 1987, Bartlett weights), as that of a whole session does.

    :param values: (n,), of one side, in time order; NaN where withheld.
    """
    known = values[np.isfinite(values)]
    n = len(known)
    if n < LEAST_STANCES:
        return Statistic(None, None, n, None, f"{n} stances with a value, fewer than {LEAST_STANCES}")
    mean = float(known.mean())
    error = known - mean
    squares = float(error @ error)
    reach = min(CORRELATED_STANCES, n // 4)
    lagged = sum((1.0 - lag / (reach + 1)) * float(error[lag:] @ error[:-lag]) for lag in range(1, reach + 1))
    half = t95(n - 1) * math.sqrt((squares + 2.0 * max(lagged, 0.0)) / (n - 1) / n)
    return Statistic(mean, math.sqrt(squares / (n - 1)), n, (mean - half, mean + half))


def half_width(interval: tuple[float, float]) -> float:
    """Half of an interval: what stands behind the ±."""
    return (interval[1] - interval[0]) / 2.0
