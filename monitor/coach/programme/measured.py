"""What a run came to, out of the stances that were stored of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitor.coach.comparison import part
from monitor.coach.programme.baseline import at_speed
from monitor.coach.programme.entries import Begun, Ended, How, Parts
from monitor.coach.programme.plan import available
from monitor.coach.programme.running import BoolArray, FloatArray, cadence_spm, running_s
from monitor.gait.summary import SeriesStatistic
from monitor.vocabulary import Measure, Side, Statistic

MIXED_S = 5.0
"""A stance is read from a fit of twelve strides: so near to where the cue comes or goes, it knows of both [ours]."""
OTHER_SPEED = "the belt ran at another speed than at the baseline"


@dataclass(frozen=True, slots=True)
class Stances:
    """The n stances of a session in their order, all (n,)."""

    is_left: BoolArray
    contact_s: FloatArray
    """By the camera's clock."""
    drop_deg: FloatArray
    """NaN = withheld."""
    sd_deg: FloatArray
    shared_sd_deg: FloatArray
    reason: Sequence[str | None]
    """Why a drop was withheld."""


def measured(begun: Begun, how: How, stances: Stances, speeds: Sequence[tuple[float, float]]) -> Ended:
    """What is written down at the end.

    :param speeds: from which moment on the belt ran how fast, as was said: camera's time and m/s, in their order.
    """
    plan = begun.plan
    counts = _counts(stances.contact_s, speeds, begun)
    run_s = running_of(begun, stances.contact_s, speeds)
    cued = np.array([available(plan, float(at_s)) for at_s in run_s], np.bool_)
    pure = _pure(run_s, begun)
    drop = {}
    for side in Side:
        mine = counts & (stances.is_left == (side is Side.LEFT))
        whole = _whole(stances, mine, counts)
        drop[side] = Parts(
            whole, part(stances.drop_deg[mine & cued & pure]), part(stances.drop_deg[mine & ~cued & pure])
        )
    stepping = counts & cued if plan.windows else counts
    return Ended(
        begun.session_id,
        how,
        float(run_s[-1]) if len(run_s) else plan.behind_s,
        drop,
        cadence_spm(stances.contact_s[stepping], stances.is_left[stepping]),
        speeds[-1][1] if speeds else None,
    )


def running_of(begun: Begun, contact_s: FloatArray, speeds: Sequence[tuple[float, float]]) -> FloatArray:
    """How long the runner had run of the plan at each contact, in seconds.

    :param contact_s: (n,), by the camera's clock; speeds: as for `measured`.
    """
    return running_s(contact_s, _counts(contact_s, speeds, begun), begun.plan.behind_s)


def nothing_measured(begun: Begun, how: How) -> Ended:
    """Of a session that holds nothing, or is gone."""
    none = Statistic(None, None, 0, None, "no stance")
    return Ended(begun.session_id, how, begun.plan.behind_s, {side: Parts(none, none, none) for side in Side})


def _counts(contact_s: FloatArray, speeds: Sequence[tuple[float, float]], begun: Begun) -> BoolArray:
    """Which stances were the runner's and run at the baseline's speed, or at the first that was said."""
    counts = np.ones(len(contact_s), np.bool_)
    at_first = [speed_mps for from_s, speed_mps in speeds if from_s <= begun.from_s][-1:]
    first_mps = next(iter(at_first or [speed_mps for _, speed_mps in speeds]), None)
    for from_s, speed_mps in speeds:
        counts[contact_s >= from_s] = at_speed(speed_mps, begun.baseline, first_mps)
    return counts & (contact_s >= begun.from_s)


def _pure(run_s: FloatArray, begun: Begun) -> BoolArray:
    """Which stances know of one side only of where the cue comes or goes."""
    pure = np.ones(len(run_s), np.bool_)
    for edge in {edge for window in begun.plan.windows for edge in window}:
        pure &= np.abs(run_s - edge) > MIXED_S
    return pure


def _whole(stances: Stances, mine: BoolArray, counts: BoolArray) -> Statistic:
    if len(counts) and not counts.any():
        return Statistic(None, None, 0, None, OTHER_SPEED)
    series = SeriesStatistic()
    for i in np.flatnonzero(mine).tolist():
        drop, sd, shared = (float(of[i]) for of in (stances.drop_deg, stances.sd_deg, stances.shared_sd_deg))
        reason = stances.reason[i] or "withheld"
        series.add(Measure.withheld(reason) if np.isnan(drop) else Measure(drop, sd, shared_sd=shared))
    return series.statistic()
