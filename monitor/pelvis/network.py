"""Reads the hip line off the picture of the hips, with nothing worn, by a small network trained on rendered runners.

How it was made and what it can and cannot do is told in `training/REPORT.md`. It was taught runners from behind only.

The network says what it believes, given that tilts of several degrees are common: where it is unsure it says less than
there is. What it saw is had back by dividing that expectation out again (a posterior over its prior, both Gaussian), so
that what is uncertain is not also too small.

It looks twice: where the pose has the hips, and where the first look has found them, which is nearer. The first look is
at the mirrored picture, so that what the network does to one side only cancels in part.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from monitor.pelvis.region import HipRegion, hip_region
from monitor.vocabulary import Landmark, PelvicLine, PelvicSource, Pose

WEIGHTS = Path(__file__).with_name("network.onnx")

WIDTH_PX, HEIGHT_PX = 96, 80
HIP_WIDTHS = 3.2
"""Across the crop."""
ANGLE_UNIT_DEG = 6.0
"""What 1 of the network's first output is worth."""
OFFSET_UNIT = 0.2
"""The same of its third and fourth, in hip widths."""
LEAST_LOG_VARIANCE, MOST_LOG_VARIANCE = -7.0, 3.0
"""Of its second output, in squares of that unit: beyond them it was taught nothing."""
CONTRAST_FLOOR = 8.0
"""Grey levels: a picture without contrast is not blown up to one."""

FIRST_LOOK = 0.35
"""Weight of the first look, the worse one, in the mean [ours]."""
FARTHEST = 0.4
"""Hip widths that the second look is at most beside the first [ours]."""

MOST_SD_DEG = 4.0
"""A frame that is less certain is not read [ours]. Whether the runner's clothing hides the pelvis is decided over many
frames: `monitor.gait.drop`."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What the training's record says of the network's own statements."""

    prior_deg2: float
    """Variance of the angles that it was taught, before the pictures were turned: walls, legs and shoulders show by how
    much one is turned, so that this is no part of what the network has to guess."""
    own_scale: float
    """By which a stated standard deviation is multiplied for what differs from frame to frame."""
    shared_scale: float
    """The same for what all frames of a runner share."""


@dataclass(frozen=True, slots=True)
class NetworkReader:
    """Reads one picture; keeps nothing from picture to picture. Can be sent to a process."""

    weights: Path = WEIGHTS

    def __call__(self, image_rgb: npt.NDArray[np.uint8], pose: Pose) -> PelvicLine | None:
        """The hip line, or None: too small, not seen from behind, or too uncertain.

        Args:
            image_rgb: (height, width, 3), the picture in which the pose was found, at full resolution.
            pose: where the hips are, to about 0.3 hip widths.
        """
        region = hip_region(pose)
        if isinstance(region, str) or not _from_behind(pose):
            return None
        network, trust = _load(self.weights)
        return line(*say(network, Surroundings(image_rgb, region).crop), trust)


def say(network: Any, cut: Callable[[float, float], npt.NDArray[np.uint8]]) -> tuple[float, float]:
    """The angle that the network believes, in degrees, and its variance.

    `cut` gives the crop whose middle lies so many hip widths right of and below where the hips are supposed.
    """
    first = _look(network, np.ascontiguousarray(cut(0.0, 0.0)[:, ::-1])) * (-1.0, 1.0, -1.0, 1.0)
    right, down = np.clip(np.nan_to_num(OFFSET_UNIT * first[2:]), -FARTHEST, FARTHEST).tolist()
    angle, log_variance, *_ = FIRST_LOOK * first + (1.0 - FIRST_LOOK) * _look(network, cut(right, down))
    bounded = min(max(log_variance, LEAST_LOG_VARIANCE), MOST_LOG_VARIANCE)
    return float(ANGLE_UNIT_DEG * angle), ANGLE_UNIT_DEG**2 * math.exp(bounded)


def _look(network: Any, crop: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """(4,) what the network says to a crop: angle, logarithm of its variance, how far right and down the hips are."""
    network.setInput(as_input(crop))
    return np.asarray(network.forward()[0, :4], np.float64)


def line(said_deg: float, variance_deg2: float, trust: Trust) -> PelvicLine | None:
    """What was seen, from what the network says; None where that is too uncertain."""
    if not (math.isfinite(said_deg) and variance_deg2 < 0.5 * trust.prior_deg2):
        return None
    seen_variance_deg2 = 1.0 / (1.0 / variance_deg2 - 1.0 / trust.prior_deg2)
    sd_deg = math.sqrt(seen_variance_deg2)
    if sd_deg > MOST_SD_DEG:
        return None
    angle_deg = said_deg * seen_variance_deg2 / variance_deg2
    return PelvicLine(angle_deg, trust.own_scale * sd_deg, PelvicSource.NETWORK, trust.shared_scale * sd_deg)


class Surroundings:
    """The picture about the hips, reduced once for every look at it.

    :param image: (height, width, 3), at full resolution.
    :param region: where the hips are supposed, in the picture.
    """

    def __init__(self, image: npt.NDArray[np.uint8], region: HipRegion) -> None:
        height, width = image.shape[:2]
        reach_px = (0.5 * HIP_WIDTHS + FARTHEST) * region.hip_width_px
        left, top = max(0, math.floor(region.u_px - reach_px)), max(0, math.floor(region.v_px - reach_px))
        right, bottom = min(width, math.ceil(region.u_px + reach_px)), min(height, math.ceil(region.v_px + reach_px))
        self._part = image[top : bottom + 1, left : right + 1]
        self._u_px, self._v_px, self._unit_px = region.u_px - left, region.v_px - top, region.hip_width_px
        while self._unit_px >= 2.0 * WIDTH_PX / HIP_WIDTHS:
            self._halve()

    def _halve(self) -> None:
        """By means of four pixels: OpenCV's quickest way, and nothing between the pixels is lost."""
        half_height, half_width = (side // 2 for side in self._part.shape[:2])
        even = self._part[: 2 * half_height, : 2 * half_width]
        self._part = np.asarray(cv2.resize(even, (half_width, half_height), interpolation=cv2.INTER_AREA), np.uint8)
        self._u_px, self._v_px = (self._u_px - 0.5) / 2.0, (self._v_px - 0.5) / 2.0
        self._unit_px /= 2.0

    def crop(self, right: float = 0.0, down: float = 0.0) -> npt.NDArray[np.uint8]:
        """(HEIGHT_PX, WIDTH_PX, 3) about the middle of the hips, or so many hip widths beside it.

        Beyond the picture its edge goes on.
        """
        step_px = self._unit_px * HIP_WIDTHS / WIDTH_PX
        left = self._u_px + right * self._unit_px - step_px * (WIDTH_PX - 1) / 2.0
        top = self._v_px + down * self._unit_px - step_px * (HEIGHT_PX - 1) / 2.0
        placing = np.array([[step_px, 0.0, left], [0.0, step_px, top]])
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        cut = cv2.warpAffine(self._part, placing, (WIDTH_PX, HEIGHT_PX), flags=how, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(cut, np.uint8)


def as_input(crop: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """(1, 3, HEIGHT_PX, WIDTH_PX): every colour's mean taken away, the whole divided by its standard deviation."""
    mean, sd = cv2.meanStdDev(crop)
    contrast = math.sqrt(float(np.mean(np.square(sd)))) + CONTRAST_FLOOR
    return np.asarray(cv2.dnn.blobFromImage(crop, 1.0 / contrast, mean=mean.ravel().tolist()), np.float32)


def _from_behind(pose: Pose) -> bool:
    return bool(pose.landmarks[Landmark.LEFT_HIP, 0] < pose.landmarks[Landmark.RIGHT_HIP, 0])


@cache
def _load(weights: Path) -> tuple[Any, Trust]:
    """Once in every process."""
    record = json.loads(weights.with_suffix(".json").read_text())
    trust = Trust(record["prior_deg2"], record["held_out"]["own_scale"], record["held_out"]["shared_scale"])
    return cv2.dnn.readNetFromONNX(str(weights)), trust
