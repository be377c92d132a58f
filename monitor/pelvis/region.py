"""Where in the picture the pelvis is, told by the pose."""

import math
from dataclasses import dataclass

from monitor.vocabulary import Landmark, Pose

_TRUNK_POINTS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP, Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]

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
    left_hip, right_hip, left_shoulder, right_shoulder = pose.landmarks[_TRUNK_POINTS, :2] * (pose.width, pose.height)
    u_px, v_px = (0.5 * (left_hip + right_hip)).tolist()
    hip_width_px = math.dist((u_px, v_px), 0.5 * (left_shoulder + right_shoulder)) / TRUNK
    if not math.isfinite(hip_width_px):
        return "the pose has no hips or no shoulders"
    if not (0.0 <= u_px < pose.width and 0.0 <= v_px < pose.height):
        return "the hips are outside the picture"
    if not SMALLEST_HIP_WIDTH_PX <= hip_width_px <= pose.width:
        return "the runner is too small in the picture"
    return HipRegion(u_px, v_px, hip_width_px)
