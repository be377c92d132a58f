"""The hip line of the pose network's own landmarks: always there, and nearly deaf to the pelvis."""

import math

from monitor.pelvis.region import hip_region
from monitor.vocabulary import Landmark, PelvicLine, PelvicSource, Pose

OWN_SD_DEG = 1.5
"""From frame to frame the line jitters by 0.4 to 1.3° on rendered and real runners (smallest network) [ours]; half a
pixel of the network's 256 on one hip is 2°."""

SHARED_SD_DEG = 8.5
"""The line hardly follows the pelvis (response 0.00 to 0.05 on rendered runners), so its error is about the whole
drop, the same way in every stance. True peaks of 7.8 and 15.7° read as -0.3 to 2.0°; the largest error is 15.8°, which
is 1.96 times 8.1°. The rest is for a leaning trunk, which tilts the line the wrong way [ours]."""

LEAST_HIP_WIDTHS = 0.3
"""Hips nearer to one another, sideways, are seen from the side [ours]."""


def landmark_line(pose: Pose) -> PelvicLine | None:
    """The line through the hip landmarks with the wide uncertainty it deserves; None without two hips side by side."""
    region = hip_region(pose)
    if isinstance(region, str):
        return None
    left, right = pose.landmarks[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP], :2] * (pose.width, pose.height)
    across, down = right - left
    if abs(across) < LEAST_HIP_WIDTHS * region.hip_width_px:
        return None
    angle_deg = -math.degrees(math.atan(down / across))
    return PelvicLine(angle_deg, OWN_SD_DEG, PelvicSource.LANDMARKS, SHARED_SD_DEG)
