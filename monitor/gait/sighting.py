"""Whether a frame shows the runner, upright, whole and from the side that was promised."""

import math

import numpy as np

from monitor.gait.axes import POINTS, REQUIRED, FloatArray, frame_leg
from monitor.vocabulary import Pose

LEAST_VISIBILITY = 0.1
"""Below this the network itself says that a required point is a guess [ours]."""
LEAST_OPTIONAL_VISIBILITY = 0.3
OUTSIDE_FRACTION = 0.02
"""A required point farther outside the picture than this part of it is cut off [ours]."""
LEAST_LEG_PX = 40.0
"""A pixel on a shorter leg is more than a degree of it [ours]."""
CONTRADICTION_LEGS = 0.02
"""Hips or knees in the wrong order by more than this. Knees never are: nine real runners' come within 0.07 (27 motion
captures), and to the network within 0.003 on real footage and 0.04 on rendered runners whose feet cross [ours]."""
JUMP_LEGS_PER_S = 6.0
"""Faster than this the middle of the hips does not move on a belt: it is somebody else [ours]."""
JUMP_LEAST_LEGS = 0.25
SCALE_JUMP = 1.35

NOT_SEEN = "hips, knees or ankles not seen"
CUT_OFF = "body cut off by the picture's edge"
TOO_SMALL = "too small in the picture"
NOT_UPRIGHT = "not upright"
SIDES_CONTRADICT = "left and right contradict the picture"
ANOTHER = "another person, or a jump of the picture"

_ROWS = np.array(POINTS)
_SHOULDER_REACH_LEGS = 1.2
"""From the middle of the hips."""
_FOOT_REACH_LEGS = 0.5
"""Of heel and toe from their ankle."""
_OF_FEET = (8, 4), (9, 5), (10, 4), (11, 5)


def objection(pose: Pose, points: FloatArray, leg: float) -> str | None:
    """Why a frame cannot be used, or None.

    Args:
        pose: as the network gave it.
        points: (12, 2) its points in gait axes, pixels: hips first, then knees, ankles.
        leg: their `frame_leg`.
    """
    across, down, visibility = zip(*pose.landmarks[_ROWS[:REQUIRED]].tolist(), strict=True)
    if not all(map(math.isfinite, across + down)) or not all(v >= LEAST_VISIBILITY for v in visibility):
        return NOT_SEEN
    if min(across + down) < -OUTSIDE_FRACTION or max(across + down) > 1.0 + OUTSIDE_FRACTION:
        return CUT_OFF
    if leg < LEAST_LEG_PX:
        return TOO_SMALL
    left_hip, right_hip, left_knee, right_knee, left_ankle, right_ankle = points[:REQUIRED].tolist()
    if left_ankle[1] + right_ankle[1] > left_hip[1] + right_hip[1]:
        return NOT_UPRIGHT
    if min(right_hip[0] - left_hip[0], right_knee[0] - left_knee[0]) < -CONTRADICTION_LEGS * leg:
        return SIDES_CONTRADICT
    return None


def without_guesses(pose: Pose, points: FloatArray, leg: float) -> FloatArray:
    """The points of `objection`, NaN for shoulders, heels and toes not seen, or standing where a body has none."""
    visibility, places = pose.landmarks[_ROWS, 2].tolist(), points.tolist()
    middle = _mid_hip(points)
    near = [math.dist(places[shoulder], middle) < _SHOULDER_REACH_LEGS * leg for shoulder in (6, 7)]
    near += [math.dist(places[n], places[ankle]) < _FOOT_REACH_LEGS * leg for n, ankle in _OF_FEET]
    seen = [v >= LEAST_OPTIONAL_VISIBILITY for v in visibility[REQUIRED:]]
    guessed = [n for n, known in enumerate(zip(near, seen, strict=True), REQUIRED) if not all(known)]
    kept = points.copy()
    kept[guessed] = math.nan
    return kept


def jumped(before: FloatArray, after: FloatArray, elapsed_s: float) -> bool:
    """Whether two frames' points (12, 2) cannot be the same runner's."""
    legs = frame_leg(before), frame_leg(after)
    moved = math.dist(_mid_hip(before), _mid_hip(after)) / legs[0]
    if max(legs) > SCALE_JUMP * min(legs) and elapsed_s < 0.1:
        return True
    return moved > max(JUMP_LEAST_LEGS, JUMP_LEGS_PER_S * elapsed_s)


def _mid_hip(points: FloatArray) -> tuple[float, float]:
    (left_x, left_y), (right_x, right_y) = points[:2].tolist()
    return (left_x + right_x) / 2.0, (left_y + right_y) / 2.0
