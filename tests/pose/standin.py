"""A landmarker for the tests of the pool: what it does stands in the picture's corner."""

import os
import signal
import time
from enum import IntEnum
from pathlib import Path

import numpy as np

from monitor.pose.messages import Picture, Sighting
from monitor.pose.region import Region
from monitor.pose.runner import Place
from monitor.vocabulary import Frame, PelvicLine, PelvicSource, Pose

WIDTH, HEIGHT = 64, 48
SLOW_S = 0.05
GROWTH_BYTES = 150 << 20


class Do(IntEnum):
    FIND = 0
    MISS = 1
    TAKE_LONG = 2
    DIE = 3
    FAIL = 4
    HANG = 5
    GROW = 6
    TELL = 7


def frame(index: int, do: Do = Do.FIND, *, u: float = 0.5, fps: float = 30.0, epoch: int = 0) -> Frame:
    """A picture that says what to do in blue and where the runner is in red."""
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    image[..., 0] = do
    image[..., 2] = round(255 * u)
    return Frame(index, index / fps, image, epoch)


def pose_at(u: float, near: Place | None = None) -> Pose:
    """An upright body. Its nose tells what the landmarker was told: the remembered place, or −1."""
    landmarks = np.full((33, 3), 0.5)
    landmarks[11:13] = [[u - 0.05, 0.3, 1.0], [u + 0.05, 0.3, 1.0]]
    landmarks[23:25] = [[u - 0.05, 0.6, 1.0], [u + 0.05, 0.6, 1.0]]
    landmarks[0, 0] = -1.0 if near is None else near.u_px
    return Pose(landmarks, WIDTH, HEIGHT)


class Standin:
    """Obeys the picture."""

    def __init__(self, model_path: Path, _treadmill: Region | None = None) -> None:
        if model_path.name == "broken.task":
            raise RuntimeError("Unable to open zip archive.")
        self.leak: list[bytes] = []
        self.before = 0

    def find(self, image_rgb: Picture, near: Place | None) -> Sighting:
        red, _, blue = image_rgb[0, 0]
        self.before += 1
        match Do(int(blue)):
            case Do.MISS:
                return Sighting(None, "nobody in view")
            case Do.TAKE_LONG:
                time.sleep(SLOW_S)
            case Do.DIE:
                os.kill(os.getpid(), signal.SIGKILL)
            case Do.FAIL:
                raise ZeroDivisionError("the network is confused")
            case Do.TELL:
                return Sighting(None, f"{self.before - 1} pictures before this one")
            case Do.GROW:
                self.leak.append(b"x" * GROWTH_BYTES)
            case Do.HANG:
                time.sleep(3600.0)
        return Sighting(pose_at(float(red) / 255.0, near))


def read_line(image_rgb: Picture, pose: Pose) -> PelvicLine | None:
    """A line whose angle is the picture's red."""
    assert pose.width == image_rgb.shape[1]
    return PelvicLine(float(image_rgb[0, 0, 0]), 1.0, PelvicSource.BELT)
