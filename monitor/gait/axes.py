r"""From picture to gait axes, and the signs of every angle, drawn once.

Gait axes, the camera behind the runner::

        y up                      hip line                 stance leg (here the left)
         |                        L o------o R             hip  o
         |                           rising to the               \        knee medial of the
         +---- x to the             right = positive         knee  o      hip-ankle line:
               runner's right       image angle                   /       knee collapse > 0
                                                           ankle o

* The picture is first un-rolled (a level line is then level) and, seen from the front, mirrored, so that the
  runner's left always has the smaller x. Units stay pixels: every value is an angle or a ratio.
* `outward` is -1 for the left side and +1 for the right: multiplying x by it makes "lateral" positive on both sides.
* Pelvic drop in left stance: the right hip is the swing side, lower = negative image angle, so drop = -angle.
  In right stance drop = +angle. In both, drop = outward * angle.

Definitions: science.md section 2; the frontal plane projection angle after Willson and Davis 2008.
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from monitor.gait.settings import GaitSettings
from monitor.vocabulary import Landmark, Pose, Side, View

FloatArray = npt.NDArray[np.float64]

POINTS: tuple[Landmark, ...] = (
    Landmark.LEFT_HIP,
    Landmark.RIGHT_HIP,
    Landmark.LEFT_KNEE,
    Landmark.RIGHT_KNEE,
    Landmark.LEFT_ANKLE,
    Landmark.RIGHT_ANKLE,
    Landmark.LEFT_SHOULDER,
    Landmark.RIGHT_SHOULDER,
    Landmark.LEFT_HEEL,
    Landmark.RIGHT_HEEL,
    Landmark.LEFT_TOE,
    Landmark.RIGHT_TOE,
)
"""The body points that are kept of a frame; the first six are required in every frame."""
REQUIRED = 6

_ROWS = np.array(POINTS)


def outward(side: Side) -> int:
    """-1 for the left side, +1 for the right: the sign of x that points away from the body's middle."""
    return -1 if side is Side.LEFT else 1


def column(point: Landmark) -> int:
    """Where a point stands in `POINTS`."""
    return POINTS.index(point)


def gait_points(pose: Pose, settings: GaitSettings) -> FloatArray:
    """The points of `POINTS` in gait axes, (12, 2), pixels; NaN where a point was not measured."""
    points: FloatArray = pose.landmarks[_ROWS, :2] @ _to_gait_axes(pose.width, pose.height, settings)
    return points


@lru_cache(maxsize=4)
def _to_gait_axes(width: int, height: int, settings: GaitSettings) -> FloatArray:
    """(2, 2), from fractions of the picture, u and v, to gait axes, x and y."""
    cos, sin = math.cos(math.radians(settings.roll_deg)), math.sin(math.radians(settings.roll_deg))
    mirror = -1.0 if settings.view is View.FRONT else 1.0
    return np.array([[mirror * cos * width, -sin * width], [-mirror * sin * height, -cos * height]])


def gait_line_deg(image_angle_deg: float, settings: GaitSettings) -> float:
    """A picture's line angle in gait axes: un-rolled and, seen from the front, mirrored."""
    angle = image_angle_deg - settings.roll_deg
    return -angle if settings.view is View.FRONT else angle


def knee_collapse_deg(thigh: FloatArray, shank: FloatArray, side: Side) -> FloatArray:
    """Frontal plane projection angle of the thigh (hip to knee) and shank (knee to ankle), both (..., 2) in gait axes.

    180 degrees minus the angle hip-knee-ankle, signed: + = the knee is medial of the hip-ankle line.
    """
    cross = thigh[..., 0] * shank[..., 1] - thigh[..., 1] * shank[..., 0]
    dot = thigh[..., 0] * shank[..., 0] + thigh[..., 1] * shank[..., 1]
    angle: FloatArray = outward(side) * np.degrees(np.arctan2(cross, dot))
    return angle


def femoral_adduction_deg(thigh: FloatArray, side: Side) -> FloatArray:
    """Angle of the thigh (hip to knee, (..., 2) in gait axes) against the vertical, + = knee medial of the hip."""
    angle: FloatArray = np.degrees(np.arctan2(-outward(side) * thigh[..., 0], -thigh[..., 1]))
    return angle


def trunk_lean_deg(trunk: FloatArray, side: Side) -> FloatArray:
    """Angle of the trunk (mid-hip to mid-shoulder, (..., 2) in gait axes) against the vertical, + = toward `side`."""
    angle: FloatArray = outward(side) * np.degrees(np.arctan2(trunk[..., 0], trunk[..., 1]))
    return angle


def median(values: FloatArray) -> float:
    """Of (n,), n >= 1: numpy's own takes five times as long over a few hundred."""
    ordered = np.sort(values)
    return 0.5 * float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2])


def frame_leg(points: FloatArray) -> float:
    """The longer of a frame's hip-ankle distances, pixels; `points` (12, 2)."""
    (left_hip, right_hip), (left_ankle, right_ankle) = points[:2].tolist(), points[4:6].tolist()
    return max(math.dist(left_hip, left_ankle), math.dist(right_hip, right_ankle))


def leg_length(points: FloatArray) -> float:
    """Median of `frame_leg` over frames; `points` (n, 12, 2)."""
    across, down = np.moveaxis(points[:, 4:6] - points[:, :2], -1, 0)
    return median(np.maximum(*np.hypot(across, down).T))
