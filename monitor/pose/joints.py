"""From MediaPipe's points to joint centres: what a network gets wrong in the same way on every runner.

The lite and the full network put both hips too far to the picture's right, which leans the trunk to the left and bends
the left knee outward; mirror the picture and it is still the right, so it is the network's own. In parts of the trunk's
length (middle of the hips to middle of the shoulders) it is 0.010 and 0.0085 (lite, full) on 44 rendered runners,
0.0055 (lite) on 19 others, 0.005 and 0.007 on the one real recording from behind. Undone by 0.007, the mean error of a
side's trunk lean falls from 0.78 to 0.60 degrees on the first and from 0.76 to 0.70 on the others (lite) [ours].

What else they get wrong is not mended. They straighten a leg that bends sideways: lite answers 0.35 of a knee's inward
collapse, full and heavy some 0.65; but the runner's own offset is larger, and undoing it made knees worse as often as
better. The knee's standard deviation says so (`monitor.gait.limbs`).
"""

from pathlib import Path

import numpy as np

from monitor.vocabulary import Landmark, Pose

HIPS_RIGHT_TRUNKS = {"lite": 0.007, "full": 0.007}

_HIPS = np.array([Landmark.LEFT_HIP, Landmark.RIGHT_HIP])
_SHOULDERS = np.array([Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER])


def hips_right_of(model_path: Path) -> float:
    """By how many trunk lengths the network of a bundle, `pose_landmarker_MODEL.task`, puts the hips too far right."""
    return HIPS_RIGHT_TRUNKS.get(model_path.stem.removeprefix("pose_landmarker_"), 0.0)


def move_hips_left(pose: Pose, trunks: float) -> None:
    """Move both hips of a pose to the left by so many trunk lengths, in place."""
    size = np.array([pose.width, pose.height])
    trunk = (pose.landmarks[_SHOULDERS, :2].mean(axis=0) - pose.landmarks[_HIPS, :2].mean(axis=0)) * size
    pose.landmarks[_HIPS, 0] -= trunks * float(np.hypot(*trunk)) / pose.width
