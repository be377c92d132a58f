"""The hip line of the pose network's own landmarks: always there, and nearly deaf to the pelvis."""

import math

from monitor.vocabulary import Landmark, PelvicLine, PelvicSource, Pose

_POINTS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP, Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE]

OWN_SD_DEG = 1.5
"""From frame to frame the line jitters by 0.4 to 1.3° on rendered and real runners (smallest network) [ours]; half a
pixel of the network's 256 on one hip is 2°."""

SHARED_SD_DEG = 8.5
"""The line hardly follows the pelvis (response 0.00 to 0.05 on rendered runners), so its error is about the whole
drop, the same way in every stance. True peaks of 7.8 and 15.7° read as -0.3 to 2.0°; the largest error is 15.8°, which
is 1.96 times 8.1°. The rest is for a leaning trunk, which tilts the line the wrong way [ours]."""

LEG = 5.0
"""Hip to ankle in hip widths, the longer of the two: 4.2 to 5.8 on nine motion-captured runners [ours]."""

LEAST_HIP_WIDTHS = 0.3
"""Hips nearer to one another, sideways, are seen from the side [ours]."""


def landmark_line(pose: Pose) -> PelvicLine | None:
    """The line through the hip landmarks with the wide uncertainty it deserves; None without two hips side by side."""
    points_px = pose.landmarks[:, :2] * (pose.width, pose.height)
    left, right, left_ankle, right_ankle = points_px[_POINTS]
    leg_px = max(math.dist(left, left_ankle), math.dist(right, right_ankle))
    across, down = (right - left).tolist()
    if not abs(across) >= LEAST_HIP_WIDTHS * leg_px / LEG > 0.0:  # nor where a point is NaN
        return None
    angle_deg = -math.degrees(math.atan(down / across))
    return PelvicLine(angle_deg, OWN_SD_DEG, PelvicSource.LANDMARKS, SHARED_SD_DEG)
