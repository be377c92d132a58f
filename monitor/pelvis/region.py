"""Where in the picture the pelvis is, told by the pose."""

import math
from dataclasses import dataclass

import numpy as np

from monitor.vocabulary import Landmark, Pose

TRUNK = 2.8
"""Mid-hip to mid-shoulder in hip widths: 2.77 to 2.83 between MediaPipe's points on rendered runners [ours]."""

SMALLEST_HIP_WIDTH_PX = 24.0
"""Below this a strap is about four pixels thick [ours]."""


@dataclass(frozen=True, slots=True)
class HipRegion:
    """The middle of the hips, and the distance of the hip joints; this room measures lengths in it ("hip widths")."""

    u_px: float
    v_px: float
    hip_width_px: float


def hip_region(pose: Pose) -> HipRegion | str:
    """The region of the hips, or the reason why there is none.

    The hip width comes from the trunk's length: the distance of the hip landmarks shrinks when the pelvis turns.
    """
    points_px = pose.landmarks[:, :2] * (pose.width, pose.height)
    hips = points_px[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0)
    shoulders = points_px[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]].mean(axis=0)
    if not np.isfinite((hips, shoulders)).all():
        return "the pose has no hips or no shoulders"
    if not (0.0 <= hips[0] < pose.width and 0.0 <= hips[1] < pose.height):
        return "the hips are outside the picture"
    hip_width_px = math.dist(hips, shoulders) / TRUNK
    if not SMALLEST_HIP_WIDTH_PX <= hip_width_px <= pose.width:
        return "the runner is too small in the picture"
    return HipRegion(float(hips[0]), float(hips[1]), hip_width_px)
