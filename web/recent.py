"""What is known right now of one side: the last stances, not the last frame."""

import math
from collections.abc import Sequence
from statistics import fmean, variance

from monitor.vocabulary import Side, Stance, Statistic
from web.language import _
from web.words import NORMAL_95, PELVIC_DROP, withheld_reason

MOST = 10
"""The cue decides on the last ~10 same-leg stances (science.md §5) [ours]."""
LEAST = 5
"""Fewer stances settle nothing [ours]."""
OLDEST_S = 20.0
"""Ten strides last about 7 s; what is much older is not now [ours]."""
STUDENT_95 = {4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
"""Two-sided 95 % point of Student's t by degrees of freedom."""


def recent(side: Side, stances: Sequence[Stance]) -> Statistic:
    """Pelvis drop over the last stances of a side.

    The stance-to-stance spread is never taken to be smaller than the stances' own stated error, since values
    that come from one fit over several strides resemble each other more than they are right.
    """
    newest_s = max((s.toe_off_s for s in stances), default=0.0)
    last = [s for s in stances if s.side is side and s.toe_off_s >= newest_s - OLDEST_S][-MOST:]
    measures = [s.measures[PELVIC_DROP.name] for s in last]
    values = [m.value for m in measures if m.value is not None]
    n = len(values)
    if n < LEAST:
        reasons = [reason for stance in last if (reason := withheld_reason(stance, PELVIC_DROP))]
        return Statistic(
            None, None, n, None, reasons[-1] if reasons else _("%(n)s of %(all)s stances so far", n=n, all=LEAST)
        )
    mean = fmean(values)
    spread = variance(values)
    own = fmean((m.sd or 0.0) ** 2 for m in measures if m.value is not None)
    shared = max(m.shared_sd for m in measures)
    half = math.hypot(STUDENT_95[n - 1] * math.sqrt(max(spread, own) / n), NORMAL_95 * shared)
    return Statistic(mean, math.sqrt(spread), n, (mean - half, mean + half))
