"""What a pose worker and its parent say to one another, and the hooks that both are given."""

import marshal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from monitor.pose.isolation import Isolation
from monitor.pose.region import Region
from monitor.pose.runner import Place
from monitor.vocabulary import PelvicLine, PelvicSource, Pose
from monitor.vocabulary.frame import LANDMARK_COUNT

Picture = npt.NDArray[np.uint8]
"""(height, width, 3), RGB."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """The runner in one picture, or the reason why there is none."""

    pose: Pose | None
    reason: str | None = None


class Landmarker(Protocol):
    """Finds the runner's 33 points in the pictures of one worker, which come in the order of time."""

    def find(self, image_rgb: Picture, near: Place | None) -> Sighting:
        """Look for the runner, who was last at `near` if that is known."""
        ...


LandmarkerFactory = Callable[[Path, Region | None], Landmarker]
"""Makes a landmarker from a `.task` file and the treadmill's region; importable by name from a fresh process."""

Reader = Callable[[Picture, Pose], PelvicLine | None]
"""Reads the hip line out of the full picture; importable by name from a fresh process."""


@dataclass(frozen=True, slots=True)
class Start:
    """All that a worker needs to begin."""

    model_path: Path
    size: tuple[int, int]
    slot_count: int
    landmarker: LandmarkerFactory
    reader: Reader | None
    treadmill: Region | None


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has warmed up."""

    isolation: Isolation


@dataclass(frozen=True, slots=True)
class Job:
    """A picture to look at, by the slot it lies in."""

    slot: int
    near: Place | None

    def pack(self) -> bytes:
        """As bytes, like an answer."""
        near = self.near
        return marshal.dumps(
            (self.slot, None if near is None else (near.u_px, near.v_px, near.trunk_px, near.shoulders_u_px))
        )

    @classmethod
    def unpack(cls, packed: bytes) -> "Job":
        """From what `pack` gives."""
        slot, near = marshal.loads(packed)
        return cls(slot, None if near is None else Place(*near))


@dataclass(frozen=True, slots=True)
class Cost:
    """What one picture took in its worker, seconds."""

    elapsed_s: float
    """By the clock on the wall."""
    pose_cpu_s: float
    """Of all cores together."""
    line_cpu_s: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What was seen in the picture of the oldest job not answered yet."""

    sighting: Sighting
    line: PelvicLine | None
    cost: Cost

    def pack(self) -> bytes:
        """As bytes, in a microsecond: pickle takes twenty-five times as long, with every frame."""
        pose, line, cost = self.sighting.pose, self.line, self.cost
        return marshal.dumps(
            (
                None if pose is None else (pose.landmarks.tobytes(), pose.width, pose.height),
                self.sighting.reason,
                None if line is None else (line.angle_deg, line.sd_deg, str(line.source), line.shared_sd_deg),
                (cost.elapsed_s, cost.pose_cpu_s, cost.line_cpu_s),
            )
        )

    @classmethod
    def unpack(cls, packed: bytes) -> "Answer":
        """From what `pack` gives."""
        seen, reason, read, cost = marshal.loads(packed)
        pose = line = None
        if seen is not None:
            pose = Pose(np.frombuffer(seen[0]).reshape(LANDMARK_COUNT, 3), *seen[1:])
        if read is not None:
            angle_deg, sd_deg, source, shared_sd_deg = read
            line = PelvicLine(angle_deg, sd_deg, PelvicSource(source), shared_sd_deg)
        return cls(Sighting(pose, reason), line, Cost(*cost))
