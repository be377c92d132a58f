"""What one measurement says beside another: differences with their uncertainty, and a runner's own baseline. Pure.

All intervals are of 95 %. A difference whose interval leaves out zero is larger than the minimal detectable change of
these two measurements. That a training or a cue has made it, no such figure can tell.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from monitor.vocabulary import Statistic

FloatArray = npt.NDArray[np.float64]

BASELINE_SESSIONS = 3
"""The first ones with a value make the baseline: fewer say nothing of how sessions differ [ours]."""
CORRELATED_STANCES = 12
"""Stances of one side whose fits share frames: the strides of a fit."""
LEAST_STANCES = 20
"""Of a side in a part of a session: some fifteen seconds; fewer are hardly more than one fit [ours]."""
_T95 = {2: 4.303, 3: 3.182, 4: 2.776}
"""Student's t, two-sided 95 %, by degrees of freedom."""


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


def can_be_told(change: Statistic) -> bool:
    """Whether a difference is more than the measurement can mistake: its interval leaves out zero."""
    return change.ci95 is not None and not change.ci95[0] <= 0.0 <= change.ci95[1]


def baseline(sessions: Sequence[Statistic]) -> Statistic:
    """The mean of the first sessions that have a value; each counts the same.

    Half of its interval is that of the measurement, sqrt(sum h^2) / N, or that of the spread from session to session,
    t sd / sqrt(N), whichever is larger: the second holds the first and is a poor estimate where N is 3 [ours].

    :param sessions: of one variable and side, the oldest first.
    :returns: n counts sessions.
    """
    first = [(s.mean, half_width(s.ci95)) for s in sessions if s.mean is not None and s.ci95 is not None]
    first = first[:BASELINE_SESSIONS]
    n = len(first)
    if n < BASELINE_SESSIONS:
        return Statistic(None, None, n, None, f"{n} of {BASELINE_SESSIONS} sessions so far")
    mean = math.fsum(value for value, _ in first) / n
    sd = math.sqrt(math.fsum((value - mean) ** 2 for value, _ in first) / (n - 1))
    measured = math.sqrt(math.fsum(half**2 for _, half in first)) / n
    half = max(measured, _T95[n - 1] * sd / math.sqrt(n))
    return Statistic(mean, sd, n, (mean - half, mean + half))


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
    half = _t95(n - 1) * math.sqrt((squares + 2.0 * max(lagged, 0.0)) / (n - 1) / n)
    return Statistic(mean, math.sqrt(squares / (n - 1)), n, (mean - half, mean + half))


def half_width(interval: tuple[float, float]) -> float:
    """Half of an interval: what stands behind the ±."""
    return (interval[1] - interval[0]) / 2.0


def _t95(degrees_of_freedom: int) -> float:
    """Student's t, two-sided 95 %, from `LEAST_STANCES` on: Fisher's expansion."""
    z = 1.959964
    first, second = (z**3 + z) / 4.0, (5.0 * z**5 + 16.0 * z**3 + 3.0 * z) / 96.0
    return z + first / degrees_of_freedom + second / degrees_of_freedom**2
