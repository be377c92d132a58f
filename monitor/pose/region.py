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
LEAST_SIZE = 0.6
"""The shorter trunk's part of the longer one, of all who run there [ours]."""
SIDE_TRUNKS, FRONT_TRUNKS, BACK_TRUNKS = 0.35, 0.1, 0.6
"""How much farther than where ankles were seen feet may land, in trunk lengths [ours]. To a lens at the hips' height,
three metres behind, half a metre nearer is 0.3 of them lower in the picture, half a metre ahead 0.2 higher."""
OUTLIERS = 0.05
"""This part of the ankles at either end may be wrong [ours]."""

_SHOULDERS = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
_HIPS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
_ANKLES = [Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE]
_PAIRS = [_SHOULDERS, _HIPS, _ANKLES]


@dataclass(frozen=True, slots=True)
class Region:
    """The part of the picture in which the feet of somebody on the treadmill land, as fractions of width and height.

    Raises:
        ValueError: it is empty, or not within the picture, or the trunk has no length.
    """

    left: float
    top: float
    right: float
    bottom: float
    trunk: float | None = None
    """How long somebody's trunk was who was seen there, as a fraction of the height; None: nobody was."""

    def __post_init__(self) -> None:
        if not (0.0 <= self.left < self.right <= 1.0 and 0.0 <= self.top < self.bottom <= 1.0):
            raise ValueError("a region has 0 ≤ left < right ≤ 1 and 0 ≤ top < bottom ≤ 1")
        if self.trunk is not None and not self.trunk > 0.0:
            raise ValueError("a trunk has a length above 0")

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
        shoulders, hips, ankles = pose.landmarks[_PAIRS, :2].tolist()
        (shoulders_u, shoulders_v), (hips_u, hips_v), (ankles_u, _) = map(_middle, (shoulders, hips, ankles))
        lower_ankle_v = max(v for _, v in ankles)
        trunk_px = math.hypot((hips_u - shoulders_u) * pose.width, (hips_v - shoulders_v) * pose.height)
        known_px = trunk_px if self.trunk is None else self.trunk * pose.height
        wide, high = trunk_px / pose.width, trunk_px / pose.height
        left, right = self.left - leeway_trunks * wide, self.right + leeway_trunks * wide
        top, bottom = self.top - (RISE_TRUNKS + leeway_trunks) * high, self.bottom + leeway_trunks * high
        return (
            LEAST_SIZE * max(trunk_px, known_px) <= min(trunk_px, known_px)
            and left <= hips_u <= right
            and left <= ankles_u <= right
            and top <= lower_ankle_v <= bottom
        )


def _middle(pair: list[list[float]]) -> tuple[float, float]:
    (left_u, left_v), (right_u, right_v) = pair
    return (left_u + right_u) / 2.0, (left_v + right_v) / 2.0


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
    left, top, right, bottom = np.clip((left, top, right, bottom), 0.0, 1.0).round(4).tolist()
    return Region(left, top, right, bottom, round(trunk_px / poses[0].height, 4))
