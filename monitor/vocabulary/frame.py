"""What passes from the camera to the gait: a frame, a pose, a pelvic line, an observation."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

LANDMARK_COUNT = 33


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture and the middle of its exposure.

    `time_s` comes from the camera's or the file's own clock, never from a counter, and rises
    strictly within one `epoch`. A source that jumps (a clip that starts over) begins a new epoch;
    `time_s` goes on rising across it.
    """

    index: int
    time_s: float
    image: npt.NDArray[np.uint8]
    """(height, width, 3), as it was taken; perhaps the camera's own memory, until the next one is asked for."""
    epoch: int = 0
    rgb: bool = False
    """Whether its colours are in the order red, green, blue, and not blue, green, red."""
    turn_deg: int = 0
    """By how much it has to be turned clockwise to be upright: 0, 90, 180 or 270."""


@dataclass(frozen=True, slots=True)
class Pose:
    """The 33 landmarks of one person in one frame."""

    landmarks: npt.NDArray[np.float64]
    """(33, 3): x and y as fractions of width and height (v down), visibility 0 to 1. NaN = not measured."""
    width: int
    height: int

    def __post_init__(self) -> None:
        if self.landmarks.shape != (LANDMARK_COUNT, 3):
            raise ValueError(f"a pose has landmarks of shape (33, 3), not {self.landmarks.shape}")
        if self.width <= 0 or self.height <= 0:
            raise ValueError(f"a picture has positive width and height, not {self.width} x {self.height}")


class PelvicSource(StrEnum):
    """What measured the hip line."""

    BELT = "belt"
    NETWORK = "network"
    GIVEN = "given"
    LANDMARKS = "landmarks"


@dataclass(frozen=True, slots=True)
class PelvicLine:
    """Image angle of the line through the two hip centres in one frame."""

    angle_deg: float
    """Positive = picture-right end higher; camera roll still in it."""
    sd_deg: float
    """Standard deviation of this frame's own error."""
    source: PelvicSource
    shared_sd_deg: float = 0.0
    """Standard deviation of the part of the error that is the same for every stance and does not average out."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.angle_deg) and self.sd_deg > 0.0 and math.isfinite(self.sd_deg)):
            raise ValueError("a pelvic line has a finite angle and a positive, finite uncertainty")


@dataclass(frozen=True, slots=True)
class Neutral:
    """The hip line of a runner who stands still and straight: what the same source reads is counted from here."""

    time_s: float
    angle_deg: float
    """Positive = the runner's right hip higher; camera roll taken out."""
    sd_deg: float
    source: PelvicSource


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything the gait is told about one frame. Without a pose, `reason` says why."""

    index: int
    time_s: float
    pose: Pose | None
    line: PelvicLine | None = None
    reason: str | None = None
    epoch: int = 0
