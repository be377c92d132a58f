"""Steps: which foot is down, from when to when.

The side comes from the ankles: the lower one in the picture carries. Contact and toe-off come from a Fourier fit
to about a stride and a half around the step, at the times that a marker study found to work: the fastest fall of the
trunk for contact (the pelvis-velocity method of Milner and Paquette 2015) and its fastest rise for toe-off. The
trunk's height is that of the shoulders: pose networks follow them within milliseconds, while their hips and feet are
pulled about by the swinging leg. On 80 rendered runs contact from the shoulders is off by 12 ms from side to side and
8 ms from step to step, from the hips by 20 and 17; toe-off by 12 and 8, from the toe by 26 and 20 [ours]. The constant
offsets below are those to the force plate over 27 treadmill trials of nine runners at 2.5 to 4.5 m/s (Fukuchi 2017),
the same for everybody [ours].
"""

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from monitor.gait.axes import FloatArray, column, median
from monitor.gait.harmonics import Prior, basis, slope_basis
from monitor.gait.window import Window
from monitor.vocabulary import Landmark, Side, View

CROSSING_LEG_S = 0.004
"""One ankle is the lower one once it was so by this much, in legs times seconds: 45 ms (32 to 63) after
the crossing on motion capture [ours]."""
LOOK_AHEAD_S = 0.05
"""Frames waited for after a step, so that its toe-off does not stand at the edge of the fit [ours]."""

_HARMONICS = 5
_REACH_STRIDES = 1.0
"""How far before the step the fit begins."""
_FOCUS_STRIDES = 0.6
"""Standard deviation of the fit's Gaussian weight around the step."""
_PRIOR_LEGS = Prior(first=0.3, decay=1.4, even=1.0, deviation=0.0)
_NOISE_LEG_FRACTION = 0.004
_GRID_S = 0.004

CONTACT_AFTER_FASTEST_FALL_S = -0.029
TOE_OFF_AFTER_FASTEST_RISE_S = 0.047
"""Of the middle of the hips, against the force plate; standard deviations 8 and 17 ms."""
LEAD_S = {View.REAR: 0.0, View.FRONT: 0.13}
"""How much earlier than from behind an ankle becomes the lower one: from the front it comes nearer as it swings."""

LONGEST_STANCE_STRIDES = 0.55
SHORTEST_STANCE_S = 0.08
SHORTEST_HALF_STRIDES, LONGEST_HALF_STRIDES = 0.22, 0.82
"""One ankle is the lower one for 0.24 to 0.79 strides on rendered runners; for 0.21 where it was mistaken for the other
[ours]."""
NOT_A_STEP = "contact and toe-off do not fit a running step"
WALKING = "walking"
WALKING_CADENCE_SPM = 125.0
"""Below this many steps a minute people walk [ours]."""
FASTEST_WALK_SPM = 160.0
"""Above this nobody walks, whatever the pelvis seems to do [ours]."""


@dataclass(frozen=True, slots=True)
class HalfCycle:
    """The time in which one ankle is lower than the other."""

    side: Side
    start_s: float
    end_s: float

    def later(self, seconds: float) -> "HalfCycle":
        """The same, moved in time."""
        return HalfCycle(self.side, self.start_s + seconds, self.end_s + seconds)


@dataclass(frozen=True, slots=True)
class Step:
    """A half cycle with its events. `reason` says why it is not a running step."""

    side: Side
    contact_s: float
    toe_off_s: float
    dip_legs: float
    """How much lower the pelvis is in the middle of the half cycle than at its ends."""
    reason: str | None = None


class AnkleCrossings:
    """Finds half cycles as frames come in.

    A cumulative sum (Page 1954) of how much the other ankle is the lower one: it rides out frames in which the network
    mixes up two ankles that pass each other, at any frame rate, and says since when the other one is lower.
    """

    def __init__(self) -> None:
        self._lower: Side | None = None
        self._start_s: float | None = None
        self._last: tuple[float, float] | None = None
        self._against = 0.0
        self._since_s = 0.0

    @property
    def open_half(self) -> tuple[Side, float] | None:
        """The side whose ankle is lower now and since when, if its beginning was seen."""
        return None if self._lower is None or self._start_s is None else (self._lower, self._start_s)

    def add(self, time_s: float, points: FloatArray, leg: float) -> HalfCycle | None:
        """Take a frame's points (12, 2) and leg length; the half cycle that has just ended, if one has."""
        left, right = points[column(Landmark.LEFT_ANKLE), 1], points[column(Landmark.RIGHT_ANKLE), 1]
        left_lower = float(right - left) / leg
        last, self._last = self._last, (time_s, left_lower)
        if last is None:
            return None
        if self._lower is None:  # until it is known who is lower, whoever is opposes the other
            self._lower = Side.LEFT if left_lower > 0.0 else Side.RIGHT
        against = -left_lower if self._lower is Side.LEFT else left_lower
        if self._against == 0.0 and against > 0.0:
            before = last[1] if self._lower is Side.LEFT else -last[1]
            share = before / (before + against) if before > 0.0 else 0.0
            self._since_s = last[0] + share * (time_s - last[0])
        self._against = max(0.0, self._against + against * (time_s - last[0]))
        if self._against < CROSSING_LEG_S:
            return None
        started_s, ended = self._start_s, self._lower
        self._lower, self._start_s, self._against = ended.other, self._since_s, 0.0
        return None if started_s is None else HalfCycle(ended, started_s, self._since_s)


def frame_leg(points: FloatArray) -> float:
    """The longer of a frame's hip-ankle distances, pixels; `points` (12, 2)."""
    (left_hip, right_hip), (left_ankle, right_ankle) = points[:2].tolist(), points[4:6].tolist()
    return max(math.dist(left_hip, left_ankle), math.dist(right_hip, right_ankle))


def leg_length(points: FloatArray) -> float:
    """Median of `frame_leg` over frames; `points` (n, 12, 2)."""
    across, down = np.moveaxis(points[:, 4:6] - points[:, :2], -1, 0)
    return median(np.maximum(*np.hypot(across, down).T))


def locate(window: Window, half: HalfCycle, stride_s: float, view: View) -> Step:
    """Contact and toe-off of the step whose ankle is lower during `half`, in the time of a rear view."""
    middle_s = (half.start_s + half.end_s) / 2.0
    rows = window.between(half.start_s - _REACH_STRIDES * stride_s, half.end_s + 0.5 * stride_s)
    time_s = window.time_s[rows]
    points = window.points[rows]
    height = _trunk_height(points)

    phase = (time_s - middle_s) / stride_s
    leg = leg_length(points)
    spread = leg * np.append(_PRIOR_LEGS.mean_sd(_HARMONICS), 1.0)
    focus = np.exp(-0.25 * (phase / _FOCUS_STRIDES) ** 2) / (_NOISE_LEG_FRACTION * leg)
    design = np.column_stack([basis(phase, _HARMONICS), phase]) * focus[:, None]
    centre = height.mean()
    solution = np.linalg.solve(design.T @ design + np.diag(spread**-2.0), design.T @ ((height - centre) * focus))

    length_s = half.end_s - half.start_s
    grid_s = np.arange(half.start_s - 0.25 * length_s, half.end_s + 0.1 * length_s, _GRID_S)
    grid = (grid_s - middle_s) / stride_s
    rise = np.column_stack([slope_basis(grid, _HARMONICS), np.ones_like(grid)]) @ solution
    fastest_fall_s = _least_s(grid_s, rise, grid_s[0], half.start_s + 0.6 * length_s)
    fastest_rise_s = _least_s(grid_s, -rise, half.start_s + 0.3 * length_s, grid_s[-1])
    contact_s = fastest_fall_s + CONTACT_AFTER_FASTEST_FALL_S
    toe_off_s = fastest_rise_s + TOE_OFF_AFTER_FASTEST_RISE_S
    ends = np.array([half.start_s, half.start_s + 0.4 * length_s, half.end_s])
    phase = (ends - middle_s) / stride_s
    start, middle, end = np.column_stack([basis(phase, _HARMONICS), phase]) @ solution
    fits = SHORTEST_STANCE_S < toe_off_s - contact_s < LONGEST_STANCE_STRIDES * stride_s
    fits = fits and SHORTEST_HALF_STRIDES < length_s / stride_s < LONGEST_HALF_STRIDES
    return Step(
        half.side,
        contact_s,
        max(toe_off_s, contact_s + SHORTEST_STANCE_S),
        float((start + end) / 2.0 - middle) / leg,
        None if fits else NOT_A_STEP,
    )


def walks(dips_legs: Iterable[float], stride_s: float) -> bool:
    """Whether the last steps were walked.

    A runner's pelvis is lowest in the middle of a stance, a walker's is highest there: the spring against the inverted
    pendulum (Cavagna 1977). The median of several steps: one badly seen step says nothing.
    """
    return 120.0 / stride_s < WALKING_CADENCE_SPM or statistics.median(dips_legs) < 0.0


def _trunk_height(points: FloatArray) -> FloatArray:
    """Height (n,) of the middle of the shoulders in gait axes; of the hips where a shoulder is not always seen."""
    shoulders: FloatArray = points[:, [column(Landmark.LEFT_SHOULDER), column(Landmark.RIGHT_SHOULDER)], 1].mean(axis=1)
    if np.isfinite(shoulders).all():
        return shoulders
    hips: FloatArray = points[:, [column(Landmark.LEFT_HIP), column(Landmark.RIGHT_HIP)], 1].mean(axis=1)
    return hips


def _least_s(grid_s: FloatArray, signal: FloatArray, start_s: float, end_s: float) -> float:
    """When `signal` is least between two times, to a fraction of the grid by a parabola."""
    first, last = np.searchsorted(grid_s, [start_s, end_s])
    at = int(first) + int(np.argmin(signal[first:last]))
    if at in (0, len(signal) - 1):
        return float(grid_s[at])
    before, here, after = signal[at - 1 : at + 2]
    bend = before - 2.0 * here + after
    shift = 0.0 if bend <= 0.0 else 0.5 * (before - after) / bend
    return float(grid_s[at] + float(np.clip(shift, -1.0, 1.0)) * _GRID_S)
