"""Somebody who stands on the treadmill, as the picture shows them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitor.setup.lens import FloatArray
from monitor.vocabulary import Landmark, Pose

SHOULDERS = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
HIPS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
ANKLES = [Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE]
SHOULDER_HEIGHT, HIP_HEIGHT, ANKLE_HEIGHT = 0.821, 0.531, 0.090
"""Of the pose network's points above the ground, as parts of the body height: 32 rendered people in shoes, SD 0.4 to
0.8 % between them [ours]. Real joints lie at 0.818, 0.530 and 0.039 (Winter 2009, after Drillis and Contini)."""
PROPORTIONS_SD = 0.03
"""Of shoulders to ankles: people's own proportions, and shoes [ours]."""
USUAL_HEIGHT_CM, USUAL_HEIGHT_SD_CM = 171.0, 10.0
"""Adults, where nobody said how tall they are [ours]."""
TOLD_HEIGHT_SD_CM = 1.0
BONES = [
    [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER],
    [Landmark.LEFT_HIP, Landmark.RIGHT_HIP],
    [Landmark.LEFT_SHOULDER, Landmark.LEFT_HIP],
    [Landmark.RIGHT_SHOULDER, Landmark.RIGHT_HIP],
    [Landmark.LEFT_SHOULDER, Landmark.LEFT_ELBOW],
    [Landmark.RIGHT_SHOULDER, Landmark.RIGHT_ELBOW],
    [Landmark.LEFT_ELBOW, Landmark.LEFT_WRIST],
    [Landmark.RIGHT_ELBOW, Landmark.RIGHT_WRIST],
    [Landmark.LEFT_HIP, Landmark.LEFT_KNEE],
    [Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE],
    [Landmark.LEFT_KNEE, Landmark.LEFT_TOE],
    [Landmark.RIGHT_KNEE, Landmark.RIGHT_TOE],
    [Landmark.NOSE, Landmark.LEFT_SHOULDER],
    [Landmark.NOSE, Landmark.RIGHT_SHOULDER],
]
THICKNESS = 0.07
"""Of the body about its bones, as a part of its height [ours]."""


@dataclass(frozen=True, slots=True)
class Stature:
    """How tall somebody is."""

    cm: float
    sd_cm: float

    @classmethod
    def of(cls, told_cm: float | None) -> "Stature":
        """As told, or as people usually are."""
        return cls(USUAL_HEIGHT_CM, USUAL_HEIGHT_SD_CM) if told_cm is None else cls(told_cm, TOLD_HEIGHT_SD_CM)

    @property
    def relative_sd(self) -> float:
        """Of a length of the body that is reckoned from it."""
        return math.hypot(self.sd_cm / self.cm, PROPORTIONS_SD)


@dataclass(frozen=True, slots=True)
class Body:
    """Middles of both shoulders, hips and ankles, (2,) pixels each, over some pictures."""

    shoulders: FloatArray
    hips: FloatArray
    ankles: FloatArray
    size: tuple[int, int]
    """(width, height) of the picture."""
    bones: FloatArray
    """(n, 2, 2): both ends of every limb in every picture, pixels."""

    @property
    def length_px(self) -> float:
        """Shoulders to ankles."""
        return float(np.hypot(*(self.ankles - self.shoulders)))

    @property
    def thickness_px(self) -> float:
        """So far from a bone the body may reach."""
        return THICKNESS * self.length_px / (SHOULDER_HEIGHT - ANKLE_HEIGHT)


def body_of(poses: Sequence[Pose]) -> Body | None:
    """The body in pictures of one size; None where its points were not measured."""
    if not poses:
        return None
    size = poses[0].width, poses[0].height
    points = np.array([pose.landmarks[:, :2] for pose in poses]) * size
    shoulders, hips, ankles = (_median(points[:, pair].mean(axis=1)) for pair in (SHOULDERS, HIPS, ANKLES))
    ankles[1] = _median(points[:, ANKLES, 1].max(axis=1))  # of a runner, the foot that is down
    if not np.isfinite([shoulders, hips, ankles]).all():
        return None
    bones = points[:, BONES].reshape(-1, 2, 2)
    return Body(shoulders, hips, ankles, size, bones[np.isfinite(bones).all(axis=(1, 2))])


def _median(values: FloatArray) -> FloatArray:
    """Over the first axis, leaving out what was not measured."""
    known = values[np.isfinite(values.reshape(len(values), -1)).all(axis=1)]
    middle: FloatArray = np.median(known, axis=0) if len(known) else np.full(values.shape[1:], np.nan)
    return middle


def hidden_by(body: Body, points_px: FloatArray) -> npt.NDArray[np.bool_]:
    """(n,) whether the body may lie on picture points (n, 2)."""
    starts, ends = body.bones[:, 0], body.bones[:, 1]
    along = ends - starts
    from_start = points_px[:, None] - starts
    part = np.clip(np.sum(from_start * along, axis=-1) / np.maximum(np.sum(along**2, axis=-1), 1e-9), 0.0, 1.0)
    away_px = np.hypot(*np.moveaxis(from_start - part[..., None] * along, -1, 0))
    hidden: npt.NDArray[np.bool_] = (away_px < body.thickness_px).any(axis=1)
    return hidden
