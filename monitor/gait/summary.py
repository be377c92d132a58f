"""A session's statistics, per side and variable, in memory that does not grow with the session."""

import math
from collections import Counter, deque
from collections.abc import Iterable
from itertools import accumulate, islice

from monitor.vocabulary import VARIABLES, Measure, Side, Stance, Statistic, Summary

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


class SeriesStatistic:
    """Mean, spread, count and 95 % interval of one variable over the stances of one side, given in time order.

    The interval joins what averages out over stances with what does not, the shared error:
    half width = sqrt((t * standard error)^2 + (1.96 * shared)^2). Neighbouring stances share frames of the fit and
    drift together, so the standard error counts their correlation (Newey and West 1987, Bartlett weights).
    """

    def __init__(self) -> None:
        self._n = 0
        self._origin = 0.0
        self._sum = self._squares = self._shared_squares = 0.0
        self._first_sd = 0.0
        self._lagged = [0.0] * CORRELATED_STANCES
        self._head: list[float] = []
        self._tail: deque[float] = deque(maxlen=CORRELATED_STANCES)
        self._reasons: Counter[str] = Counter()

    def add(self, measure: Measure) -> None:
        """Take the next stance's value, or the reason why it has none."""
        if measure.value is None or measure.sd is None:
            self._reasons[measure.reason or ""] += 1
            return
        if self._n == 0:
            self._origin, self._first_sd = measure.value, measure.sd
        value = measure.value - self._origin
        for lag, earlier in enumerate(reversed(self._tail)):
            self._lagged[lag] += value * earlier
        if len(self._head) < CORRELATED_STANCES:
            self._head.append(value)
        self._tail.append(value)
        self._n += 1
        self._sum += value
        self._squares += value**2
        self._shared_squares += measure.shared_sd**2

    def statistic(self) -> Statistic:
        """What is known until now."""
        n = self._n
        if n == 0:
            reason = self._reasons.most_common(1)[0][0] if self._reasons else "no stance"
            return Statistic(None, None, 0, None, reason)
        mean = self._sum / n
        if n == 1:
            sd, own = None, 1.959964 * self._first_sd
        else:
            sd = math.sqrt(max(self._squares - n * mean**2, 0.0) / (n - 1))
            own = t95(n - 1) * self._standard_error(mean)
        half = math.hypot(own, 1.959964 * math.sqrt(self._shared_squares / n))
        centre = self._origin + mean
        return Statistic(centre, sd, n, (centre - half, centre + half))

    def _standard_error(self, mean: float) -> float:
        """Of the mean of a correlated series, n >= 2; never less than that of an uncorrelated one."""
        n = self._n
        reach = min(CORRELATED_STANCES, n // 4)
        ends_at_lag = zip(accumulate(self._head), accumulate(reversed(self._tail)), strict=True)
        extra = 0.0
        for lag, (head, tail) in enumerate(islice(ends_at_lag, reach), start=1):
            ends = 2.0 * self._sum - head - tail
            covariance = self._lagged[lag - 1] - mean * ends + (n - lag) * mean**2
            extra += (1.0 - lag / (reach + 1)) * covariance
        plain = max(self._squares - n * mean**2, 0.0)
        return math.sqrt((plain + 2.0 * max(extra, 0.0)) / (n - 1) / n)


class SessionSummary:
    """The summary of a session as it grows: valid stances only."""

    def __init__(self) -> None:
        self._series = {side: {variable.name: SeriesStatistic() for variable in VARIABLES} for side in Side}

    def add(self, stance: Stance) -> None:
        """Take the next stance."""
        if stance.valid:
            for name, series in self._series[stance.side].items():
                series.add(stance.measures[name])

    def summary(self) -> Summary:
        """Per side, a statistic of every variable."""
        return {side: {name: s.statistic() for name, s in series.items()} for side, series in self._series.items()}


def summarise(stances: Iterable[Stance]) -> Summary:
    """Per side, a statistic of every variable over the valid ones of `stances`, in time order."""
    session = SessionSummary()
    for stance in stances:
        session.add(stance)
    return session.summary()
