"""What one measurement says beside another: differences with their uncertainty, and a runner's own baseline. Pure.

All intervals are of 95 %. A difference whose interval leaves out zero is larger than the minimal detectable change of
these two measurements: 1.96 standard deviations of the error of a difference, 1.96 * sqrt(2) * SEM where both are as
uncertain (Weir 2005, J Strength Cond Res 19:231). That a training or a cue has made it, no such figure can tell.

What stances share of the error (how the belt sits, what is left of the camera's roll, how the network sees this runner)
decides how two uncertainties add. Between parts of one session and side it moves both alike and is left out (a part of
it grows with the value, by a few per cent: it cannot make a difference). Between sessions the belt is worn anew, the
camera may have been moved and clothes are others: nothing is taken to cancel. Between the sides of one session it may
even count twice.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from monitor.vocabulary import Statistic
from web.language import _
from web.words import NORMAL_95

FloatArray = npt.NDArray[np.float64]

BASELINE_SESSIONS = 3
"""The first ones with a value make the baseline: fewer say nothing of how sessions differ [ours]."""
FIRST_SESSIONS = 10
"""Looked at for the baseline: one without a value does not count."""
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


def between_sides(left: Statistic, right: Statistic, shared_sd: tuple[float, float]) -> Statistic:
    """Left less right in one session.

    An offset of the hip line adds to one side what it takes from the other. How the shared parts of the other variables
    correlate is not known; whatever it is, their difference has no larger deviation than both added up, which is taken.

    :param shared_sd: standard deviation of what all stances share, of the left side and of the right one.
    :returns: without an interval where a side has none; n is the smaller count.
    """
    plain = difference(right, left)
    if plain.mean is None or left.ci95 is None or right.ci95 is None:
        return plain
    shared = [NORMAL_95 * sd for sd in shared_sd]
    own = [max(half_width(of.ci95) ** 2 - by**2, 0.0) for of, by in zip((left, right), shared, strict=True) if of.ci95]
    half = math.sqrt(sum(own) + sum(shared) ** 2)
    return Statistic(plain.mean, None, plain.n, (plain.mean - half, plain.mean + half))


def detectable(change: Statistic) -> float:
    """From what size on a difference with an interval could be told."""
    return math.nan if change.ci95 is None else half_width(change.ci95)


def can_be_told(change: Statistic) -> bool:
    """Whether a difference is beyond the measurement's error: its interval leaves out zero."""
    return change.ci95 is not None and not change.ci95[0] <= 0.0 <= change.ci95[1]


def verdict(change: Statistic) -> str:
    """The same in words; empty where there is no interval."""
    if change.ci95 is None:
        return ""
    return _("beyond the measurement's error") if can_be_told(change) else _("within the measurement's error")


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
        return Statistic(None, None, n, None, _("%(n)s of %(all)s sessions so far", n=n, all=BASELINE_SESSIONS))
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
        return Statistic(
            None, None, n, None, _("%(n)s stances with a value, fewer than %(least)s", n=n, least=LEAST_STANCES)
        )
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
