"""Somebody on the spot in one frame: on which leg, and how high the hips are."""

import math
from dataclasses import dataclass

import numpy as np

from monitor.gait.axes import FloatArray, column, gait_line_deg, gait_points
from monitor.gait.settings import GaitSettings
from monitor.gait.sighting import (
    CONTRADICTION_LEGS,
    CUT_OFF,
    LEAST_LEG_PX,
    LEAST_VISIBILITY,
    NOT_SEEN,
    NOT_UPRIGHT,
    OUTSIDE_FRACTION,
    SIDES_CONTRADICT,
    TOO_SMALL,
    without_guesses,
)
from monitor.vocabulary import Landmark, Observation, PelvicLine, Pose, Side

NOBODY = "nobody in view"
LEAST_APART_LEGS = 0.12
"""Ankles closer together than this part of the leg tell the weight no better than these [ours]."""
CLEARLY_LIFTED_LEGS = 0.1
"""An ankle so much higher than the other, in the picture, is in the air [ours]."""
OVER_THE_FOOT = 0.7
"""Of the way from the middle of the feet to an ankle [ours]."""

_ROWS = {
    Side.LEFT: (column(Landmark.LEFT_HIP), column(Landmark.LEFT_KNEE), column(Landmark.LEFT_ANKLE)),
    Side.RIGHT: (column(Landmark.RIGHT_HIP), column(Landmark.RIGHT_KNEE), column(Landmark.RIGHT_ANKLE)),
}
_LEGS = {
    Side.LEFT: [Landmark.LEFT_HIP, Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE],
    Side.RIGHT: [Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE],
}
_ALONE = {Side.LEFT: -2.0, Side.RIGHT: 2.0}
"""`on_leg` while the other leg is hidden behind this one."""
_HIPS = [column(Landmark.LEFT_HIP), column(Landmark.RIGHT_HIP)]
_SHOULDERS = [column(Landmark.LEFT_SHOULDER), column(Landmark.RIGHT_SHOULDER)]


@dataclass(frozen=True, slots=True)
class Posture:
    """One frame, in gait axes."""

    time_s: float
    points: FloatArray
    """(12, 2) in the order of `gait.axes.POINTS`, pixels; NaN where a shoulder or a foot's point was not seen."""
    hips_px: float
    """Height of the middle of the hips."""
    on_leg: float
    """Which leg carries: -2 surely the left one, +2 surely the right one, 0 both."""
    left_lifted: float
    """How much higher the left ankle is than the right one, in leg lengths; NaN while one of them is hidden."""
    line: PelvicLine | None
    line_deg: float
    """The hip line in gait axes; NaN without one."""

    def limb(self, side: Side) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Hip, knee and ankle, (2,) each."""
        hip, knee, ankle = _ROWS[side]
        return self.points[hip], self.points[knee], self.points[ankle]

    def free_lifted(self, side: Side) -> float:
        """How much higher the other ankle is than this side's, in leg lengths."""
        return self.left_lifted if side is Side.RIGHT else -self.left_lifted

    def leg_px(self, side: Side) -> float:
        """Hip to ankle."""
        hip, _, ankle = self.limb(side)
        return math.dist(hip, ankle)

    @property
    def middle(self) -> FloatArray:
        """(2,) between the hips."""
        middle: FloatArray = self.points[_HIPS].mean(axis=0)
        return middle

    @property
    def shoulders(self) -> FloatArray:
        """(2,) between the shoulders; NaN where one is not seen."""
        middle: FloatArray = self.points[_SHOULDERS].mean(axis=0)
        return middle

    @property
    def width_px(self) -> float:
        """Across the shoulders, and across the hips where a shoulder is not seen: less when the body is turned."""
        left, right = self.points[_SHOULDERS, 0].tolist()
        if math.isnan(left) or math.isnan(right):
            left, right = self.points[_HIPS, 0].tolist()
        return float(right - left)


def posture(observation: Observation, settings: GaitSettings) -> Posture | str:
    """What a frame shows, or the reason why it shows nothing.

    Unlike a runner's, one leg is enough: the other one may be hidden behind it, and then it is in the air.
    """
    pose = observation.pose
    if pose is None:
        return observation.reason or NOBODY
    seen = [side for side in Side if _is_seen(pose, side)]
    if not seen:
        return NOT_SEEN
    if any(_is_outside(pose, side) for side in seen):
        return CUT_OFF
    points = gait_points(pose, settings)
    leg_px = max(math.dist(points[_ROWS[side][0]], points[_ROWS[side][2]]) for side in seen)
    if leg_px < LEAST_LEG_PX:
        return TOO_SMALL
    middle = points[_HIPS].mean(axis=0)
    if np.mean([points[_ROWS[side][2], 1] for side in seen]) > middle[1]:
        return NOT_UPRIGHT
    if points[_HIPS[1], 0] - points[_HIPS[0], 0] < -CONTRADICTION_LEGS * leg_px:
        return SIDES_CONTRADICT  # a knee that gives way can cross the other one, so that knees tell nothing here
    line = observation.line
    lifted = math.nan
    if len(seen) == len(Side):
        lifted = float(points[_ROWS[Side.LEFT][2], 1] - points[_ROWS[Side.RIGHT][2], 1]) / leg_px
    return Posture(
        observation.time_s,
        without_guesses(pose, points, leg_px),
        float(middle[1]),
        _on_leg(points, middle, leg_px, lifted) if len(seen) == len(Side) else _ALONE[seen[0]],
        lifted,
        line,
        math.nan if line is None else gait_line_deg(line.angle_deg, settings),
    )


def _is_seen(pose: Pose, side: Side) -> bool:
    """Whether both hips and this leg are."""
    points = pose.landmarks[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP, *_LEGS[side]]]
    return bool(np.isfinite(points[:, :2]).all() and (points[:, 2] >= LEAST_VISIBILITY).all())


def _is_outside(pose: Pose, side: Side) -> bool:
    points = pose.landmarks[_LEGS[side], :2]
    return bool(points.min() < -OUTSIDE_FRACTION or points.max() > 1.0 + OUTSIDE_FRACTION)


def _on_leg(points: FloatArray, middle: FloatArray, leg_px: float, left_lifted: float) -> float:
    """Where the hips are between the feet, plus which foot is higher: each of them from -1 to +1.

    A foot that is stretched forward, toward the camera, is lower in the picture though it is in the air: with the hips
    over the other one, the height tells nothing.
    """
    left_x, right_x = (float(points[_ROWS[side][2], 0]) for side in (Side.LEFT, Side.RIGHT))
    apart = max(abs(right_x - left_x), LEAST_APART_LEGS * leg_px)
    over = 2.0 * (float(middle[0]) - (left_x + right_x) / 2.0) / apart
    if abs(over) >= OVER_THE_FOOT and over * left_lifted < 0.0:
        return _bounded(over)
    return _bounded(over) + _bounded(left_lifted / CLEARLY_LIFTED_LEGS)


def _bounded(value: float) -> float:
    return min(1.0, max(-1.0, value))
