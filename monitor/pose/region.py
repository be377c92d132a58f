"""Where the treadmill is in the picture, and whether somebody is on it.

Who is on the treadmill has the feet where its belt runs, and the hips above. Who is nearer to the camera has the feet
lower in the picture; who is farther away, a mirror image too, has them higher and is smaller; who stands beside the
treadmill has the hips beside it, however far he leans in.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitor.vocabulary import Landmark, Pose

RISE_TRUNKS = 0.25
"""So far, in trunk lengths, may both ankles be above where feet land: the joint's own height, and flight [ours]."""
SHORTEST_TRUNK, LONGEST_TRUNK = 0.6, 1.6
"""In widths of the region: a belt is about as wide as a trunk is long, half a metre [ours]."""
SIDE_TRUNKS, FRONT_TRUNKS, BACK_TRUNKS = 0.35, 0.1, 0.6
"""How much farther than where ankles were seen feet may land, in trunk lengths [ours]. To a lens at the hips' height,
three metres behind, half a metre nearer is 0.3 of them lower in the picture, half a metre ahead 0.2 higher."""
OUTLIERS = 0.05
"""This part of the ankles at either end may be wrong [ours]."""

_SHOULDERS = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
_HIPS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
_ANKLES = [Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE]


@dataclass(frozen=True, slots=True)
class Region:
    """The part of the picture in which the feet of somebody on the treadmill land, as fractions of width and height.

    Raises:
        ValueError: it is empty, or not within the picture.
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if not (0.0 <= self.left < self.right <= 1.0 and 0.0 <= self.top < self.bottom <= 1.0):
            raise ValueError("a region has 0 ≤ left < right ≤ 1 and 0 ≤ top < bottom ≤ 1")

    @classmethod
    def parse(cls, text: str) -> "Region":
        """From four numbers with commas between: left, top, right, bottom. Raises ValueError."""
        try:
            left, top, right, bottom = map(float, text.split(","))
        except ValueError:
            raise ValueError("a region is four numbers with commas between: left,top,right,bottom") from None
        return cls(left, top, right, bottom)

    def holds(self, pose: Pose, leeway_trunks: float = 0.0) -> bool:
        """Whether the person is on the treadmill, or no more than so many trunk lengths beside it."""
        points_px = pose.landmarks[:, :2] * (pose.width, pose.height)
        hips, ankles = points_px[_HIPS].mean(axis=0), points_px[_ANKLES]
        trunk_px = math.dist(hips, points_px[_SHOULDERS].mean(axis=0))
        width_px = (self.right - self.left) * pose.width
        leeway_px = leeway_trunks * trunk_px
        left_px, right_px = self.left * pose.width - leeway_px, self.right * pose.width + leeway_px
        top_px = self.top * pose.height - RISE_TRUNKS * trunk_px - leeway_px
        bottom_px = self.bottom * pose.height + leeway_px
        return bool(
            SHORTEST_TRUNK * width_px <= trunk_px <= LONGEST_TRUNK * width_px
            and left_px <= hips[0] <= right_px
            and left_px <= ankles[:, 0].mean() <= right_px
            and top_px <= ankles[:, 1].max() <= bottom_px
        )


def region_of(poses: Sequence[Pose]) -> Region:
    """Where the treadmill is, told by somebody who stands, walks or runs on it; `poses` are of one picture size.

    Raises:
        ValueError: the ankles are not in the picture.
    """
    size_px = np.array((poses[0].width, poses[0].height))
    points_px = np.array([pose.landmarks[:, :2] for pose in poses]) * size_px
    trunks_px = points_px[:, _HIPS].mean(axis=1) - points_px[:, _SHOULDERS].mean(axis=1)
    trunk_px = float(np.median(np.hypot(trunks_px[:, 0], trunks_px[:, 1])))
    ankles_px = points_px[:, _ANKLES]
    ends = OUTLIERS, 1.0 - OUTLIERS
    left_px, right_px = np.quantile(ankles_px[..., 0], ends)
    top_px, bottom_px = np.quantile(ankles_px[..., 1].max(axis=1), ends)
    left, top = (left_px - SIDE_TRUNKS * trunk_px, top_px - FRONT_TRUNKS * trunk_px) / size_px
    right, bottom = (right_px + SIDE_TRUNKS * trunk_px, bottom_px + BACK_TRUNKS * trunk_px) / size_px
    return Region(*np.clip((left, top, right, bottom), 0.0, 1.0).round(4).tolist())
