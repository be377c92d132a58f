"""A runner's own baseline, sides beside each other, and what a difference is called. Pure.

The statistics of a difference are those of `monitor.coach.comparison`, intervals of 95 % among them.
"""

import math
from collections.abc import Sequence

from monitor.coach.comparison import can_be_told, difference, half_width, t95
from monitor.vocabulary import Statistic
from web.language import _
from web.words import NORMAL_95

BASELINE_SESSIONS = 3
"""The first ones with a value make the baseline: fewer say nothing of how sessions differ [ours]."""
FIRST_SESSIONS = 10
"""Looked at for the baseline: one without a value does not count."""


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
    half = max(measured, t95(n - 1) * sd / math.sqrt(n))
    return Statistic(mean, sd, n, (mean - half, mean + half))
