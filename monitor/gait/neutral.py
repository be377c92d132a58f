"""The runner's own zero: the hip line while standing still and straight, before the run.

It takes out what is the same standing and running: a strap that sits askew, what is left of the camera's roll, and a
pelvis that one longer leg holds oblique, so that the drop counts from the runner's own stance (science.md section 2).
It cannot take out what comes with the run: a strap that slips, a reader that follows the pelvis by less or more than
all of its tilt. Who stands with the weight on one leg would make a slouch the zero; such standing is not taken, as far
as the pelvis over the feet, the feet's height and the trunk tell it.
"""

import math

import numpy as np

from monitor.gait.axes import FloatArray, column, leg_length, median
from monitor.gait.window import SOURCES, Window
from monitor.vocabulary import Landmark, Neutral, PelvicLine, PelvicSource

STILL_S = 5.0
LEAST_COVERAGE = 0.8
"""Part of the frames that must have a line of one source [ours]."""
MOST_SWAY_LEGS = 0.03
"""Range of the hips and of every ankle, but for a twentieth of the frames at each end [ours]."""
MOST_FEET_APART_LEGS = 0.025
"""Difference of the ankles' heights: both feet are down [ours]."""
MOST_ASIDE = 0.25
"""Middle of the hips beside the middle of the ankles, in hip widths: the weight is on both [ours]."""
MOST_LEAN_DEG = 3.0
MOST_TILT_DEG = 5.0
"""Nobody stands straight with a strap that is farther askew [ours]."""
MOST_SPREAD_DEG = 1.5
"""Robust standard deviation of the line's frames [ours]."""
REPEATS_SD_DEG = {PelvicSource.BELT: 0.4, PelvicSource.GIVEN: 0.0}
"""Sources that have a zero, and what it leaves, the same in every stance: the belt on rendered runners stands 0.2 from
where it runs, and follows the pelvis to 0.4. The network has none: its error standing is another than running (r 0.7),
and a zero made a side's mean error 0.9 degrees instead of 0.7 on rendered runners in fitted clothing [ours]."""

_HIPS = [column(Landmark.LEFT_HIP), column(Landmark.RIGHT_HIP)]
_ANKLES = [column(Landmark.LEFT_ANKLE), column(Landmark.RIGHT_ANKLE)]
_SHOULDERS = [column(Landmark.LEFT_SHOULDER), column(Landmark.RIGHT_SHOULDER)]


def standing_neutral(window: Window) -> Neutral | None:
    """The zero of a runner who has stood still for the last `STILL_S`, or None."""
    if not len(window) or window.time_s[-1] - window.time_s[0] < STILL_S:
        return None
    now_s = float(window.time_s[-1])
    rows = slice(int(np.searchsorted(window.time_s, now_s - STILL_S)), len(window))
    points, source = window.points[rows], window.source[rows]
    if not _stands_straight(points):
        return None
    for number, name in enumerate(SOURCES):
        use = source == number
        if name not in REPEATS_SD_DEG or use.mean() < LEAST_COVERAGE:
            continue
        angle_deg, sd_deg, _ = window.line[rows][use].T
        middle = median(angle_deg)
        spread = 1.4826 * median(np.abs(angle_deg - middle))
        if abs(middle) > MOST_TILT_DEG or spread > MOST_SPREAD_DEG:
            return None
        # A sway of half a second is one reading, not thirty.
        readings = STILL_S / 0.5
        return Neutral(now_s, middle, max(spread, median(sd_deg)) / math.sqrt(readings), name)
    return None


def from_neutral(line: PelvicLine, line_deg: float, neutral: Neutral | None) -> tuple[float, float]:
    """Angle in gait axes, counted from the zero of its own source, and the standard deviation that stances share."""
    if neutral is None or neutral.source is not line.source:
        return line_deg, line.shared_sd_deg
    return line_deg - neutral.angle_deg, math.hypot(neutral.sd_deg, REPEATS_SD_DEG[line.source])


def _stands_straight(points: FloatArray) -> bool:
    """Whether somebody stands still on both feet in the frames (n, 12, 2)."""
    leg = leg_length(points)
    hips, ankles = points[:, _HIPS].mean(axis=1), points[:, _ANKLES]
    places = np.column_stack([hips, ankles[:, 0], ankles[:, 1]]) / leg
    if np.ptp(np.quantile(places, [0.05, 0.95], axis=0), axis=0).max() > MOST_SWAY_LEGS:
        return False
    apart, aside = median(ankles[:, 0, 1] - ankles[:, 1, 1]), median(hips[:, 0] - ankles[:, :, 0].mean(axis=1))
    width = median(points[:, _HIPS[1], 0] - points[:, _HIPS[0], 0])
    if abs(apart) > MOST_FEET_APART_LEGS * leg or abs(aside) > MOST_ASIDE * width:
        return False
    trunk = points[:, _SHOULDERS].mean(axis=1) - hips
    trunk = trunk[np.isfinite(trunk).all(axis=1)]
    if not len(trunk):
        return False
    return abs(math.degrees(math.atan2(median(trunk[:, 0]), median(trunk[:, 1])))) < MOST_LEAN_DEG
