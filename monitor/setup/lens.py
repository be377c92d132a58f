"""How wide the lens sees, and the rays that its picture's points lie on."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

PI_LENSES_DEG = {"imx708_wide": 102.0, "imx708": 66.0, "imx219": 62.2, "ov5647": 53.5}
"""Field of view along the sensor's long side, by the beginning of libcamera's name for it, from the makers' sheets
(Camera Module 3 Wide, 3, 2, 1). The Global Shutter and the HQ camera take lenses of any kind."""
PI_SD = 0.01
USUAL_DEG = 66.0
USUAL_SD = 0.12
"""Where nobody said: webcams and phones see 55 to 78 degrees along the long side [ours]."""
TOLD_SD = 0.03


@dataclass(frozen=True, slots=True)
class Lens:
    """A lens without distortion, whose axis meets the picture's middle."""

    long_side_deg: float
    """Field of view along the picture's long side."""
    relative_sd: float
    """Standard deviation of the focal length, as a part of it."""

    def __post_init__(self) -> None:
        if not 10.0 <= self.long_side_deg <= 150.0:
            raise ValueError("a lens sees 10 to 150 degrees along the picture's long side")

    @classmethod
    def of(cls, told_deg: float | None, sensor: str = "", part_seen: float = 1.0) -> Self:
        """As somebody told it, or of a Pi camera's sensor, or as usual.

        :param sensor: its name by libcamera.
        :param part_seen: of the sensor's long side, in the pictures.
        """
        if told_deg is not None:
            return cls(told_deg, TOLD_SD)
        for name, long_side_deg in PI_LENSES_DEG.items():
            if sensor.startswith(name):
                seen = part_seen * math.tan(math.radians(long_side_deg) / 2.0)
                return cls(round(2.0 * math.degrees(math.atan(seen)), 1), PI_SD)
        return cls(USUAL_DEG, USUAL_SD)

    def with_focal(self, times: float) -> "Lens":
        """A lens of so many times the focal length, that is sure."""
        return Lens(math.degrees(2.0 * math.atan(math.tan(math.radians(self.long_side_deg) / 2.0) / times)), 0.0)

    def focal_px(self, size: tuple[int, int]) -> float:
        """In a picture of (width, height) pixels."""
        return max(size) / 2.0 / math.tan(math.radians(self.long_side_deg) / 2.0)

    def rays(self, points_px: npt.ArrayLike, size: tuple[int, int]) -> FloatArray:
        """Where the rays of picture points (…, 2) pass at depth 1: (…, 2), right and down of the axis."""
        middle = np.array(size) / 2.0
        rays: FloatArray = (np.asarray(points_px, np.float64) - middle) / self.focal_px(size)
        return rays
