"""A session's statistics, per side and variable."""

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from monitor.vocabulary import VARIABLES, Measure, Side, Stance, Statistic, Summary

FloatArray = npt.NDArray[np.float64]

CORRELATED_STANCES = 12
"""Stances of one side whose fits share frames: the strides of a fit."""

_T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131)
"""97.5 % points of Student's t for 1 to 15 degrees of freedom."""


def t95(degrees_of_freedom: int) -> float:
    """The factor of a 95 % interval: Student's t, beyond 15 degrees of freedom by Fisher's expansion."""
    if degrees_of_freedom <= len(_T95):
        return _T95[degrees_of_freedom - 1]
    z = 1.959964
    first = (z**3 + z) / 4.0
    second = (5.0 * z**5 + 16.0 * z**3 + 3.0 * z) / 96.0
    return z + first / degrees_of_freedom + second / degrees_of_freedom**2


def statistic(measures: Iterable[Measure]) -> Statistic:
    """Mean, spread, count and 95 % interval of one variable over stances.

    The interval joins what averages out over stances with what does not, the shared error:
    half width = sqrt((t * standard error)^2 + (1.96 * shared)^2). Neighbouring stances share frames of the fit and
    drift together, so the standard error counts their correlation (Newey and West 1987, Bartlett weights).

    Args:
        measures: of one side, in time order.
    """
    read = list(measures)
    found = [m for m in read if m.value is not None]
    if not found:
        return Statistic(None, None, 0, None, _commonest([m.reason or "" for m in read]) or "no stance")
    values = np.array([m.value for m in found], dtype=float)
    shared = float(np.sqrt(np.mean([m.shared_sd**2 for m in found])))
    mean, n = float(values.mean()), len(found)
    if n == 1:
        own = 1.959964 * float(found[0].sd or 0.0)
        sd = None
    else:
        sd = float(values.std(ddof=1))
        own = t95(n - 1) * _standard_error(values)
    half = math.hypot(own, 1.959964 * shared)
    return Statistic(mean, sd, n, (mean - half, mean + half))


def _standard_error(values: FloatArray) -> float:
    """Of the mean of a correlated series (n,), n >= 2; never less than that of an uncorrelated one."""
    n = len(values)
    residual = values - values.mean()
    reach = min(CORRELATED_STANCES, n // 4)
    lags = range(1, reach + 1)
    extra = sum((1.0 - lag / (reach + 1)) * float(residual[:-lag] @ residual[lag:]) for lag in lags)
    plain = float(residual @ residual)
    return math.sqrt((plain + 2.0 * max(extra, 0.0)) / (n - 1) / n)


def summarise(stances: Iterable[Stance]) -> Summary:
    """Per side, a statistic of every variable over the valid stances."""
    kept = [stance for stance in stances if stance.valid]
    return {
        side: {
            variable.name: statistic(s.measures[variable.name] for s in kept if s.side is side)
            for variable in VARIABLES
        }
        for side in Side
    }


def _commonest(reasons: list[str]) -> str | None:
    return max(set(reasons), key=reasons.count) if reasons else None
